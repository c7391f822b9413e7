//! PostgreSQL as a container of its official image, or of another that `TEST_IMAGE_POSTGRES` names.

use testcontainers::{GenericImage, ImageExt as _};

use super::{SETTINGS, START, STOP, Server, client};
use crate::container::{Container, Image};
use crate::{Backend, Error, Report, engine, ports};

const IMAGE: (&str, &str) = ("postgres", "15");
const PORT: u16 = 5432;

/// A cluster with its container.
pub(super) struct InContainer {
    container: Container,
    port: u16,
}

impl InContainer {
    pub(super) fn start() -> Result<(Self, Report), Error> {
        let image = Image::find("TEST_IMAGE_POSTGRES", IMAGE.0, IMAGE.1)?;
        let report = Report {
            backend: Backend::Containers,
            source: format!("{}:{}", image.name, image.tag),
            own_image: image.label(engine::OWN_IMAGE).map(str::to_owned),
        };
        let mut attempt = 1;
        let server = loop {
            let [port] = ports::free()?;
            match Container::start("postgres", request(&image), &[(port, PORT)]) {
                Ok(container) => break InContainer { container, port },
                Err(error) if attempt < ports::ATTEMPTS && ports::were_taken(&error.whole()) => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        };
        server.wait()?;
        Ok((server, report))
    }

    /// The image first starts a cluster that only it can reach, to set it up; what answers from
    /// outside is the right one.
    fn wait(&self) -> Result<(), Error> {
        self.container.wait_until(START, || client::answers(self.port))
    }
}

impl Server for InContainer {
    fn port(&self) -> u16 {
        self.port
    }

    fn stop(&mut self) -> Result<(), Error> {
        self.container.stop(STOP)
    }

    fn start_again(&mut self) -> Result<(), Error> {
        self.container.start_again()?;
        self.wait()
    }

    fn log(&self) -> Result<String, Error> {
        self.container.log()
    }
}

fn request(image: &Image) -> testcontainers::ContainerRequest<GenericImage> {
    let settings = SETTINGS.iter().flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]);
    GenericImage::new(image.name.as_str(), image.tag.as_str())
        .with_cmd(std::iter::once("postgres".to_owned()).chain(settings))
        .with_env_var("POSTGRES_HOST_AUTH_METHOD", "trust")
        .with_env_var("POSTGRES_INITDB_ARGS", "-E UTF8 --locale=C.UTF-8")
}
