//! What the fakes of one world share.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::clock::FakeClock;
use super::config::FakeConfig;
use super::fault::{Fault, PortName};
use super::foreign;
use super::randomness::Randomness;
use super::state::RecordedBallot;
use super::tokens::Tokens;
use crate::caller::Caller;
use crate::ports::{CallStage, SealingKey, SessionRow, TelemetryRecord, VoterClaims};
use crate::secret::Secret;

/// A ballot that the vote-casting side accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct AcceptedBallot {
    /// The election, as sent.
    pub election_id: String,
    /// The ballot's hash.
    pub ballot_id: String,
    /// The sealed ballot.
    pub content: String,
    /// Whose it is.
    pub user_id: String,
}

impl fmt::Debug for AcceptedBallot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedBallot").field("ballot_id", &self.ballot_id).finish_non_exhaustive()
    }
}

/// A ballot that arrives after its sender stopped waiting. It is judged when it arrives.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LateBallot {
    pub(super) arrives: DateTime<Utc>,
    pub(super) ballot: RecordedBallot,
    pub(super) content: String,
}

/// A row of the call log.
#[derive(Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// Who called.
    pub caller: Caller,
    /// When.
    pub started_at: DateTime<Utc>,
    /// The voter, after login.
    pub voter_id: Option<String>,
    /// How far the call came.
    pub stage: CallStage,
    /// Ballots recorded.
    pub votes: u32,
}

impl fmt::Debug for LoggedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedCall")
            .field("stage", &self.stage)
            .field("has_voter", &self.voter_id.is_some())
            .field("votes", &self.votes)
            .finish_non_exhaustive()
    }
}

/// Something that happens just before a stored call is replaced; no lock is held meanwhile.
pub(super) type Hook = Box<dyn FnOnce(&Shared) + Send>;

/// Everything that the fakes of one world share.
pub(super) struct Shared {
    config: RwLock<FakeConfig>,
    tables: Mutex<Tables>,
    calls: Mutex<BTreeMap<PortName, u32>>,
    hooks: Mutex<VecDeque<Hook>>,
    /// When the ballot that is on its way now arrives, if that is after its reply was due.
    arrival: Mutex<Option<DateTime<Utc>>>,
    pub(super) clock: FakeClock,
    pub(super) randomness: Randomness,
    pub(super) foreign_tokens: AtomicBool,
}

/// What calls change.
pub(super) struct Tables {
    pub(super) ballots: Vec<RecordedBallot>,
    pub(super) accepted: Vec<AcceptedBallot>,
    /// Ballots on their way.
    pub(super) late: Vec<LateBallot>,
    /// By username.
    pub(super) failed_logins: BTreeMap<String, u32>,
    pub(super) tokens: Tokens,
    /// By contact.
    pub(super) sessions: BTreeMap<String, SessionRow>,
    /// The last one seals.
    pub(super) sealing_keys: Vec<SealingKey>,
    /// By contact.
    pub(super) call_log: BTreeMap<String, LoggedCall>,
    pub(super) telemetry: Vec<TelemetryRecord>,
}

impl Shared {
    pub(super) fn new(config: FakeConfig) -> Self {
        let key: [u8; 32] = Sha256::new()
            .chain_update(b"development sealing key")
            .chain_update(config.seed.to_le_bytes())
            .finalize()
            .into();
        let tables = Tables {
            ballots: cast_before(&config),
            accepted: Vec::new(),
            late: Vec::new(),
            failed_logins: BTreeMap::new(),
            tokens: Tokens::default(),
            sessions: BTreeMap::new(),
            sealing_keys: vec![SealingKey::new("dev-1", Secret::new(key))],
            call_log: BTreeMap::new(),
            telemetry: Vec::new(),
        };
        Self {
            clock: FakeClock::new(config.now),
            randomness: Randomness::new(config.seed),
            config: RwLock::new(config),
            tables: Mutex::new(tables),
            calls: Mutex::default(),
            hooks: Mutex::default(),
            arrival: Mutex::default(),
            foreign_tokens: AtomicBool::new(false),
        }
    }

    pub(super) fn config(&self) -> RwLockReadGuard<'_, FakeConfig> {
        self.config.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut FakeConfig)) {
        change(&mut self.config.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hooks(&self) -> MutexGuard<'_, VecDeque<Hook>> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the ballot that is on its way now arrives.
    pub(super) fn arrival(&self) -> MutexGuard<'_, Option<DateTime<Utc>>> {
        self.arrival.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call of a port; what goes wrong with it.
    pub(super) fn count(&self, port: PortName) -> Option<Fault> {
        let call = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            let call = calls.entry(port).or_default();
            *call += 1;
            *call
        };
        self.fault(port, call)
    }

    /// What goes wrong with the nth call of a port; 0 is a call that is not counted.
    pub(super) fn fault(&self, port: PortName, call: u32) -> Option<Fault> {
        let config = self.config();
        let rule = config.faults.iter().find(|rule| rule.applies(port, call));
        rule.map(|rule| rule.fault.clone())
    }

    pub(super) fn calls(&self, port: PortName) -> u32 {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&port).copied().unwrap_or(0)
    }

    /// Whose access token it is; `None` when no backend would accept it now.
    pub(super) fn voter(&self, token: &Secret<String>) -> Option<VoterClaims> {
        let now = self.clock.now().timestamp();
        let known = self.tables().tokens.voter(token).cloned();
        let accepts_foreign = self.foreign_tokens.load(Ordering::Relaxed);
        known
            .or_else(|| accepts_foreign.then(|| foreign::claims(token.expose()))?)
            .filter(|claims| now < claims.expires_at)
    }

    /// Whether a backend would accept a token of the service.
    pub(super) fn is_service(&self, token: &Secret<String>) -> bool {
        let now = self.clock.now().timestamp();
        self.foreign_tokens.load(Ordering::Relaxed) || self.tables().tokens.is_service(token, now)
    }
}

/// The ballots that were cast before the world began.
fn cast_before(config: &FakeConfig) -> Vec<RecordedBallot> {
    let mut ballots = Vec::new();
    for cast in &config.cast_votes {
        let voter = config.voters.iter().find(|voter| voter.user_id == cast.user_id);
        for n in 1..=cast.ballots {
            let name = format!("{}/{}/{n}", cast.user_id, cast.election_id);
            ballots.push(RecordedBallot {
                user_id: cast.user_id.clone(),
                area_id: voter.and_then(|voter| voter.area_id),
                election_id: cast.election_id,
                ballot_id: hex::encode(Sha256::digest(name)),
            });
        }
    }
    ballots
}
