//! A token, before it is verified and how it is.

use std::fmt;

use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Refused, SigningKey, Verified};

/// How far two clocks may differ, in seconds.
pub const LEEWAY_SECONDS: i64 = 10;

/// A token that says it is signed by RS256, with a key that it names. Nothing else of it is known.
pub struct Unverified<'a> {
    token: &'a str,
    key_id: String,
}

impl<'a> Unverified<'a> {
    /// Reads the header of a token.
    ///
    /// # Errors
    /// `Malformed`, `Algorithm`, `Critical`, or `UnknownKey` when it names none.
    pub fn read(token: &'a str) -> Result<Self, Refused> {
        let header = decode_header(token).map_err(|_| Refused::Malformed)?;
        if header.alg != Algorithm::RS256 {
            return Err(Refused::Algorithm);
        }
        if header.crit.is_some() {
            return Err(Refused::Critical);
        }
        Ok(Self { token, key_id: header.kid.ok_or(Refused::UnknownKey)? })
    }

    /// The id of the key that is said to have signed.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The issuer that is said to have issued it: it only chooses among those known.
    pub fn named_issuer(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        insecure_decode_claims::<Named>(self.token).ok().map(|named| named.iss)
    }

    /// The access token that `key` signed, that `issuer` issued and that is valid at `now`, in Unix
    /// seconds.
    ///
    /// `iss`, `typ`, `azp` and `exp` are required, `nbf` counts if it is there. `aud` is not looked
    /// at: Keycloak writes there the clients whose roles a token carries, none for ours, and
    /// `account` for others; whom a token was made for says `azp`, which the caller compares.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(&self, key: &SigningKey, issuer: &str, now: i64) -> Result<Verified, Refused> {
        let claims = self.signed_by(key)?;
        let text = |name| claims.get(name).and_then(Value::as_str).ok_or(Refused::Claim(name));
        if text("iss")? != issuer {
            return Err(Refused::Issuer);
        }
        if text("typ")? != "Bearer" {
            return Err(Refused::NotAnAccessToken);
        }
        let authorized_party = text("azp")?.to_owned();
        let expires_at = claims.get("exp").and_then(Value::as_i64).ok_or(Refused::Claim("exp"))?;
        if expires_at.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(Refused::Expired);
        }
        if let Some(begins) = claims.get("nbf") {
            let begins = begins.as_i64().ok_or(Refused::Claim("nbf"))?;
            if now < begins.saturating_sub(LEEWAY_SECONDS) {
                return Err(Refused::NotYetValid);
            }
        }
        Ok(Verified { authorized_party, expires_at, claims })
    }

    fn signed_by(&self, key: &SigningKey) -> Result<Map<String, Value>, Refused> {
        let mut validation = Validation::new(Algorithm::RS256);
        // The signature only; the claims are read by the rule above, at the time that it is told.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        match decode(self.token, key.key(), &validation) {
            Ok(decoded) => Ok(decoded.claims),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {
                Err(Refused::Signature)
            }
            Err(_) => Err(Refused::Malformed),
        }
    }
}

impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").finish_non_exhaustive()
    }
}
