//! The small ports: routing, publication, hasher, keys, randomness, telemetry.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::config::FakeConfig;
use super::state::WorldState;
use crate::caller::E164;
use crate::ports::{
    Deadline, ElectionConfigError, ElectionConfigPort, Entropy, Outage, PhoneConfig,
    PhoneConfigPort, PhoneHash, PhoneHasherPort, PinnedPublication, PublicationRef, SealingKey,
    SealingKeysPort, Telemetry, TelemetryRecord,
};
use crate::secret::Secret;

/// The routing file and the published document.
pub(super) struct FakeFiles(pub(super) Arc<FakeConfig>);

#[async_trait]
impl PhoneConfigPort for FakeFiles {
    async fn lookup(
        &self,
        dialled: &E164,
        _within: Deadline,
    ) -> Result<Option<PhoneConfig>, Outage> {
        let is_it = |entry: &&PhoneConfig| entry.phone_number == dialled.expose();
        Ok(self.0.phone_config.iter().find(is_it).cloned())
    }
}

#[async_trait]
impl ElectionConfigPort for FakeFiles {
    async fn fetch(
        &self,
        wanted: &PublicationRef,
        _within: Deadline,
    ) -> Result<PinnedPublication, ElectionConfigError> {
        let config = &self.0;
        let is_it = |pin: &Option<String>, id: &str| pin.as_deref().is_none_or(|pin| pin == id);
        if !is_it(&wanted.publication_id, &config.publication_id)
            || !is_it(&wanted.document_id, &config.document_id)
        {
            return Err(ElectionConfigError::Unusable("there is no such document".into()));
        }
        Ok(PinnedPublication {
            document_id: config.document_id.clone(),
            publication_id: config.publication_id.clone(),
            publication: Arc::clone(&config.publication),
        })
    }
}

/// Salted hashes; the salt is the tenant, which is enough for a world without secrets.
pub(super) struct FakeHasher;

#[async_trait]
impl PhoneHasherPort for FakeHasher {
    async fn hash(
        &self,
        tenant_id: Uuid,
        number: &E164,
        _within: Deadline,
    ) -> Result<PhoneHash, Outage> {
        let digest = Sha256::new()
            .chain_update(b"salt of a made-up world")
            .chain_update(tenant_id.as_bytes())
            .chain_update(number.expose())
            .finalize();
        Ok(PhoneHash { hash: hex::encode(digest), salt_gen: format!("{tenant_id}-202610") })
    }
}

/// One development key, kept in the state.
pub(super) struct FakeSealingKeys(pub(super) Arc<Mutex<WorldState>>);

/// Its id.
const KEY_ID: &str = "development-1";

impl FakeSealingKeys {
    fn key(&self) -> SealingKey {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = [0; 32];
        if let Ok(bytes) = STANDARD.decode(&state.sealing_key) {
            key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        }
        SealingKey { id: KEY_ID.into(), key: Secret::new(key) }
    }
}

#[async_trait]
impl SealingKeysPort for FakeSealingKeys {
    async fn current(&self, _within: Deadline) -> Result<SealingKey, Outage> {
        Ok(self.key())
    }

    async fn by_id(&self, id: &str, _within: Deadline) -> Result<Option<SealingKey>, Outage> {
        Ok((id == KEY_ID).then(|| self.key()))
    }
}

/// Randomness from a seed.
pub(super) struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// The same seed gives the same bytes.
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// Keeps what it is told.
#[derive(Default)]
pub(super) struct RecordingTelemetry(pub(super) Mutex<Vec<TelemetryRecord>>);

impl Telemetry for RecordingTelemetry {
    fn record(&self, record: TelemetryRecord) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}
