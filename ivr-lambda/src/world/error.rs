//! [`At`]: something wrong at a place of a JSON file.

use std::fmt;
use std::path::{Path, PathBuf};

/// A message with the file and the JSON path that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub file: PathBuf,
    /// The JSON path, from `$`; empty for the file as a whole.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl At {
    /// Something wrong at a place.
    pub fn new(file: &Path, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), path: path.into(), message: message.into() }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.display())?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for At {}

/// Reads typed JSON; what is wrong is named by its path.
pub(crate) fn from_json<'d, T: serde::Deserialize<'d>>(
    file: &Path,
    bytes: &'d [u8],
) -> Result<T, At> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| At::new(file, json_path(error.path()), error.inner().to_string()))?;
    reader.end().map_err(|error| At::new(file, "", error.to_string()))?;
    Ok(value)
}

/// A place as messages spell it, from `$`.
pub(crate) fn json_path(path: &serde_path_to_error::Path) -> String {
    match path.to_string() {
        root if root == "." => "$".to_owned(),
        path if path.starts_with('[') => format!("${path}"),
        path => format!("$.{path}"),
    }
}
