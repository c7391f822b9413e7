//! [`PublicationError`]: why a document cannot be used at all.

use super::path::Path;

/// A document that cannot be used: it is not JSON, or something that the whole event depends on
/// is wrong. What is wrong with a single ballot is a [`Finding`](super::Finding) instead.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// The bytes are not JSON.
    #[error("the document is not JSON: line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the very start.
        column: usize,
        /// What the parser met.
        #[source]
        source: serde_json::Error,
    },
    /// Something at a place of the document.
    #[error("{path}: {message}")]
    At {
        /// The JSON path of the place.
        path: String,
        /// What is wrong there.
        message: String,
    },
}

impl PublicationError {
    pub(super) fn at(path: &Path<'_>, message: impl Into<String>) -> Self {
        Self::At { path: path.to_string(), message: message.into() }
    }

    /// The JSON path, if the document has got as far as having one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::NotJson { .. } => None,
            Self::At { path, .. } => Some(path),
        }
    }
}

/// What a parser said, without the line and column of the fragment that it was given: the path
/// says where.
pub(super) fn bare_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) if error.line() > 0 => text[..end].to_owned(),
        _ => text,
    }
}
