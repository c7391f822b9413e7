//! What a test may claim about the server it talked to.

use std::fmt;

use crate::Backend;

/// Where a server came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it runs.
    pub backend: Backend,
    /// `keycloak 26.4.7 from Maven`, or an image's name and tag.
    pub source: String,
    /// What an image built by ourselves says of itself; `None` for a process, and for an image of
    /// the maker's.
    pub own_image: Option<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.backend, &self.own_image) {
            (Backend::Process, _) => write!(f, "{}, a plain process", self.source),
            (Backend::Containers, None) => write!(f, "image {}, a container", self.source),
            (Backend::Containers, Some(label)) => {
                write!(f, "image {}, a container; NOT the maker's image: {label}", self.source)
            }
        }
    }
}
