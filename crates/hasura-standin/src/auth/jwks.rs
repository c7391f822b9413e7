//! Keys, and how they are kept fresh (facts 3.4).

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::HeaderMap;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// One key, and the algorithms it can have signed with.
pub struct Key {
    key: DecodingKey,
    algorithms: Vec<Algorithm>,
}

impl Key {
    /// The key `text` (a shared secret, a PEM public key or a certificate) for `algorithm`.
    #[must_use]
    pub fn of_text(algorithm: Algorithm, text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let key = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                DecodingKey::from_secret(bytes)
            }
            Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(bytes).ok()?,
            Algorithm::EdDSA => DecodingKey::from_ed_pem(bytes).ok()?,
            _ => DecodingKey::from_rsa_pem(bytes).ok()?,
        };
        Some(Self { key, algorithms: vec![algorithm] })
    }

    /// A key of a set; none when it is not for signatures or cannot be used.
    fn of_jwk(jwk: &Jwk) -> Option<Self> {
        use jsonwebtoken::jwk::AlgorithmParameters as Parameters;
        match &jwk.common.public_key_use {
            None | Some(PublicKeyUse::Signature | PublicKeyUse::Encryption) => {}
            Some(PublicKeyUse::Other(_)) => return None,
        }
        let stated = jwk
            .common
            .key_algorithm
            .and_then(|algorithm| algorithm.to_string().parse::<Algorithm>().ok());
        // Which algorithms a key can have signed with is the key's to say, never the token's alone.
        let family = match &jwk.algorithm {
            Parameters::RSA(_) => vec![
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            Parameters::EllipticCurve(_) => vec![Algorithm::ES256, Algorithm::ES384],
            Parameters::OctetKeyPair(_) => vec![Algorithm::EdDSA],
            Parameters::OctetKey(_) => vec![Algorithm::HS256, Algorithm::HS384, Algorithm::HS512],
            _ => return None,
        };
        let algorithms = match stated {
            Some(one) if family.contains(&one) => vec![one],
            Some(_) => return None,
            None => family,
        };
        Some(Self { key: DecodingKey::from_jwk(jwk).ok()?, algorithms })
    }

    /// Whether it signed `message` with `algorithm`.
    #[must_use]
    pub fn signed(&self, algorithm: Algorithm, signature: &str, message: &[u8]) -> bool {
        self.algorithms.contains(&algorithm)
            && jsonwebtoken::crypto::verify(signature, message, &self.key, algorithm)
                .unwrap_or(false)
    }
}

/// The keys of this moment.
#[derive(Clone, Default)]
pub struct Keys(Arc<RwLock<Arc<Vec<Key>>>>);

impl Keys {
    /// One key that stays.
    #[must_use]
    pub fn fixed(key: Key) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(vec![key]))))
    }

    /// The keys.
    #[must_use]
    pub fn now(&self) -> Arc<Vec<Key>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, keys: Vec<Key>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Fetches the keys at `url`, several times if need be, and goes on doing so in the background
    /// for as long as anybody holds them.
    ///
    /// # Errors
    /// No keys could be had.
    pub async fn of_url(url: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
        let mut fetched = fetch(&client, url).await;
        for _ in 0..5 {
            if fetched.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            fetched = fetch(&client, url).await;
        }
        let (set, mut again) = fetched?;
        let keys = Self::default();
        keys.set(set);
        let weak = Arc::downgrade(&keys.0);
        let url = url.to_owned();
        tokio::spawn(async move {
            while let Some(wait) = again {
                tokio::time::sleep(wait).await;
                let Some(keys) = weak.upgrade().map(Self) else { return };
                // A failed refresh keeps the old keys and tries again soon.
                again = match fetch(&client, &url).await {
                    Ok((set, again)) => {
                        keys.set(set);
                        again
                    }
                    Err(_) => Some(wait.clamp(Duration::from_secs(1), Duration::from_secs(60))),
                };
            }
        });
        Ok(keys)
    }
}

async fn fetch(
    client: &reqwest::Client,
    url: &str,
) -> anyhow::Result<(Vec<Key>, Option<Duration>)> {
    let answer = client.get(url).send().await?.error_for_status()?;
    let again = refresh(answer.headers());
    let body: serde_json::Value = answer.json().await?;
    // One key that does not read must not take the others with it.
    let keys = body
        .get("keys")
        .and_then(serde_json::Value::as_array)
        .ok_or_else(|| anyhow::anyhow!("the document at jwk_url is no key set"))?
        .iter()
        .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .collect();
    let set = JwkSet { keys };
    Ok((set.keys.iter().filter_map(Key::of_jwk).collect(), again))
}

/// When the keys are fetched again; none: never.
#[must_use]
pub fn refresh(headers: &HeaderMap) -> Option<Duration> {
    let second = Duration::from_secs(1);
    if let Some(control) = headers.get("cache-control").and_then(|value| value.to_str().ok()) {
        let directives: Vec<String> =
            control.split(',').map(|one| one.trim().to_lowercase()).collect();
        let has = |name: &str| directives.iter().any(|one| one == name);
        let age = ["max-age=", "s-maxage="].iter().find_map(|name| {
            directives.iter().find_map(|one| one.strip_prefix(name)?.trim_matches('"').parse().ok())
        });
        if has("no-cache") || has("no-store") {
            return Some(second);
        }
        if has("must-revalidate") {
            return Some(age.map_or(second, Duration::from_secs).max(second));
        }
        if let Some(age) = age {
            return Some(Duration::from_secs(age).max(second));
        }
    }
    let expires = headers.get("expires")?.to_str().ok()?;
    let expires = chrono::DateTime::parse_from_rfc2822(expires).ok()?;
    let left = expires.signed_duration_since(chrono::Utc::now()).to_std().unwrap_or(second);
    Some(left.max(second))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::{HeaderMap, HeaderValue};

    use super::refresh;

    fn with(control: &'static str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", HeaderValue::from_static(control));
        refresh(&headers)
    }

    #[test]
    fn keys_are_fetched_again_when_the_header_says() {
        assert_eq!(refresh(&HeaderMap::new()), None);
        assert_eq!(with("max-age=30"), Some(Duration::from_secs(30)));
        assert_eq!(with("public, s-maxage=7"), Some(Duration::from_secs(7)));
        assert_eq!(with("max-age=30, must-revalidate"), Some(Duration::from_secs(30)));
        assert_eq!(with("must-revalidate"), Some(Duration::from_secs(1)));
        assert_eq!(with("no-cache, max-age=30"), Some(Duration::from_secs(1)));
        assert_eq!(with("no-store"), Some(Duration::from_secs(1)));
        assert_eq!(with("private"), None);
    }
}
