//! The platform's checkout: what stands in its files, and what git says they were.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::NamedTempFile;

use crate::error::Error;

/// A git checkout of the platform.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// The checkout whose root this is.
    pub fn at(root: &Path) -> Result<Self, Error> {
        let checkout = Self { root: root.to_owned() };
        checkout.git(&["rev-parse", "--git-dir"])?;
        Ok(checkout)
    }

    /// Where a file of it is.
    pub fn path(&self, file: &Path) -> PathBuf {
        self.root.join(file)
    }

    /// The pinned content of this id, from git's own store, where it cannot have drifted.
    pub fn pinned(&self, blob: &str) -> Result<Vec<u8>, Error> {
        self.git(&["cat-file", "blob", blob])
    }

    /// What stands in the file now; nothing if there is none.
    pub fn current(&self, file: &Path) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path(file);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::File { path, source: error }),
            Ok(found) if !found.is_file() => {
                Err(Error::File { path, source: std::io::Error::other("is not a plain file") })
            }
            Ok(_) => fs::read(&path).map(Some).map_err(Error::file(path)),
        }
    }

    /// Writes all contents, or none: first beside their places, then into them.
    pub fn write(&self, contents: &[(PathBuf, String)]) -> Result<(), Error> {
        let mut made = Vec::new();
        let mut ready = Vec::new();
        let prepared = contents.iter().try_for_each(|(file, content)| {
            let path = self.path(file);
            let folder = path.parent().unwrap_or(&self.root);
            create_folders(folder, &mut made)?;
            ready.push((beside(folder, &path, content)?, path));
            Ok(())
        });
        if let Err(error) = prepared {
            drop(ready);
            remove_folders(&made);
            return Err(error);
        }
        let total = ready.len();
        for (done, (file, path)) in ready.into_iter().enumerate() {
            file.persist(&path).map_err(|error| Error::HalfWay {
                path,
                done,
                total,
                source: error.error,
            })?;
        }
        Ok(())
    }

    /// Takes a file away, and the folders that are empty then.
    pub fn remove(&self, file: &Path) -> Result<(), Error> {
        let path = self.path(file);
        fs::remove_file(&path).map_err(Error::file(&path))?;
        let above = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
        // A folder that is not empty stays, and so do those above it.
        above.map(fs::remove_dir).take_while(Result::is_ok).for_each(drop);
        Ok(())
    }

    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let command = arguments.join(" ");
        let failed = |reason: String| Error::Git { command: command.clone(), reason };
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(arguments)
            .output()
            .map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
        }
    }
}

/// The content in a temporary file of the same folder, with the permissions of the file there.
fn beside(folder: &Path, path: &Path, content: &str) -> Result<NamedTempFile, Error> {
    let mut file = NamedTempFile::new_in(folder).map_err(Error::file(folder))?;
    file.write_all(content.as_bytes()).map_err(Error::file(file.path()))?;
    let permissions = match fs::metadata(path) {
        Ok(found) => found.permissions(),
        Err(_) => readable(),
    };
    file.as_file().set_permissions(permissions).map_err(Error::file(path))?;
    file.as_file().sync_all().map_err(Error::file(path))?;
    Ok(file)
}

/// The permissions of a new source file.
fn readable() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(0o644)
}

fn create_folders(folder: &Path, made: &mut Vec<PathBuf>) -> Result<(), Error> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder).map_err(Error::file(folder))?;
        made.push(folder.to_owned());
    }
    Ok(())
}

fn remove_folders(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        // What is left over is an empty folder, which git does not see.
        let _ = fs::remove_dir(folder);
    }
}
