//! [`Route`]: where a call's event lives, copied from the routing file when the call begins.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ports::{PhoneConfig, VoterClaims};

/// The client whose tokens vote by telephone.
pub const VOTING_CLIENT: &str = "ivr-voting";

/// The backends of one election event (design 4.1, "URL snapshot").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The tenant.
    pub tenant_id: Uuid,
    /// The election event.
    pub election_event_id: Uuid,
    /// The cluster that owns the event.
    pub cluster_id: String,
    /// The deployment within the cluster.
    pub environment: String,
    /// Keycloak's base URL.
    pub keycloak_url: String,
    /// Harvest's base URL.
    pub harvest_url: String,
    /// Hasura's base URL.
    pub hasura_url: String,
    /// Where publications are.
    pub s3_public_base_url: String,
    /// `tenant-{tenant}-event-{event}`.
    pub keycloak_realm: String,
    /// IANA time zone of the election.
    pub time_zone: Option<String>,
}

/// A token that belongs to another route (DECISIONS 60).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token's {0} is not that of the dialled number")]
pub struct Disagreement(pub &'static str);

impl Route {
    /// The route of a routing entry.
    pub fn of(entry: &PhoneConfig) -> Self {
        Self {
            tenant_id: entry.tenant_id,
            election_event_id: entry.election_event_id,
            cluster_id: entry.cluster_id.clone(),
            environment: entry.environment.clone(),
            keycloak_url: entry.keycloak_url.clone(),
            harvest_url: entry.harvest_url.clone(),
            hasura_url: entry.hasura_url.clone(),
            s3_public_base_url: entry.s3_public_base_url.clone(),
            keycloak_realm: format!("tenant-{}-event-{}", entry.tenant_id, entry.election_event_id),
            time_zone: entry.time_zone.clone(),
        }
    }

    /// The issuer of the realm's tokens.
    pub fn issuer(&self) -> String {
        format!("{}/realms/{}", self.keycloak_url.trim_end_matches('/'), self.keycloak_realm)
    }

    /// Whether a token was made for this route: issuer, client and tenant.
    pub fn agrees_with(&self, claims: &VoterClaims) -> Result<(), Disagreement> {
        if claims.issuer != self.issuer() {
            return Err(Disagreement("issuer"));
        }
        if claims.authorized_party != VOTING_CLIENT {
            return Err(Disagreement("client"));
        }
        if claims.tenant_id != Some(self.tenant_id) {
            return Err(Disagreement("tenant"));
        }
        Ok(())
    }

    /// The date on the wall where the election takes place (DECISIONS 52).
    pub fn local_date(&self, now: DateTime<Utc>) -> NaiveDate {
        let zone = self.time_zone.as_deref().and_then(|z| z.parse::<chrono_tz::Tz>().ok());
        zone.map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive())
    }
}
