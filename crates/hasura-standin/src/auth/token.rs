//! A token, verified (facts 3.2, 3.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::claims;
use super::jwks::Keys;
use super::settings::{KeySource, Settings};
use crate::fault::Fault;
use crate::session::Session;

/// Verifies tokens.
pub struct Verifier {
    settings: Settings,
    keys: Keys,
}

impl Verifier {
    /// With these settings; fetches the keys if they are elsewhere.
    ///
    /// # Errors
    /// No keys could be had.
    pub async fn start(mut settings: Settings) -> anyhow::Result<Self> {
        let none = KeySource::Url(String::new());
        let keys = match std::mem::replace(&mut settings.keys, none) {
            KeySource::Url(url) => Keys::of_url(&url).await?,
            KeySource::Key(key) => Keys::fixed(*key),
        };
        Ok(Self { settings, keys })
    }

    /// How it verifies.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The session that `token` gives a caller who asks for `role`.
    ///
    /// # Errors
    /// The failures of facts 3.3.
    pub fn session(&self, token: &str, role: Option<&str>) -> Result<Session, Fault> {
        let payload = self.verified(token)?;
        self.times(&payload)?;
        self.parties(&payload)?;
        claims::session(&self.settings, &payload, role)
    }

    fn verified(&self, token: &str) -> Result<Value, Fault> {
        let not_a_token =
            || refused("JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts)");
        let (message, signature) = token.rsplit_once('.').ok_or_else(not_a_token)?;
        let (header, payload) = message.split_once('.').ok_or_else(not_a_token)?;
        if payload.contains('.') {
            return Err(not_a_token());
        }
        let unreadable = || refused("JWSError (JSONDecodeError)");
        let header = json(header).ok_or_else(unreadable)?;
        let payload = json(payload).ok_or_else(unreadable)?;
        let keys = self.keys.now();
        if keys.is_empty() {
            return Err(refused("JWSError NoUsableKeys"));
        }
        // `none`, and everything else that is not known, was signed by nobody.
        let algorithm =
            header.get("alg").and_then(Value::as_str).and_then(|name| name.parse().ok());
        // RFC 7515 4.1.11: what must be understood and is not, refuses the token.
        let understood = header.get("crit").is_none();
        let signed = algorithm.filter(|_| understood).is_some_and(|algorithm| {
            keys.iter().any(|key| key.signed(algorithm, signature, message.as_bytes()))
        });
        if signed { Ok(payload) } else { Err(refused("JWSError JWSInvalidSignature")) }
    }

    fn times(&self, payload: &Value) -> Result<(), Fault> {
        #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
        let now = chrono::Utc::now().timestamp() as f64;
        #[allow(clippy::cast_precision_loss, reason = "a leeway is small")]
        let skew = self.settings.skew as f64;
        let at = |claim: &str| match payload.get(claim) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_f64()
                .map(Some)
                .ok_or_else(|| refused("JWTClaimsSetDecodeError \"a time is not a number\"")),
        };
        if at("exp")?.is_some_and(|exp| now >= exp + skew) {
            return Err(refused("JWTExpired"));
        }
        if at("nbf")?.is_some_and(|nbf| now < nbf - skew) {
            return Err(refused("JWTNotYetValid"));
        }
        if at("iat")?.is_some_and(|iat| now < iat - skew) {
            return Err(refused("JWTIssuedAtFuture"));
        }
        Ok(())
    }

    fn parties(&self, payload: &Value) -> Result<(), Fault> {
        if let Some(issuer) = &self.settings.issuer
            && payload.get("iss").and_then(Value::as_str) != Some(issuer)
        {
            return Err(refused("JWTNotInIssuer"));
        }
        if let Some(wanted) = &self.settings.audience {
            let named = |value: &Value| {
                value.as_str().is_some_and(|name| wanted.iter().any(|one| one == name))
            };
            let meant = match payload.get("aud") {
                Some(Value::Array(many)) => many.iter().any(named),
                Some(one) => named(one),
                None => false,
            };
            if !meant {
                return Err(refused("JWTNotInAudience"));
            }
        }
        Ok(())
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn refused(why: &str) -> Fault {
    Fault::new("invalid-jwt", "$", format!("Could not verify JWT: {why}"))
}
