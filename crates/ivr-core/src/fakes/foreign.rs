//! Tokens of a real Keycloak, for worlds in which only some backends are fakes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;

use crate::ports::VoterClaims;

/// What an access token says. Nobody checks its signature, as Harvest does not.
pub(super) fn claims(token: &str) -> Option<VoterClaims> {
    let payload = token.split('.').nth(1)?;
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let hasura = payload.get("https://hasura.io/jwt/claims")?;
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let id = |value: &Value| value.as_str()?.parse::<Uuid>().ok();
    let elections = hasura.get("authorized-election-ids").and_then(Value::as_array);
    Some(VoterClaims {
        expires_at: payload.get("exp")?.as_i64()?,
        issuer: text(&payload, "iss")?,
        authorized_party: text(&payload, "azp")?,
        user_id: text(hasura, "x-hasura-user-id")?,
        tenant_id: hasura.get("x-hasura-tenant-id").and_then(id),
        area_id: hasura.get("x-hasura-area-id").and_then(id),
        authorized_election_ids: elections.into_iter().flatten().filter_map(id).collect(),
    })
}
