//! [`WorldState`]: the part of a world that calls change, for a file.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use super::randomness::Drawn;
use super::shared::Shared;
use super::tokens::Tokens;
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
    sessions: Vec<StoredCall>,
    sealing_keys: Vec<StoredKey>,
    tokens: Tokens,
    drawn: Drawn,
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
    #[serde(serialize_with = "key_to_base64", deserialize_with = "key_from_base64")]
    key: Secret<[u8; 32]>,
}

impl WorldState {
    pub(super) fn of(world: &Shared) -> Self {
        let tables = world.tables();
        let stored = |row: &SessionRow| StoredCall {
            contact_id: row.contact_id.clone(),
            version: row.version,
            ttl: row.ttl,
            key_id: row.key_id.clone(),
            sealed: row.sealed.clone(),
        };
        let keys = tables.sealing_keys.iter();
        Self {
            now: world.clock.is_virtual().then(|| world.clock.now()),
            ballots: tables.ballots.clone(),
            failed_logins: tables.failed_logins.clone(),
            sessions: tables.sessions.values().map(stored).collect(),
            sealing_keys: keys
                .map(|k| StoredKey { id: k.id.clone(), key: k.key.clone() })
                .collect(),
            tokens: tables.tokens.clone(),
            drawn: world.randomness.drawn(),
        }
    }

    pub(super) fn put_back(self, world: &Shared) {
        if let Some(now) = self.now {
            world.clock.set(now);
        }
        world.randomness.go_on_from(self.drawn);
        let mut tables = world.tables();
        tables.ballots = self.ballots;
        tables.failed_logins = self.failed_logins;
        tables.tokens = self.tokens;
        let keys = self.sealing_keys.into_iter();
        tables.sealing_keys = keys.map(|k| SealingKey { id: k.id, key: k.key }).collect();
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

fn key_to_base64<S: Serializer>(key: &Secret<[u8; 32]>, serializer: S) -> Result<S::Ok, S::Error> {
    to_base64(key.expose(), serializer)
}

fn key_from_base64<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Secret<[u8; 32]>, D::Error> {
    let bytes = from_base64(deserializer)?;
    let key = bytes.try_into().map_err(|_| de::Error::custom("a key has 32 bytes"))?;
    Ok(Secret::new(key))
}
