//! What an access token says. Nothing here checks a signature: the token comes over TLS from the
//! realm that was asked. [`super::Verifier`] checks tokens that come from elsewhere.
//!
//! A voter's token is read as strictly as Harvest will read it when the ballot is cast (facts 4.2):
//! a claim that is missing then is a lost vote, and now it is an operator's mistake with a name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ivr_core::ports::VoterClaims;
use serde_json::{Map, Value};
use uuid::Uuid;

/// The object that Hasura and Harvest read.
pub const HASURA: &str = "https://hasura.io/jwt/claims";

/// Why a token cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Not a JWT: the answer was damaged on its way, or is not Keycloak's.
    #[error("not a JWT")]
    NotAJwt,
    /// A claim that is needed and missing, or of another type: a mapper, a scope, a web origin or
    /// a user attribute of the realm.
    #[error("the token has no usable claim {0}; a mapper or client scope of the realm is missing")]
    Claim(&'static str),
    /// The voter's token lacks the role `user`.
    #[error("the token does not allow the role `user`; the client's scope mapping is missing")]
    Role,
}

/// The claims of a token, unverified.
pub fn payload(token: &str) -> Result<Map<String, Value>, ClaimsError> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next(), parts.next(), parts.next());
    let (Some(payload), None) = (payload, parts.next()) else { return Err(ClaimsError::NotAJwt) };
    let bytes = URL_SAFE_NO_PAD.decode(payload).map_err(|_| ClaimsError::NotAJwt)?;
    serde_json::from_slice(&bytes).map_err(|_| ClaimsError::NotAJwt)
}

/// `exp`, Unix seconds.
pub fn expires_at(token: &str) -> Result<i64, ClaimsError> {
    integer(&payload(token)?, "exp")
}

/// A voter's claims, complete.
pub fn voter(token: &str) -> Result<VoterClaims, ClaimsError> {
    let claims = payload(token)?;
    // What Harvest's decoder insists on, used here or not.
    for name in ["jti", "sub", "typ", "acr", "scope"] {
        text(&claims, name)?;
    }
    integer(&claims, "iat")?;
    integer(&claims, "auth_time")?;
    texts(&claims, "allowed-origins")?;
    if !claims.get("email_verified").is_some_and(Value::is_boolean) {
        return Err(ClaimsError::Claim("email_verified"));
    }
    let hasura = claims.get(HASURA).and_then(Value::as_object).ok_or(ClaimsError::Claim(HASURA))?;
    text(hasura, "x-hasura-default-role")?;
    if !texts(hasura, "x-hasura-allowed-roles")?.contains(&"user") {
        return Err(ClaimsError::Role);
    }
    let area_id = match hasura.get("x-hasura-area-id") {
        // Nobody assigned an area: the voter is told that they are not eligible.
        None | Some(Value::Null) => None,
        Some(_) => Some(id(hasura, "x-hasura-area-id")?),
    };
    Ok(VoterClaims {
        expires_at: integer(&claims, "exp")?,
        issuer: text(&claims, "iss")?.to_owned(),
        authorized_party: text(&claims, "azp")?.to_owned(),
        user_id: text(hasura, "x-hasura-user-id")?.to_owned(),
        tenant_id: Some(id(hasura, "x-hasura-tenant-id")?),
        area_id,
        authorized_election_ids: elections(hasura)?,
    })
}

/// The platform's mapper leaves the claim out when it cannot ask: not the voter's lack of rights.
fn elections(hasura: &Map<String, Value>) -> Result<Vec<Uuid>, ClaimsError> {
    const NAME: &str = "authorized-election-ids";
    let ids = texts(hasura, NAME)?;
    ids.into_iter().map(|id| id.parse().map_err(|_| ClaimsError::Claim(NAME))).collect()
}

fn integer(claims: &Map<String, Value>, name: &'static str) -> Result<i64, ClaimsError> {
    claims.get(name).and_then(Value::as_i64).ok_or(ClaimsError::Claim(name))
}

fn text<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<&'c str, ClaimsError> {
    claims.get(name).and_then(Value::as_str).ok_or(ClaimsError::Claim(name))
}

fn texts<'c>(
    claims: &'c Map<String, Value>,
    name: &'static str,
) -> Result<Vec<&'c str>, ClaimsError> {
    let values = claims.get(name).and_then(Value::as_array);
    let texts = values.and_then(|values| values.iter().map(Value::as_str).collect());
    texts.ok_or(ClaimsError::Claim(name))
}

fn id(claims: &Map<String, Value>, name: &'static str) -> Result<Uuid, ClaimsError> {
    text(claims, name)?.parse().map_err(|_| ClaimsError::Claim(name))
}
