//! Where the project's own programs are: beside this one, where the build leaves them.

use std::path::{Path, PathBuf};

use anyhow::ensure;

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    repository().join("tests/fixtures").join(name)
}

/// A program that was built with this one.
///
/// # Errors
/// When it was not.
pub fn built(name: &str) -> anyhow::Result<PathBuf> {
    let mut folder = std::env::current_exe()?;
    folder.pop();
    // Tests are one folder deeper.
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join(name);
    ensure!(program.exists(), "{} is not there; `cargo xtask live` builds it", program.display());
    Ok(program)
}
