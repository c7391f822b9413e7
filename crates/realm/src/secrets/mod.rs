//! Where secrets come from: never from the command line itself.

mod client;
mod reference;

pub use client::{ClientSecret, MASKED, Standing, is_hidden};
pub use reference::{Reference, Sources};

/// A secret that cannot be used. No variant repeats it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The option holds something else than a reference; perhaps the secret itself.
    #[error(
        "{0} names a place, not a secret: env:NAME, file:PATH, file:PATH#MEMBER, or - for standard input"
    )]
    NotAReference(&'static str),
    /// The environment variable is missing.
    #[error("{option}: the environment variable {name} is not set")]
    NoVariable {
        /// The option.
        option: &'static str,
        /// The variable.
        name: String,
    },
    /// The file cannot be read.
    #[error("{option}: cannot read {path}: {cause}")]
    Unreadable {
        /// The option.
        option: &'static str,
        /// The file, or `standard input`.
        path: String,
        /// The system's words.
        cause: std::io::ErrorKind,
    },
    /// The file is no JSON object with that member.
    #[error("{option}: {path} is not a JSON object with a member {member:?}")]
    NoMember {
        /// The option.
        option: &'static str,
        /// The file.
        path: String,
        /// The member.
        member: String,
    },
    /// Standard input was read already.
    #[error("{0}: only one option can read standard input")]
    InputTaken(&'static str),
    /// The value cannot be a secret.
    #[error("{option}: {why}")]
    Unusable {
        /// The option.
        option: &'static str,
        /// Why.
        why: &'static str,
    },
}
