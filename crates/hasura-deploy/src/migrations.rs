//! The migrations of a folder: `<digits>_<name>/up.sql`, in the order of their digits.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::Error;

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The digits; the order.
    pub version: u64,
    /// The rest of the folder's name.
    pub name: String,
    /// `up.sql`.
    pub up: String,
}

impl Migration {
    /// SHA-256 of `up.sql`, in hex.
    pub fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.up.as_bytes()))
    }
}

/// Reads the migrations of a source, ascending.
///
/// # Errors
///
/// A folder whose name has no digits, two with the same, or one without `up.sql`.
pub fn read(directory: &Path) -> Result<Vec<Migration>, Error> {
    let unreadable = |source| Error::Read { path: directory.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let named = name.split_once('_').and_then(|(v, n)| Some((v.parse().ok()?, n.to_owned())));
        let Some((version, name)) = named else {
            return Err(Error::Folder {
                problem: "a migration is named <digits>_<name>".to_owned(),
                path,
            });
        };
        let file = path.join("up.sql");
        let up =
            std::fs::read_to_string(&file).map_err(|source| Error::Read { path: file, source })?;
        found.push(Migration { version, name, up });
    }
    found.sort_by_key(|migration| migration.version);
    if let Some(pair) = found.windows(2).find(|pair| pair[0].version == pair[1].version) {
        return Err(Error::Folder {
            path: directory.to_owned(),
            problem: format!("two migrations have the version {}", pair[0].version),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::create_dir(dir.path().join(name)).unwrap();
            std::fs::write(dir.path().join(name).join("up.sql"), format!("-- {name}")).unwrap();
        }
        dir
    }

    #[test]
    fn order_is_by_number_not_by_text() {
        let versions: Vec<u64> = read(folder(&["10_b", "9_a", "100_c"]).path())
            .unwrap()
            .iter()
            .map(|m| m.version)
            .collect();
        assert_eq!(versions, [9, 10, 100]);
    }

    #[test]
    fn two_of_one_version_and_names_without_one_are_refused() {
        assert!(read(folder(&["1_a", "01_b"]).path()).is_err());
        assert!(read(folder(&["first"]).path()).is_err());
    }
}
