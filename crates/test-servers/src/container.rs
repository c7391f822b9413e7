//! A server as a container: published on loopback only, named after its owner, and guarded.

use std::time::{Duration, Instant};

use testcontainers::core::IntoContainerPort as _;
use testcontainers::runners::SyncRunner as _;
use testcontainers::{ContainerRequest, GenericImage, ImageExt as _};

use crate::process::{Guard, owner};
use crate::{Error, cache, engine, files};

/// One container; removed when dropped.
pub(crate) struct Container {
    server: &'static str,
    /// `None` only while it is being dropped.
    container: Option<testcontainers::Container<GenericImage>>,
    guard: Guard,
}

/// An image's name and tag, and what it says of itself.
pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) tag: String,
    labels: std::collections::HashMap<String, String>,
}

impl Image {
    /// What the variable names, or else the official one; pulled if the engine does not have it.
    pub(crate) fn find(variable: &'static str, name: &str, tag: &str) -> Result<Self, Error> {
        let setting = std::env::var(variable).ok();
        let (name, tag) = match setting {
            Some(value) => named(variable, &value)?,
            None => (name.to_owned(), tag.to_owned()),
        };
        let image = format!("{name}:{tag}");
        if let Some(labels) = engine::labels(&image)? {
            return Ok(Image { name, tag, labels });
        }
        crate::say(&format!("pulling {image}"));
        match GenericImage::new(name.as_str(), tag.as_str()).pull_image() {
            Ok(_) => {
                let labels = engine::labels(&image)?.unwrap_or_default();
                Ok(Image { name, tag, labels })
            }
            Err(error) => Err(Error::NoImage { image, source: Box::new(error) }),
        }
    }

    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str)
    }
}

fn named(variable: &'static str, value: &str) -> Result<(String, String), Error> {
    match value.rsplit_once(':') {
        // A colon before a slash belongs to a registry's port.
        Some((name, tag)) if !name.is_empty() && !tag.is_empty() && !tag.contains('/') => {
            Ok((name.to_owned(), tag.to_owned()))
        }
        _ => Err(Error::NotAnImage { variable, value: value.to_owned() }),
    }
}

impl Container {
    /// Creates and starts it; `ports` are pairs of ours and the container's.
    pub(crate) fn start(
        server: &'static str,
        request: impl Into<ContainerRequest<GenericImage>>,
        ports: &[(u16, u16)],
    ) -> Result<Self, Error> {
        engine::remove_orphans()?;
        let folder = owner::new_folder(&cache::running(), server)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut guard = Guard::new(&folder)?;
        guard.watch_container(&name);
        let mut request = request
            .into()
            .with_container_name(name)
            .with_label(engine::MACHINE, engine::machine())
            .with_host_config_modifier(|host| {
                for binding in host.port_bindings.iter_mut().flat_map(|all| all.values_mut()) {
                    for binding in binding.iter_mut().flatten() {
                        binding.host_ip = Some("127.0.0.1".to_owned());
                    }
                }
            });
        for &(ours, inside) in ports {
            request = request.with_mapped_port(ours, inside.tcp());
        }
        let container = request.start().map_err(Error::engine("start a container"))?;
        Ok(Container { server, container: Some(container), guard })
    }

    /// Waits until `ready` says so, the server ends, or the limit is over.
    pub(crate) fn wait_until(
        &self,
        limit: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<(), Error> {
        let (server, start) = (self.server, Instant::now());
        loop {
            let container = self.inner();
            if !container.is_running().map_err(Error::engine("look at a container"))? {
                let code = container.exit_code().ok().flatten();
                let status = code.map_or_else(|| "no status".to_owned(), |c| format!("status {c}"));
                let tail = files::last_lines(&self.log()?);
                return Err(Error::Ended { server, status, tail });
            }
            if ready() {
                return Ok(());
            }
            if start.elapsed() > limit {
                let tail = files::last_lines(&self.log()?);
                return Err(Error::Silent { server, limit, tail });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Asks the server to end; the engine kills it after the limit.
    pub(crate) fn stop(&self, limit: Duration) -> Result<(), Error> {
        let seconds = i32::try_from(limit.as_secs()).unwrap_or(i32::MAX);
        let stopped = self.inner().stop_with_timeout(Some(seconds));
        stopped.map_err(Error::engine("stop a container"))
    }

    /// Starts it again, with the files it had and the ports it had.
    pub(crate) fn start_again(&self) -> Result<(), Error> {
        self.inner().start().map_err(Error::engine("start a container"))
    }

    /// Both outputs, one after the other.
    pub(crate) fn log(&self) -> Result<String, Error> {
        let container = self.inner();
        let mut log = container.stdout_to_vec().map_err(Error::engine("show a log"))?;
        log.extend(container.stderr_to_vec().map_err(Error::engine("show a log"))?);
        Ok(String::from_utf8_lossy(&log).into_owned())
    }

    fn inner(&self) -> &testcontainers::Container<GenericImage> {
        self.container.as_ref().expect("it is taken only when dropped")
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(self.container.take());
        self.guard.watch_nothing();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_a_name_and_a_tag() {
        let parts = |value| named("TEST_IMAGE_X", value).map_err(|error| error.to_string());
        let both = |name: &str, tag: &str| Ok((name.to_owned(), tag.to_owned()));
        assert_eq!(parts("postgres:15"), both("postgres", "15"));
        assert_eq!(parts("localhost:5000/a/b:1"), both("localhost:5000/a/b", "1"));
        for wrong in ["postgres", "localhost:5000/a", ":15", "postgres:", ""] {
            let error = parts(wrong).unwrap_err();
            assert!(error.contains("TEST_IMAGE_X") && error.contains("name:tag"), "{error}");
        }
    }
}
