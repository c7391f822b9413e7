//! What can go wrong, with the place and what to do.

use std::path::PathBuf;

/// Why a deployment stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the folder cannot be read.
    #[error("{path}: cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file of the folder is not YAML.
    #[error("{path}: not valid YAML")]
    Yaml {
        /// The file.
        path: PathBuf,
        /// Where.
        #[source]
        source: yaml_serde::Error,
    },
    /// A file or folder is not what it should be.
    #[error("{path}: {problem}")]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The address or the admin secret cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The server did not answer.
    #[error("{path}: the server did not answer")]
    Transport {
        /// The path of the request.
        path: &'static str,
        /// Why; without the address, and there is no secret in it.
        #[source]
        source: reqwest::Error,
    },
    /// The server refused.
    #[error("{doing}: the server answers {code}: {message}")]
    Refused {
        /// What was asked.
        doing: String,
        /// Hasura's code, or the HTTP status.
        code: String,
        /// Hasura's message, with PostgreSQL's where there is one.
        message: String,
    },
    /// The server answered something that Hasura does not.
    #[error("{doing}: the server's answer is not Hasura's: {problem}")]
    Answer {
        /// What was asked.
        doing: String,
        /// What is odd about it.
        problem: String,
    },
    /// Something of ours stands differently; nothing was changed.
    #[error("nothing was changed, because this stands differently:\n  {}", .0.join("\n  "))]
    Differs(Vec<String>),
    /// The metadata was replaced and does not fit the database.
    #[error("the metadata does not fit the database:\n  {}", .0.join("\n  "))]
    Inconsistent(Vec<String>),
    /// The checked-in schemas are not the server's.
    #[error("the checked-in schemas are not the server's: {}; run `hasura-deploy schema`", .0.join(", "))]
    Drift(Vec<String>),
    /// A schema cannot be written.
    #[error("{path}: cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
