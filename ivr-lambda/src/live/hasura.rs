//! [`LiveHasura`]: the ports of the gateway, from a file of `--live`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::caller::E164;
use ivr_core::ports::{
    Availability, BlacklistPort, CallLogPort, CallRecord, CastVoteHistoryPort, Deadline,
    ElectionStatusPort, History, HistoryFor, Outage, ReadError, ServiceToken,
};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use uuid::Uuid;

use super::file::HasuraSection;
use super::harvest::Accepted;
use super::keycloak::LiveKeycloak;
use crate::adapters::hasura::{
    GatewaySettings, HasuraBlacklist, HasuraCallLog, HasuraCastVoteHistory, HasuraClient,
    HasuraElectionStatus, RenewToken,
};
use crate::adapters::meter::Totals;

/// The ports of one gateway.
#[derive(Debug)]
pub struct LiveHasura {
    /// Its base URL.
    pub url: String,
    /// For questions of one document.
    pub client: Arc<HasuraClient>,
    /// What was asked, and what of it came back.
    pub totals: Arc<Totals>,
    status: HasuraElectionStatus,
    history: HasuraCastVoteHistory,
    blacklist: HasuraBlacklist,
    call_log: HasuraCallLog,
    accepted: Option<Accepted>,
}

impl LiveHasura {
    /// Tells of every history that it reads.
    pub fn watched_by(mut self, accepted: Accepted) -> Self {
        self.accepted = Some(accepted);
        self
    }

    /// Sets up what a section names, on the connections and the service tokens of a Keycloak. Nothing
    /// is sent yet.
    pub fn open(section: &HasuraSection, keycloak: &LiveKeycloak, totals: Arc<Totals>) -> Self {
        let http = Arc::clone(&keycloak.http);
        let settings = GatewaySettings::default();
        let client = Arc::new(HasuraClient::with_meter(http, settings, totals.clone()));
        let renewal = || Some(keycloak.service_tokens() as Arc<dyn RenewToken>);
        Self {
            url: section.url.trim_end_matches('/').to_owned(),
            totals,
            status: HasuraElectionStatus::new(Arc::clone(&client)),
            history: HasuraCastVoteHistory::new(Arc::clone(&client)),
            blacklist: HasuraBlacklist::new(Arc::clone(&client), renewal()),
            call_log: HasuraCallLog::new(Arc::clone(&client), renewal()),
            accepted: None,
            client,
        }
    }
}

#[async_trait]
impl ElectionStatusPort for LiveHasura {
    async fn availability(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, ReadError> {
        self.status.availability(route, access_token, within).await
    }
}

#[async_trait]
impl CastVoteHistoryPort for LiveHasura {
    async fn history(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        why: HistoryFor,
        within: Deadline,
    ) -> Result<History, ReadError> {
        let history = self.history.history(route, access_token, why, within).await?;
        if let Some(accepted) = &self.accepted {
            accepted.seen(&history);
        }
        Ok(history)
    }
}

#[async_trait]
impl BlacklistPort for LiveHasura {
    async fn is_blacklisted(
        &self,
        route: &Route,
        number: &E164,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<bool, Outage> {
        self.blacklist.is_blacklisted(route, number, token, within).await
    }
}

#[async_trait]
impl CallLogPort for LiveHasura {
    async fn record(
        &self,
        route: &Route,
        record: &CallRecord<'_>,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<(), Outage> {
        self.call_log.record(route, record, token, within).await
    }
}
