//! The election key, prepared for many encryptions.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use curve25519_dalek::ristretto::{RistrettoBasepointTable, RistrettoPoint};
use curve25519_dalek::traits::Identity;

use crate::group;

/// A public key and its table of multiples (about 30 kB).
pub(crate) struct ElectionKey {
    table: RistrettoBasepointTable,
}

impl ElectionKey {
    pub(crate) fn new(point: &RistrettoPoint) -> Self {
        Self { table: RistrettoBasepointTable::create(point) }
    }

    pub(crate) fn table(&self) -> &RistrettoBasepointTable {
        &self.table
    }
}

/// Tables already made, so that the ballot styles of one key share one.
#[derive(Clone, Default)]
pub struct KeyTables {
    tables: HashMap<[u8; 32], Arc<ElectionKey>>,
}

impl fmt::Debug for KeyTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyTables").field("keys", &self.tables.len()).finish()
    }
}

/// What is wrong with an election key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The ballot style names no key.
    #[error("there is no election key")]
    Missing,
    /// The key is the environment's demo key: whoever set up the environment can read ballots.
    #[error("the election key is the demo key")]
    Demo,
    /// The text is not unpadded base64 of 32 bytes.
    #[error("the election key is not 32 bytes in unpadded base64")]
    NotBase64,
    /// The bytes are no element of the group, or its neutral element, which would hide nothing.
    #[error("the election key is not a usable group element")]
    NotAnElement,
}

impl KeyTables {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn get(&mut self, text: &str) -> Result<Arc<ElectionKey>, KeyError> {
        let bytes: [u8; 32] = STANDARD_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(KeyError::NotBase64)?;
        if let Some(known) = self.tables.get(&bytes) {
            return Ok(Arc::clone(known));
        }
        let point = group::point(bytes)
            .filter(|point| *point != RistrettoPoint::identity())
            .ok_or(KeyError::NotAnElement)?;
        let key = Arc::new(ElectionKey::new(&point));
        self.tables.insert(bytes, Arc::clone(&key));
        Ok(key)
    }
}
