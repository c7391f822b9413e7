//! What testcontainers does not do: images' labels, and the containers of dead owners.

use std::collections::HashMap;
use std::fs;
use std::future::Future;
use std::path::Path;

use testcontainers::bollard::Docker;
use testcontainers::bollard::errors::Error as DockerError;
use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};

use crate::Error;
use crate::process::owner;

/// On every container of ours: the machine whose process numbers the name is made of.
pub(crate) const MACHINE: &str = "test-servers.machine";

/// On every image built by `images/build.sh`: what it was made from.
pub(crate) const OWN_IMAGE: &str = "test-servers.own-image";

/// An image may say here which jars it has in `providers/`, separated by spaces.
pub(crate) const PROVIDERS: &str = "test-servers.providers";

/// The labels of an image; `None` if the engine does not have it.
pub(crate) fn labels(image: &str) -> Result<Option<HashMap<String, String>>, Error> {
    ask(|docker| async move {
        match docker.inspect_image(image).await {
            Ok(found) => Ok(Some(found.config.and_then(|c| c.labels).unwrap_or_default())),
            Err(DockerError::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(error) => Err(Error::engine("say what image it has")(error)),
        }
    })
}

/// Removes the containers whose owner no longer runs; their names.
pub(crate) fn remove_orphans() -> Result<Vec<String>, Error> {
    let label = format!("{MACHINE}={}", machine());
    ask(|docker| async move {
        let ours = HashMap::from([("label", vec![label])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&ours).build();
        let found = docker.list_containers(Some(options)).await;
        let found = found.map_err(Error::engine("list its containers"))?;
        let names = found.into_iter().filter_map(|container| container.names?.pop());
        let mut removed = Vec::new();
        for name in names.filter(|name| !owner::lives(Path::new(name))) {
            let name = name.trim_start_matches('/').to_owned();
            let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
            // Its guard, or another sweep, may be removing it at this moment.
            if docker.remove_container(&name, Some(options)).await.is_ok() {
                removed.push(name);
            }
        }
        Ok(removed)
    })
}

/// This boot of this machine, and its process numbers: an engine may serve several of them.
pub(crate) fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let numbers = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}/{}", boot.trim(), numbers.display())
}

fn ask<T, F: Future<Output = Result<T, Error>>>(
    question: impl FnOnce(Docker) -> F,
) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Error::engine("be asked"))?;
    runtime.block_on(async {
        question(Docker::connect_with_defaults().map_err(Error::engine("be reached"))?).await
    })
}
