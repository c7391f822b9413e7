//! Whether a token was signed by a realm and is valid now (DECISIONS 61, ADR 0043).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How far two clocks may differ, in seconds.
const LEEWAY: i64 = 10;

/// The id of the key that is said to have signed; only of RS256, and of nothing that has conditions
/// that nobody here knows.
pub(super) fn key_id(token: &str) -> Option<String> {
    let header = decode_header(token).ok()?;
    (header.alg == Algorithm::RS256 && header.crit.is_none()).then_some(header.kid).flatten()
}

/// The issuer that a token names, before anybody has verified it: it only chooses among those known.
pub(super) fn named_issuer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Named>(&payload).ok()?.iss)
}

/// The claims of an access token that `key` signed, that `issuer` issued for one of `clients` and
/// that is valid at `now`, in Unix seconds.
///
/// `aud` is not looked at: Keycloak writes there the clients whose roles a token carries; whom a
/// token was made for says `azp`.
pub(super) fn verified(
    token: &str,
    key: &Jwk,
    issuer: &str,
    clients: &[String],
    now: i64,
) -> Option<Map<String, Value>> {
    let key = DecodingKey::from_jwk(key).ok()?;
    let mut validation = Validation::new(Algorithm::RS256);
    // The signature only; the claims are read below, where it can be seen how.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = decode::<Map<String, Value>>(token, &key, &validation).ok()?.claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let client = text("azp")?;
    let expires = claims.get("exp")?.as_i64()?;
    let begins = match claims.get("nbf") {
        Some(begins) => begins.as_i64()?,
        None => i64::MIN,
    };
    let holds = text("iss")? == issuer
        && text("typ")? == "Bearer"
        && clients.iter().any(|known| known == client)
        && now < expires.saturating_add(LEEWAY)
        && begins.saturating_sub(LEEWAY) <= now;
    holds.then_some(claims)
}
