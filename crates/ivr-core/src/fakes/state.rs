//! The part of a world that calls change; it can be kept in a file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What calls changed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct WorldState {
    /// Virtual time, if there is any.
    #[serde(default)]
    pub now: Option<DateTime<Utc>>,
    /// Recorded ballots, in order.
    #[serde(default)]
    pub ballots: Vec<RecordedBallot>,
    /// Failed logins by username.
    #[serde(default)]
    pub failed_logins: BTreeMap<String, u32>,
    /// Tokens that were issued and what they stand for.
    #[serde(default)]
    pub tokens: BTreeMap<String, IssuedToken>,
    /// Sessions that ended on the server.
    #[serde(default)]
    pub ended_sessions: BTreeSet<u64>,
    /// How many sessions were begun.
    #[serde(default)]
    pub sessions_begun: u64,
    /// Rows of calls.
    #[serde(default)]
    pub rows: BTreeMap<String, StoredRow>,
    /// The development key that seals them, base64.
    #[serde(default)]
    pub sealing_key: String,
}

impl std::fmt::Debug for WorldState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorldState(…)")
    }
}

/// A ballot that the platform recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedBallot {
    /// Whose.
    pub user_id: String,
    /// In which election.
    pub election_id: Uuid,
    /// In which area.
    pub area_id: Uuid,
    /// Which ballot; empty for those that the world began with.
    pub ballot_id: String,
}

/// A token and what it stands for.
#[derive(Clone, Serialize, Deserialize)]
pub struct IssuedToken {
    /// What it is for.
    pub kind: TokenKind,
    /// The server's session; 0 for the service itself.
    pub session: u64,
    /// The voter; empty for the service itself.
    pub user_id: String,
    /// Until when, Unix seconds.
    pub expires_at: i64,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// A voter's access token.
    Access,
    /// A voter's refresh token.
    Refresh,
    /// The service's own.
    Service,
}

/// A row as it is kept in a file.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredRow {
    /// Writes so far.
    pub version: u64,
    /// Until when.
    pub ttl: i64,
    /// Which key.
    pub key_id: String,
    /// Sealed, base64.
    pub sealed: String,
}
