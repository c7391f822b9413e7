//! A voter's token: read, never verified, as on the platform (facts 4.1, 4.2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::channel::Client;
use super::refusal::Refusal;
use super::settings::Patches;

/// The claims that the platform's decoder requires, and those it looks at.
#[derive(Deserialize)]
#[allow(dead_code, reason = "a token without them is none, though nobody looks at their values")]
pub(super) struct Claims {
    exp: i64,
    iat: i64,
    jti: String,
    iss: String,
    sub: String,
    typ: String,
    azp: String,
    acr: String,
    scope: String,
    #[serde(rename = "allowed-origins")]
    allowed_origins: Vec<String>,
    email_verified: bool,
    pub(super) auth_time: Option<i64>,
    #[serde(rename = "https://hasura.io/jwt/claims")]
    hasura: Hasura,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "as above")]
struct Hasura {
    #[serde(rename = "x-hasura-default-role")]
    default_role: String,
    #[serde(rename = "x-hasura-tenant-id")]
    tenant_id: String,
    #[serde(rename = "x-hasura-user-id")]
    user_id: String,
    #[serde(rename = "x-hasura-allowed-roles")]
    allowed_roles: Vec<String>,
    #[serde(rename = "x-hasura-area-id")]
    area_id: Option<String>,
    #[serde(rename = "authorized-election-ids")]
    authorized_election_ids: Option<Vec<String>>,
}

/// Who votes, after authorisation.
pub(super) struct Voter {
    pub(super) tenant_id: String,
    pub(super) area_id: String,
    pub(super) user_id: String,
    pub(super) client: Client,
    pub(super) auth_time: Option<i64>,
}

impl Claims {
    /// Of an `Authorization` header.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let token = header.strip_prefix("Bearer ")?;
        let payload = token.split('.').nth(1)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// Role, area, authorised elections, client, in this order (facts 4.3, 1).
    pub(super) fn authorize(self, election_id: &str, patches: &Patches) -> Result<Voter, Refusal> {
        let Hasura { tenant_id, user_id, allowed_roles, area_id, authorized_election_ids, .. } =
            self.hasura;
        if !allowed_roles.iter().any(|role| role == "user") {
            return Err(Refusal::Unauthorized("Missing role user"));
        }
        let area_id = area_id.ok_or(Refusal::Unauthorized("Missing area"))?;
        let elections = authorized_election_ids.unwrap_or_default();
        if !elections.iter().any(|id| id == election_id) {
            return Err(Refusal::Unauthorized("Not authorized to election"));
        }
        let client =
            Client::of(&self.azp, patches).ok_or(Refusal::Unauthorized("Unknown Client"))?;
        Ok(Voter { tenant_id, area_id, user_id, client, auth_time: self.auth_time })
    }
}
