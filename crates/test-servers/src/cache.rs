//! Where prepared and running servers are kept: an ignored folder of the project.

use std::path::{Path, PathBuf};

/// `TEST_SERVERS_CACHE`, or `.cache/test-servers` of the project. Safe to delete while no test runs.
pub(crate) fn root() -> PathBuf {
    match std::env::var_os("TEST_SERVERS_CACHE") {
        Some(folder) => PathBuf::from(folder),
        None => project().join(".cache/test-servers"),
    }
}

/// The folders of running servers.
pub(crate) fn running() -> PathBuf {
    root().join("run")
}

/// The top of the project.
fn project() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).expect("this crate is two folders below the top")
}
