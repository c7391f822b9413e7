//! The ElectionConfig port: the published document (design 5.1.8).

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::outage::{Deadline, Outage};
use crate::publication::Publication;

/// Which document is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationRef {
    /// Where publications are.
    pub base_url: String,
    /// The tenant.
    pub tenant_id: Uuid,
    /// The election event.
    pub election_event_id: Uuid,
    /// The document, if it is pinned.
    pub document_id: Option<String>,
    /// The publication, if it is pinned.
    pub publication_id: Option<String>,
}

/// A document and the ids that pin it for the rest of the call.
#[derive(Debug, Clone)]
pub struct PinnedPublication {
    /// The document.
    pub document_id: String,
    /// The publication.
    pub publication_id: String,
    /// What it says.
    pub publication: Arc<Publication>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum ElectionConfigError {
    /// The document cannot be used; the message carries the JSON path.
    #[error("the publication cannot be used: {0}")]
    Unusable(String),
    /// It could not be fetched.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// The published document.
#[async_trait]
pub trait ElectionConfigPort: Send + Sync {
    /// Fetches a document. Safe to repeat; one copy is shared by all calls of a process.
    async fn fetch(
        &self,
        wanted: &PublicationRef,
        within: Deadline,
    ) -> Result<PinnedPublication, ElectionConfigError>;
}
