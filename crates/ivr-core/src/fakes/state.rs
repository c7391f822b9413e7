//! [`WorldState`]: the part of a world that calls change, for a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use super::randomness::Drawn;
use super::shared::{LateBallot, Shared};
use super::tokens::{IssuedToken, LoginSession, Tokens};
use crate::ports::{SealingKey, SessionRow};
use crate::secret::Secret;

/// What calls change: ballots, failed logins, the clock, stored calls and the key that seals them,
/// and what tokens stand for. How often ports were called is not part of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldState {
    /// Virtual time; `None` where the clock is the real one.
    pub now: Option<DateTime<Utc>>,
    /// The recorded ballots, those from before the world began included.
    pub ballots: Vec<RecordedBallot>,
    /// Failed logins by username.
    pub failed_logins: BTreeMap<String, u32>,
    /// The development key that seals now, base64.
    #[serde(deserialize_with = "key_text")]
    pub sealing_key: String,
    /// Its id.
    pub sealing_key_id: String,
    /// Keys that sealed before.
    older_keys: Vec<StoredKey>,
    sessions: Vec<StoredCall>,
    /// The tokens that were issued, by their texts.
    pub tokens: BTreeMap<String, IssuedToken>,
    /// How many sessions voters began on the server; they are counted from 1.
    pub sessions_begun: u64,
    /// Those that were ended by a logout or a reused refresh token. Whatever number is put here
    /// is over.
    pub ended_sessions: BTreeSet<u64>,
    login_sessions: BTreeMap<u64, LoginSession>,
    drawn: Drawn,
    /// Ballots on their way.
    #[serde(default)]
    late: Vec<LateBallot>,
}

impl fmt::Debug for WorldState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorldState").field("now", &self.now).finish_non_exhaustive()
    }
}

/// A recorded ballot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedBallot {
    /// Whose it is.
    pub user_id: String,
    /// In which area they voted; unknown for somebody who is no voter of the world.
    pub area_id: Option<Uuid>,
    /// The election.
    pub election_id: Uuid,
    /// The ballot.
    pub ballot_id: String,
}

impl RecordedBallot {
    /// Whether it was cast in an area; one of an unknown area counts everywhere.
    pub(super) fn is_of_area(&self, area_id: Option<Uuid>) -> bool {
        self.area_id.is_none() || self.area_id == area_id
    }
}

impl fmt::Debug for RecordedBallot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedBallot").field("ballot_id", &self.ballot_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredCall {
    contact_id: String,
    version: u64,
    ttl: i64,
    key_id: String,
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    sealed: Vec<u8>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: String,
    #[serde(deserialize_with = "key_text")]
    key: String,
}

impl StoredKey {
    fn of(key: &SealingKey) -> Self {
        Self { id: key.id().to_owned(), key: STANDARD.encode(key.key().expose()) }
    }
}

impl WorldState {
    pub(super) fn of(world: &Shared) -> Self {
        world.settle();
        let tables = world.tables();
        let stored = |row: &SessionRow| StoredCall {
            contact_id: row.contact_id.clone(),
            version: row.version,
            ttl: row.ttl,
            key_id: row.key_id.clone(),
            sealed: row.sealed.clone(),
        };
        let mut keys: Vec<_> = tables.sealing_keys.iter().map(StoredKey::of).collect();
        let sealing = keys.pop();
        Self {
            now: world.clock.is_virtual().then(|| world.clock.now()),
            ballots: tables.ballots.clone(),
            failed_logins: tables.failed_logins.clone(),
            sessions: tables.sessions.values().map(stored).collect(),
            sealing_key: sealing.as_ref().map(|key| key.key.clone()).unwrap_or_default(),
            sealing_key_id: sealing.map(|key| key.id).unwrap_or_default(),
            older_keys: keys,
            tokens: tables.tokens.issued.clone(),
            sessions_begun: tables.tokens.begun,
            ended_sessions: tables.tokens.ended.clone(),
            login_sessions: tables.tokens.sessions.clone(),
            drawn: world.randomness.drawn(),
            late: tables.late.clone(),
        }
    }

    pub(super) fn put_back(self, world: &Shared) {
        if let Some(now) = self.now {
            world.clock.set(now);
        }
        world.randomness.go_on_from(self.drawn);
        let mut tables = world.tables();
        tables.ballots = self.ballots;
        tables.late = self.late;
        tables.failed_logins = self.failed_logins;
        tables.tokens = Tokens {
            issued: self.tokens,
            begun: self.sessions_begun,
            ended: self.ended_sessions,
            sessions: self.login_sessions,
        };
        let sealing = StoredKey { id: self.sealing_key_id, key: self.sealing_key };
        let keys = self.older_keys.into_iter().chain([sealing]);
        let key =
            |stored: StoredKey| Some(SealingKey::new(stored.id, Secret::new(key_of(&stored.key)?)));
        tables.sealing_keys = keys.filter_map(key).collect();
        let row = |call: StoredCall| SessionRow {
            contact_id: call.contact_id,
            version: call.version,
            ttl: call.ttl,
            key_id: call.key_id,
            sealed: call.sealed,
        };
        let rows = self.sessions.into_iter().map(row);
        tables.sessions = rows.map(|row| (row.contact_id.clone(), row)).collect();
    }
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(de::Error::custom)
}

fn key_of(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The text of a key, if it is one.
fn key_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match key_of(&text) {
        Some(_) => Ok(text),
        None => Err(de::Error::custom("a key is 32 bytes in base64")),
    }
}
