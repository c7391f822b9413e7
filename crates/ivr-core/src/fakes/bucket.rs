//! [`FakeBucket`]: the routing file and the published document.

use std::sync::Arc;

use async_trait::async_trait;

use super::shared::Shared;
use crate::caller::E164;
use crate::ports::{
    Backend, Deadline, ElectionConfigError, ElectionConfigPort, Outage, PhoneConfig,
    PhoneConfigPort, PinnedPublication, PublicationRef,
};

/// The bucket of a world: one routing file, one document.
pub struct FakeBucket(pub(super) Arc<Shared>);

#[async_trait]
impl PhoneConfigPort for FakeBucket {
    async fn lookup(
        &self,
        dialled: &E164,
        _within: Deadline,
    ) -> Result<Option<PhoneConfig>, Outage> {
        let config = self.0.config();
        let entry = config.phone_config.iter().find(|e| e.phone_number == dialled.expose());
        Ok(entry.cloned())
    }
}

#[async_trait]
impl ElectionConfigPort for FakeBucket {
    async fn fetch(
        &self,
        wanted: &PublicationRef,
        _within: Deadline,
    ) -> Result<PinnedPublication, ElectionConfigError> {
        let config = self.0.config();
        let is = |pinned: &Option<String>, id: &String| pinned.as_ref().is_none_or(|p| p == id);
        if !is(&wanted.document_id, &config.document_id)
            || !is(&wanted.publication_id, &config.publication_id)
        {
            let detail = "there is no such document".into();
            return Err(Outage::Misconfigured { backend: Backend::S3, detail }.into());
        }
        Ok(PinnedPublication {
            document_id: config.document_id.clone(),
            publication_id: config.publication_id.clone(),
            publication: Arc::clone(&config.publication),
        })
    }
}
