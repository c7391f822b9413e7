//! [`Verifier`]: whether a realm signed a token (DECISIONS 61).
//!
//! The engine does not need it: its tokens come straight from the token endpoint, over TLS. It is
//! for tokens that somebody brings, and for `step-ivr doctor`, which shows that what a realm signs
//! can be checked with the keys that it publishes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use access_token::{KeySet, NoKeySet, Refused, SigningKey, Unverified, Verified};
use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::ports::Deadline;
use url::Url;

use crate::adapters::http::{Http, HttpError, KEYS_BODY};

/// The numbers of a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JwksSettings {
    /// The keys are read at most so often because of a key that is not known.
    pub reread: TimeDelta,
}

impl Default for JwksSettings {
    fn default() -> Self {
        Self { reread: TimeDelta::seconds(30) }
    }
}

/// Why a token is not accepted, or could not be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It is not accepted.
    #[error(transparent)]
    Refused(#[from] Refused),
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
    set: Option<Arc<KeySet>>,
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

    /// Verifies an access token of an issuer, by the rule of [`Unverified::verify`]; whom it was
    /// made for the caller compares.
    pub async fn verify(
        &self,
        issuer: &str,
        token: &str,
        within: Deadline,
    ) -> Result<Verified, VerifyError> {
        let token = Unverified::read(token)?;
        let key = self.key(token.key_id(), within).await?;
        let now = self.http.clock().now().timestamp();
        Ok(token.verify(&key, issuer, now)?)
    }

    /// The signing key of an id. An id that is not known has the keys read again, at most once in
    /// the configured time, whoever sends such ids and however many.
    async fn key(&self, kid: &str, within: Deadline) -> Result<SigningKey, VerifyError> {
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
                Some(_) => Err(Refused::UnknownKey.into()),
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
        Ok(self.known(kid).ok_or(Refused::UnknownKey)?)
    }

    fn known(&self, kid: &str) -> Option<SigningKey> {
        let set = self.keys().set.clone()?;
        set.key(kid).cloned()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, within: Deadline) -> Result<KeySet, KeysError> {
        let request = reqwest::Request::new(reqwest::Method::GET, self.jwks_url.clone());
        let reply = self.http.send(request, KEYS_BODY, within).await?;
        if reply.status != 200 {
            return Err(KeysError::Status(reply.status));
        }
        KeySet::read(&reply.body).map_err(|NoKeySet| KeysError::Unreadable)
    }
}
