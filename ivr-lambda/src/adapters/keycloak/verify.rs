//! [`Verifier`]: whether a realm signed a token (DECISIONS 61).
//!
//! The engine does not need it: its tokens come straight from the token endpoint, over TLS. It is
//! for tokens that somebody brings, and for `step-ivr doctor`, which shows that what a realm signs
//! can be checked with the keys that it publishes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::ports::Deadline;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use url::Url;

use crate::adapters::http::{Http, HttpError, KEYS_BODY};

/// The numbers of a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JwksSettings {
    /// How far the two clocks may differ.
    pub leeway: TimeDelta,
    /// The keys are read at most so often because of a key that is not known.
    pub reread: TimeDelta,
}

impl Default for JwksSettings {
    fn default() -> Self {
        Self { leeway: TimeDelta::seconds(10), reread: TimeDelta::seconds(30) }
    }
}

/// A token that was signed by its realm and is valid now.
#[derive(Clone, PartialEq)]
pub struct Verified {
    /// `azp`.
    pub authorized_party: String,
    /// `exp`, Unix seconds.
    pub expires_at: i64,
    /// All claims.
    pub claims: Map<String, Value>,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Who it is about stays out of logs.
        f.debug_struct("Verified")
            .field("authorized_party", &self.authorized_party)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why a token is not accepted, or could not be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not a JWT.
    #[error("not a JWT")]
    Malformed,
    /// Not RS256.
    #[error("signed with another algorithm than RS256")]
    Algorithm,
    /// The realm publishes no such signing key.
    #[error("signed with a key that the realm does not publish")]
    UnknownKey,
    /// The signature is not by that key.
    #[error("the signature does not match")]
    Signature,
    /// Another realm's.
    #[error("issued by another realm")]
    Issuer,
    /// A claim is missing or of another type.
    #[error("claim {0} is missing")]
    Missing(&'static str),
    /// Over.
    #[error("expired")]
    Expired,
    /// An ID token, a refresh token.
    #[error("not an access token")]
    NotAnAccessToken,
    /// The keys could not be read.
    #[error("the realm's keys cannot be read: {0}")]
    Keys(#[from] KeysError),
}

/// Why keys could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Not 200.
    #[error("HTTP {0}")]
    Status(u16),
    /// No set of keys.
    #[error("no JSON Web Key Set")]
    Unreadable,
}

/// Verifies tokens with the keys of one address, which configuration names: never the token.
pub struct Verifier {
    http: Arc<Http>,
    jwks_url: Url,
    settings: JwksSettings,
    keys: Mutex<Keys>,
    /// One reads, the others wait for it.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Default, Clone)]
struct Keys {
    set: Option<Arc<Vec<Jwk>>>,
    asked_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("jwks_url", &self.jwks_url.as_str())
            .finish_non_exhaustive()
    }
}

impl Verifier {
    /// A verifier with the keys at an address.
    pub fn new(http: Arc<Http>, jwks_url: Url, settings: JwksSettings) -> Self {
        let (keys, reading) = (Mutex::default(), tokio::sync::Mutex::new(()));
        Self { http, jwks_url, settings, keys, reading }
    }

    /// Verifies an access token of an issuer.
    ///
    /// `iss`, `exp`, `azp` and `typ` are required. `aud` is not looked at: Keycloak writes there
    /// the clients whose roles the token carries, none for ours, and `account` for others; whom a
    /// token was made for says `azp`, which the caller compares.
    pub async fn verify(
        &self,
        issuer: &str,
        token: &str,
        within: Deadline,
    ) -> Result<Verified, VerifyError> {
        let header = decode_header(token).map_err(|_| VerifyError::Malformed)?;
        if header.alg != Algorithm::RS256 {
            return Err(VerifyError::Algorithm);
        }
        let kid = header.kid.ok_or(VerifyError::UnknownKey)?;
        let jwk = self.key(&kid, within).await?;
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| VerifyError::UnknownKey)?;
        let mut validation = Validation::new(Algorithm::RS256);
        // Signature only; the claims are read below, against the clock of this client.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let decoded = decode::<Map<String, Value>>(token, &key, &validation);
        let claims = decoded.map_err(|_| VerifyError::Signature)?.claims;
        self.check(issuer, claims)
    }

    fn check(&self, issuer: &str, claims: Map<String, Value>) -> Result<Verified, VerifyError> {
        let text = |name: &'static str| {
            claims.get(name).and_then(Value::as_str).ok_or(VerifyError::Missing(name))
        };
        if text("iss")? != issuer {
            return Err(VerifyError::Issuer);
        }
        if text("typ")? != "Bearer" {
            return Err(VerifyError::NotAnAccessToken);
        }
        let authorized_party = text("azp")?.to_owned();
        let expires_at = claims.get("exp").and_then(Value::as_i64);
        let expires_at = expires_at.ok_or(VerifyError::Missing("exp"))?;
        let now = self.http.clock().now().timestamp();
        if expires_at.saturating_add(self.settings.leeway.num_seconds()) <= now {
            return Err(VerifyError::Expired);
        }
        Ok(Verified { authorized_party, expires_at, claims })
    }

    /// The signing key of an id. An id that is not known has the keys read again, at most once in
    /// the configured time, whoever sends such ids and however many.
    async fn key(&self, kid: &str, within: Deadline) -> Result<Jwk, VerifyError> {
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        let _one_at_a_time = self.reading.lock().await;
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        let now = self.http.clock().now();
        let kept = self.keys().clone();
        let due = kept.asked_at.is_none_or(|at| now < at || now - at >= self.settings.reread);
        if !due {
            // Nothing was read at all a moment ago: that is no word on the token.
            return match kept.set {
                Some(_) => Err(VerifyError::UnknownKey),
                None => Err(KeysError::Unreadable.into()),
            };
        }
        self.keys().asked_at = Some(now);
        match self.read(within).await {
            Ok(set) => self.keys().set = Some(Arc::new(set)),
            // The old set stays; without one there is nothing to go by.
            Err(error) if kept.set.is_none() => return Err(error.into()),
            Err(_) => {}
        }
        self.known(kid).ok_or(VerifyError::UnknownKey)
    }

    fn known(&self, kid: &str) -> Option<Jwk> {
        let set = self.keys().set.clone()?;
        set.iter().find(|key| key.common.key_id.as_deref() == Some(kid)).cloned()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, within: Deadline) -> Result<Vec<Jwk>, KeysError> {
        let request = reqwest::Request::new(reqwest::Method::GET, self.jwks_url.clone());
        let reply = self.http.send(request, KEYS_BODY, within).await?;
        if reply.status != 200 {
            return Err(KeysError::Status(reply.status));
        }
        let set: JwkSet = serde_json::from_slice(&reply.body).map_err(|_| KeysError::Unreadable)?;
        let signs = |key: &Jwk| key.common.public_key_use == Some(PublicKeyUse::Signature);
        Ok(set.keys.into_iter().filter(signs).collect())
    }
}
