//! The SealingKeys port: keys of stored sessions (DECISIONS 7).

use async_trait::async_trait;

use super::outage::{Deadline, Outage};
use crate::secret::Secret;

/// A 256-bit key and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingKey {
    /// Stored beside what the key sealed, so that keys can rotate.
    pub id: String,
    /// The key.
    pub key: Secret<[u8; 32]>,
}

/// Keys of stored sessions.
#[async_trait]
pub trait SealingKeysPort: Send + Sync {
    /// The key that seals. Safe to repeat.
    async fn current(&self, within: Deadline) -> Result<SealingKey, Outage>;

    /// A key by its id; `None` when it is gone. Safe to repeat.
    async fn by_id(&self, id: &str, within: Deadline) -> Result<Option<SealingKey>, Outage>;
}
