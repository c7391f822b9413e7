//! Keycloak as a container of its official image, or of another that `TEST_IMAGE_KEYCLOAK` names.
//!
//! `start-dev` takes the image as it is: the jars are copied in and built at the first start, which
//! costs half a minute and leaves nothing behind. An image that already has them says so by label.

use testcontainers::{GenericImage, ImageExt as _};

use super::local::{JAVA_OPTS, START, STOP};
use super::options::{Jar, Options};
use super::{ADMIN, Server};
use crate::container::{Container, Image};
use crate::{Backend, Error, Report, engine, http, ports};

const IMAGE: (&str, &str) = ("quay.io/keycloak/keycloak", "26.4");
const PORT: u16 = 8080;
const MANAGEMENT_PORT: u16 = 9000;

/// A server with its container.
pub(super) struct InContainer {
    container: Container,
    port: u16,
    management_port: u16,
}

impl InContainer {
    pub(super) fn start(options: &Options) -> Result<(Self, Report), Error> {
        let image = image()?;
        let mut jars = options.jars()?;
        let baked = image.label(engine::PROVIDERS).unwrap_or_default();
        jars.retain(|jar| !baked.split_whitespace().any(|name| name == jar.name));
        let report = Report {
            backend: Backend::Containers,
            source: describe(&image, &jars, baked),
            own_image: image.label(engine::OWN_IMAGE).map(str::to_owned),
        };
        let mut attempt = 1;
        let server = loop {
            let [port, management_port] = ports::free()?;
            let published = [(port, PORT), (management_port, MANAGEMENT_PORT)];
            match Container::start("keycloak", request(&image, options, &jars), &published) {
                Ok(container) => break InContainer { container, port, management_port },
                Err(error) if attempt < ports::ATTEMPTS && ports::were_taken(&error.whole()) => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        };
        server.wait()?;
        Ok((server, report))
    }

    fn wait(&self) -> Result<(), Error> {
        let agent = http::agent();
        let realm = format!("{}/realms/master", self.base_url());
        self.container.wait_until(START, || http::is_ok(&agent, &realm))
    }
}

impl Server for InContainer {
    fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.management_port)
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

/// Makes sure that the engine has the image.
pub(super) fn fetch() -> Result<(), Error> {
    image().map(|_| ())
}

fn image() -> Result<Image, Error> {
    Image::find("TEST_IMAGE_KEYCLOAK", IMAGE.0, IMAGE.1)
}

fn request(
    image: &Image,
    options: &Options,
    jars: &[Jar],
) -> testcontainers::ContainerRequest<GenericImage> {
    let command = ["start-dev", "--health-enabled=true"].map(str::to_owned);
    let mut request = GenericImage::new(image.name.as_str(), image.tag.as_str())
        .with_cmd(command.into_iter().chain(options.arguments.iter().cloned()))
        .with_env_var("JAVA_OPTS", JAVA_OPTS)
        .with_env_var("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN.0)
        .with_env_var("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN.1);
    for (name, value) in &options.environment {
        request = request.with_env_var(name, value);
    }
    for jar in jars {
        let target = format!("/opt/keycloak/providers/{}", jar.name);
        request = request.with_copy_to(target, jar.bytes.clone());
    }
    request
}

fn describe(image: &Image, jars: &[Jar], baked: &str) -> String {
    let mut text = format!("{}:{}", image.name, image.tag);
    if !baked.is_empty() {
        text.push_str(&format!(" that has {baked}"));
    }
    for (index, jar) in jars.iter().enumerate() {
        text.push_str(if index == 0 { " with " } else { ", " });
        text.push_str(&jar.name);
    }
    text
}
