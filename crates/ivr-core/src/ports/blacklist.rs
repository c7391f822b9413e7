//! The Blacklist port: is this number blocked (design 6.3).

use async_trait::async_trait;

use super::outage::{Deadline, Outage};
use super::service_token::ServiceToken;
use crate::caller::E164;
use crate::route::Route;

/// Blocked callers.
#[async_trait]
pub trait BlacklistPort: Send + Sync {
    /// Whether the number is blocked for the tenant or the event. Safe to repeat. A failure lets
    /// the call go on, with an alert: a list must not close an election (DECISIONS 64).
    async fn is_blacklisted(
        &self,
        route: &Route,
        number: &E164,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<bool, Outage>;
}
