//! The PhoneHasher port: how a caller appears in logs (design 9.2.1).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::outage::{Deadline, Outage};
use crate::caller::E164;

/// A salted hash of a number and the generation of its salt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneHash {
    /// Lowercase hexadecimal.
    pub hash: String,
    /// `{tenant}-{yyyymm}`.
    pub salt_gen: String,
}

/// Callers in logs.
#[async_trait]
pub trait PhoneHasherPort: Send + Sync {
    /// The hash of a number under the tenant's salt. Safe to repeat; without an answer the log
    /// goes without a hash.
    async fn hash(
        &self,
        tenant_id: Uuid,
        number: &E164,
        within: Deadline,
    ) -> Result<PhoneHash, Outage>;
}
