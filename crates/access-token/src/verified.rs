//! What a verified token says.

use std::fmt;

use serde_json::{Map, Value};

/// An access token that was signed by its realm and is valid now. Made by
/// [`crate::Unverified::verify`] and by nothing else.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// `azp`: the client that the token was made for.
    pub authorized_party: String,
    /// `exp`, Unix seconds.
    pub expires_at: i64,
    /// All claims.
    pub claims: Map<String, Value>,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Who it is about stays out of logs.
        f.debug_struct("Verified")
            .field("authorized_party", &self.authorized_party)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
