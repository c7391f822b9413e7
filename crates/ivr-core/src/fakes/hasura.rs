//! A Hasura: status, history, blacklist, call log.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use uuid::Uuid;

use super::clock::FakeClock;
use super::config::FakeConfig;
use super::state::WorldState;
use crate::caller::E164;
use crate::ports::{
    Availability, BlacklistPort, CallLogPort, CallRecord, CallStage, CastVote, CastVoteHistoryPort,
    Clock as _, Deadline, ElectionStatusPort, History, Outage, ReadError, ServiceToken,
};
use crate::route::Route;
use crate::secret::Secret;

/// What is open, what was cast, who is blocked.
pub(super) struct FakeHasura {
    pub(super) config: Arc<FakeConfig>,
    pub(super) state: Arc<Mutex<WorldState>>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) calls: Mutex<BTreeMap<String, LoggedCall>>,
}

/// What the call log has of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// How far it came.
    pub stage: CallStage,
    /// Whether the voter was known.
    pub has_voter: bool,
    /// Ballots recorded.
    pub votes: u32,
}

impl FakeHasura {
    fn state(&self) -> MutexGuard<'_, WorldState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn voter(&self, token: &Secret<String>) -> Result<String, ReadError> {
        let now = self.clock.now().timestamp();
        self.state().voter_of(token, now).map(str::to_owned).ok_or(ReadError::TokenExpired)
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
        self.voter(access_token)?;
        let config = &self.config;
        let of = |id| {
            let telephone = !config.telephone_disabled.contains(&id);
            Availability::of(config.event_status, config.status_of(id), telephone)
        };
        Ok(config.publication.elections.iter().map(|e| (e.id, of(e.id))).collect())
    }
}

#[async_trait]
impl CastVoteHistoryPort for FakeHasura {
    async fn history(
        &self,
        _route: &Route,
        access_token: &Secret<String>,
        _within: Deadline,
    ) -> Result<History, ReadError> {
        let user_id = self.voter(access_token)?;
        let voter = self.config.voters.iter().find(|voter| voter.user_id == user_id);
        let area = voter.and_then(|voter| voter.area_id);
        let authorized = voter.map(|v| self.config.elections_of(v)).unwrap_or_default();
        let ballots = self
            .state()
            .ballots
            .iter()
            .filter(|b| b.user_id == user_id && Some(b.area_id) == area)
            .filter(|b| authorized.contains(&b.election_id))
            .map(|b| CastVote { election_id: b.election_id, ballot_id: b.ballot_id.clone() })
            .collect();
        let elections = &self.config.publication.elections;
        let allowed = elections.iter().map(|e| (e.id, e.allowed_ballots)).collect();
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
        self.state().service(token)?;
        Ok(self.config.blacklist.iter().any(|blocked| blocked == number.expose()))
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
        self.state().service(token)?;
        let logged = LoggedCall {
            stage: record.stage,
            has_voter: record.voter_id.is_some(),
            votes: record.votes,
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.insert(record.contact_id.to_owned(), logged);
        Ok(())
    }
}
