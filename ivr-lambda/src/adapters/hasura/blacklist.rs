//! [`HasuraBlacklist`]: whether a number is blocked (design 6.3, DECISIONS 64).

use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::caller::E164;
use ivr_core::ports::{BlacklistPort, Deadline, Outage, ServiceToken};
use ivr_core::route::Route;

use super::client::{Cover, HasuraClient};
use super::documents::{IsPhoneBlacklisted, is_phone_blacklisted};
use super::failure::Failure;
use super::service::{RenewToken, with_token};

/// Blocked callers, asked with a token of the service.
pub struct HasuraBlacklist {
    client: Arc<HasuraClient>,
    renewal: Option<Arc<dyn RenewToken>>,
}

impl std::fmt::Debug for HasuraBlacklist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HasuraBlacklist").field("client", &self.client).finish_non_exhaustive()
    }
}

impl HasuraBlacklist {
    /// Through a client; a token that the gateway refuses is replaced by `renewal`, once.
    pub fn new(client: Arc<HasuraClient>, renewal: Option<Arc<dyn RenewToken>>) -> Self {
        Self { client, renewal }
    }

    async fn ask(
        &self,
        route: &Route,
        number: &E164,
        token: ServiceToken,
        within: Deadline,
    ) -> Result<bool, Failure> {
        let question =
            self.client.question(&route.hasura_url, &token.0, Cover::Guarded, within).await?;
        let variables = is_phone_blacklisted::Variables {
            phone_number: number.expose().to_owned(),
            tenant_id: route.tenant_id,
            event_id: route.election_event_id,
        };
        let answer = question.ask::<IsPhoneBlacklisted>(variables).await?;
        Ok(!answer.sequent_backend_ivr_phone_blacklist.is_empty())
    }
}

#[async_trait]
impl BlacklistPort for HasuraBlacklist {
    async fn is_blacklisted(
        &self,
        route: &Route,
        number: &E164,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<bool, Outage> {
        let ask = |token| self.ask(route, number, token, within);
        let answer = with_token(self.renewal.as_ref(), route, token, within, ask).await;
        answer.map_err(Failure::outage)
    }
}
