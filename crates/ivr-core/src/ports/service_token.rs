//! Tokens of the service itself, for what is asked before the voter is known (design 6.3).

use async_trait::async_trait;

use super::auth::AuthError;
use super::outage::Deadline;
use crate::route::Route;
use crate::secret::Secret;

/// A bearer token of `ivr-service`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken(pub Secret<String>);

/// Tokens of the service itself.
#[async_trait]
pub trait ServiceTokenPort: Send + Sync {
    /// A fresh token for a realm on a cluster. Safe to repeat; adapters keep tokens until shortly
    /// before they expire.
    async fn get_service_token(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<ServiceToken, AuthError>;
}
