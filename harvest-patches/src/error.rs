//! What can be wrong, with the place and what to do.

use std::path::PathBuf;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of edits is not of the expected form.
    #[error("{path}: {reason}")]
    Edits {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// `git` could not give what was asked of it.
    #[error("git {command}: {reason}")]
    Git {
        /// The command's first words.
        command: String,
        /// What it said, or why it did not start.
        reason: String,
    },
    /// Anchors, states or results that do not hold. Nothing was written.
    #[error("{} problem(s), nothing was written:\n{}", .0.len(), .0.join("\n"))]
    Refused(Vec<String>),
    /// Writing stopped in the middle of renaming.
    #[error(
        "{path}: {source}; {done} of {total} files are in place, run the same command again to finish"
    )]
    HalfWay {
        /// The file that could not be put in place.
        path: PathBuf,
        /// Files already in place.
        done: usize,
        /// Files in all.
        total: usize,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
