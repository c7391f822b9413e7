//! Questions with a token of the service: one that is refused is replaced, once.

use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::ports::{Deadline, ServiceToken, ServiceTokenPort as _};
use ivr_core::route::Route;

use super::failure::Failure;
use crate::adapters::keycloak::ServiceTokens;

/// Takes a refused token back and gives another.
#[async_trait]
pub trait RenewToken: Send + Sync {
    /// Another token, or `None` if there is none to be had by then.
    async fn renew(
        &self,
        route: &Route,
        refused: &ServiceToken,
        within: Deadline,
    ) -> Option<ServiceToken>;
}

#[async_trait]
impl RenewToken for ServiceTokens {
    async fn renew(
        &self,
        route: &Route,
        refused: &ServiceToken,
        within: Deadline,
    ) -> Option<ServiceToken> {
        self.forget(route, refused);
        self.get_service_token(route, within).await.ok().filter(|token| token != refused)
    }
}

/// Asks; if the token is refused, asks once more with another.
pub(super) async fn with_token<T, F>(
    renewal: Option<&Arc<dyn RenewToken>>,
    route: &Route,
    token: &ServiceToken,
    within: Deadline,
    ask: impl Fn(ServiceToken) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let failure = match ask(token.clone()).await {
        Err(failure) if failure.is_about_the_token() => failure,
        other => return other,
    };
    let Some(renewal) = renewal else { return Err(failure) };
    match renewal.renew(route, token, within).await {
        Some(another) => ask(another).await,
        None => Err(failure),
    }
}
