//! The PhoneConfig port: what a dialled number stands for (design 6.2).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::outage::{Deadline, Outage};
use crate::caller::E164;
use crate::language::Language;

/// One entry of the routing file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneConfig {
    /// The dialled number, E.164.
    pub phone_number: String,
    /// The tenant.
    pub tenant_id: Uuid,
    /// The election event.
    pub election_event_id: Uuid,
    /// The cluster that owns the event.
    pub cluster_id: String,
    /// The region of the cluster.
    pub region: String,
    /// The deployment within the cluster.
    pub environment: String,
    /// Keycloak's base URL, one per realm for everything (DECISIONS 56).
    pub keycloak_url: String,
    /// Harvest's base URL.
    pub harvest_url: String,
    /// Hasura's base URL.
    pub hasura_url: String,
    /// Where publications are.
    pub s3_public_base_url: String,
    /// The language before one is chosen.
    pub default_language: Language,
    /// A disabled number answers like an unknown one.
    pub enabled: bool,
    /// Pins the published document; else its pointer object names it (DECISIONS 29).
    #[serde(default)]
    pub document_id: Option<String>,
    /// Pins the publication.
    #[serde(default)]
    pub publication_id: Option<String>,
    /// IANA time zone of the election, for the date on ballots; else UTC (DECISIONS 52).
    #[serde(default)]
    pub time_zone: Option<String>,
    /// What happens to callers who withhold their number (DECISIONS 64).
    #[serde(default)]
    pub withheld_caller: WithheldCaller,
}

/// What happens to callers who withhold their number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithheldCaller {
    /// They vote like everybody.
    #[default]
    Allow,
    /// The call is not available to them.
    Refuse,
}

/// What a dialled number stands for.
#[async_trait]
pub trait PhoneConfigPort: Send + Sync {
    /// The entry of a number, disabled ones included; `None` when there is none. Safe to repeat.
    async fn lookup(&self, dialled: &E164, within: Deadline)
    -> Result<Option<PhoneConfig>, Outage>;
}
