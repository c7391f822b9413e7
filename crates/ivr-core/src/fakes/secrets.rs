//! [`FakeSecrets`]: sealing keys and the salt of phone hashes.

use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::shared::Shared;
use crate::caller::E164;
use crate::ports::{
    Backend, Deadline, Outage, PhoneHash, PhoneHasherPort, SealingKey, SealingKeysPort,
};

/// The secrets of a world; none of them is one.
pub struct FakeSecrets(pub(super) Arc<Shared>);

#[async_trait]
impl SealingKeysPort for FakeSecrets {
    async fn current(&self, _within: Deadline) -> Result<SealingKey, Outage> {
        let tables = self.0.tables();
        let none = Outage::Unavailable { backend: Backend::SecretsManager, cause: None };
        tables.sealing_keys.last().cloned().ok_or(none)
    }

    async fn by_id(&self, id: &str, _within: Deadline) -> Result<Option<SealingKey>, Outage> {
        Ok(self.0.tables().sealing_keys.iter().find(|key| key.id() == id).cloned())
    }
}

#[async_trait]
impl PhoneHasherPort for FakeSecrets {
    async fn hash(
        &self,
        tenant_id: Uuid,
        number: &E164,
        _within: Deadline,
    ) -> Result<PhoneHash, Outage> {
        let salt_gen = format!("{tenant_id}-202610");
        let hash = Sha256::new()
            .chain_update(b"development salt of ")
            .chain_update(&salt_gen)
            .chain_update(number.expose())
            .finalize();
        Ok(PhoneHash { hash: hex::encode(hash), salt_gen })
    }
}
