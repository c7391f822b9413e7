//! The SealingKeys port: keys of stored sessions (DECISIONS 7).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};

use super::outage::{Deadline, Outage};
use crate::secret::Secret;

/// A 256-bit key and its id, ready to seal. Whoever keeps one keeps its key schedule too; clones
/// share it.
#[derive(Clone)]
pub struct SealingKey(Arc<Inner>);

struct Inner {
    id: String,
    key: Secret<[u8; 32]>,
    cipher: LessSafeKey,
}

impl SealingKey {
    /// Prepares a key.
    pub fn new(id: impl Into<String>, key: Secret<[u8; 32]>) -> Self {
        let cipher = UnboundKey::new(&AES_256_GCM, key.expose())
            .expect("the only reason to refuse a key is its length, and that is right");
        Self(Arc::new(Inner { id: id.into(), key, cipher: LessSafeKey::new(cipher) }))
    }

    /// Stored beside what the key sealed, so that keys can rotate.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The key itself.
    pub fn key(&self) -> &Secret<[u8; 32]> {
        &self.0.key
    }

    pub(crate) fn cipher(&self) -> &LessSafeKey {
        &self.0.cipher
    }
}

impl PartialEq for SealingKey {
    fn eq(&self, other: &Self) -> bool {
        (self.id(), self.key()) == (other.id(), other.key())
    }
}

impl Eq for SealingKey {}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("id", &self.0.id).finish_non_exhaustive()
    }
}

/// Keys of stored sessions.
#[async_trait]
pub trait SealingKeysPort: Send + Sync {
    /// The key that seals. Safe to repeat.
    async fn current(&self, within: Deadline) -> Result<SealingKey, Outage>;

    /// A key by its id; `None` when it is gone. Safe to repeat.
    async fn by_id(&self, id: &str, within: Deadline) -> Result<Option<SealingKey>, Outage>;
}
