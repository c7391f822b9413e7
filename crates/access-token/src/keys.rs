//! The keys that a realm publishes.

use std::fmt;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;

/// The keys of a JSON Web Key Set (RFC 7517) that sign by RS256; the others are left out.
#[derive(Debug, Clone)]
pub struct KeySet(Vec<SigningKey>);

/// A public RSA key for signatures by RS256.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    key: DecodingKey,
}

/// What should be a JSON Web Key Set is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no JSON Web Key Set")]
pub struct NoKeySet;

impl KeySet {
    /// Reads the body of a key set.
    ///
    /// # Errors
    /// When it is none. A key of a kind that is not known here is no reason to know none.
    pub fn read(body: &[u8]) -> Result<Self, NoKeySet> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(body).map_err(|_| NoKeySet)?;
        Ok(Self(set.keys.into_iter().filter_map(SigningKey::read).collect()))
    }

    /// The key of an id; the first, should there be two.
    pub fn key(&self, id: &str) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

impl SigningKey {
    fn read(key: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(key).ok()?;
        let signs = jwk.common.public_key_use == Some(PublicKeyUse::Signature)
            && matches!(jwk.common.key_algorithm, None | Some(KeyAlgorithm::RS256))
            && matches!(jwk.algorithm, AlgorithmParameters::RSA(_));
        signs.then_some(())?;
        Some(Self { key: DecodingKey::from_jwk(&jwk).ok()?, id: jwk.common.key_id? })
    }

    pub(crate) fn key(&self) -> &DecodingKey {
        &self.key
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}
