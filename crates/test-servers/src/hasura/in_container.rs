//! Hasura as a container of its official image, or of another that `TEST_IMAGE_HASURA` names.
//!
//! On the machine's own network, so that every address is the same inside and outside.

use testcontainers::{GenericImage, ImageExt as _};

use super::{Options, START, STOP, Server, answers};
use crate::container::{Container, Image};
use crate::{Backend, Error, Report, engine, http, ports};

const IMAGE: (&str, &str) = ("hasura/graphql-engine", "v2.33.1");

/// A server with its container.
pub(super) struct InContainer {
    container: Container,
    port: u16,
}

impl InContainer {
    pub(super) fn start(options: Options) -> Result<(Self, Report), Error> {
        let image = Image::find("TEST_IMAGE_HASURA", IMAGE.0, IMAGE.1)?;
        let report = Report {
            backend: Backend::Containers,
            source: format!("{}:{}", image.name, image.tag),
            own_image: image.label(engine::OWN_IMAGE).map(str::to_owned),
        };
        let mut attempt = 1;
        loop {
            let [port] = ports::free()?;
            let container = Container::start("hasura", request(&image, &options, port), &[])?;
            let server = InContainer { container, port };
            match server.wait() {
                Err(Error::Ended { tail, .. })
                    if attempt < ports::ATTEMPTS && ports::were_taken(&tail) =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(()) => return Ok((server, report)),
            }
        }
    }

    fn wait(&self) -> Result<(), Error> {
        let agent = http::agent();
        self.container.wait_until(START, || answers(&agent, self.port))
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

fn request(
    image: &Image,
    options: &Options,
    port: u16,
) -> testcontainers::ContainerRequest<GenericImage> {
    let request = GenericImage::new(image.name.as_str(), image.tag.as_str()).with_network("host");
    options
        .environment(port)
        .into_iter()
        .fold(request, |request, (name, value)| request.with_env_var(name, value))
}
