//! [`FakeHasura`]: what is open, what was cast, who is blocked, who called (facts 5.3, 7).

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::shared::{LoggedCall, Shared};
use crate::caller::E164;
use crate::ports::{
    Availability, Backend, BlacklistPort, CallLogPort, CallRecord, CastVote, CastVoteHistoryPort,
    Deadline, ElectionStatusPort, History, HistoryFor, Outage, ReadError, ServiceToken,
    VoterClaims,
};
use crate::route::Route;
use crate::secret::Secret;

/// The tables of the platform behind their row filters.
pub struct FakeHasura(pub(super) Arc<Shared>);

impl FakeHasura {
    fn voter(&self, token: &Secret<String>) -> Result<VoterClaims, ReadError> {
        self.0.voter(token).ok_or(ReadError::TokenExpired)
    }

    fn service(&self, token: &ServiceToken) -> Result<(), Outage> {
        if self.0.is_service(&token.0) {
            return Ok(());
        }
        let detail = "not a token of the service".into();
        Err(Outage::Misconfigured { backend: Backend::Hasura, detail })
    }
}

#[async_trait]
impl ElectionStatusPort for FakeHasura {
    async fn availability(
        &self,
        _route: &Route,
        access_token: &Secret<String>,
        _within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, ReadError> {
        let claims = self.voter(access_token)?;
        let config = self.0.config();
        if claims.tenant_id != Some(config.publication.event.tenant_id) {
            return Ok(BTreeMap::new());
        }
        let elections = config.publication.elections.iter().map(|election| election.id);
        let availability = |id| {
            let telephone = !config.telephone_disabled.contains(&id);
            Availability::of(config.event_status, config.status_of(id), telephone)
        };
        Ok(elections.map(|id| (id, availability(id))).collect())
    }
}

#[async_trait]
impl CastVoteHistoryPort for FakeHasura {
    async fn history(
        &self,
        _route: &Route,
        access_token: &Secret<String>,
        _why: HistoryFor,
        _within: Deadline,
    ) -> Result<History, ReadError> {
        let claims = self.voter(access_token)?;
        self.0.settle();
        let config = self.0.config();
        let elections = &config.publication.elections;
        let allowed = elections.iter().map(|e| (e.id, e.allowed_ballots)).collect();
        let tables = self.0.tables();
        let of_the_voter = tables.ballots.iter().filter(|ballot| {
            ballot.user_id == claims.user_id
                && ballot.is_of_area(claims.area_id)
                && claims.authorized_election_ids.contains(&ballot.election_id)
        });
        let ballots = of_the_voter
            .map(|ballot| CastVote {
                election_id: ballot.election_id,
                ballot_id: ballot.ballot_id.clone(),
            })
            .collect();
        Ok(History { ballots, allowed })
    }
}

#[async_trait]
impl BlacklistPort for FakeHasura {
    async fn is_blacklisted(
        &self,
        _route: &Route,
        number: &E164,
        token: &ServiceToken,
        _within: Deadline,
    ) -> Result<bool, Outage> {
        self.service(token)?;
        Ok(self.0.config().blacklist.iter().any(|blocked| blocked == number.expose()))
    }
}

#[async_trait]
impl CallLogPort for FakeHasura {
    async fn record(
        &self,
        _route: &Route,
        record: &CallRecord<'_>,
        token: &ServiceToken,
        _within: Deadline,
    ) -> Result<(), Outage> {
        self.service(token)?;
        let row = LoggedCall {
            caller: record.caller.clone(),
            started_at: record.started_at,
            voter_id: record.voter_id.map(str::to_owned),
            stage: record.stage,
            votes: record.votes,
        };
        self.0.tables().call_log.insert(record.contact_id.to_owned(), row);
        Ok(())
    }
}
