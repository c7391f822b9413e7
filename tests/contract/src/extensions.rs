//! A Keycloak with the extensions of this repository.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use test_servers::keycloak::{Keycloak, Options};

/// The jars that are shipped, and the ones that only tests have.
const FOLDERS: [&str; 2] = ["target/providers", "target/test-providers"];

/// Starts a Keycloak with our extensions and the test-only ones.
///
/// # Errors
/// When they have not been built, or the server does not start.
pub fn keycloak() -> anyhow::Result<Keycloak> {
    keycloak_with(Options::default())
}

/// The same, with further options; its providers come on top of ours.
///
/// # Errors
/// As for [`keycloak`].
pub fn keycloak_with(mut options: Options) -> anyhow::Result<Keycloak> {
    options.providers.extend(providers());
    Keycloak::start(options).context("no Keycloak with our extensions (see `cargo xtask contract`)")
}

fn providers() -> impl Iterator<Item = PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    FOLDERS.into_iter().map(move |folder| top.join("keycloak-extensions").join(folder))
}
