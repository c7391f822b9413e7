//! A key that signs whatever it is told to.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The realm's key, and one that is nobody's.
pub(super) static REALM: LazyLock<Signer> = LazyLock::new(Signer::new);
pub(super) static NOBODY: LazyLock<Signer> = LazyLock::new(Signer::new);

pub(super) struct Signer(KeyPair);

impl Signer {
    fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// A token as a realm makes them, with the key's id `k`.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.with_header(&json!({"alg": "RS256", "typ": "JWT", "kid": "k"}), claims)
    }

    pub(super) fn with_header(&self, header: &Value, claims: &Value) -> String {
        self.signed(&RSA_PKCS1_SHA256, header, claims)
    }

    pub(super) fn by_sha512(&self, header: &Value, claims: &Value) -> String {
        self.signed(&RSA_PKCS1_SHA512, header, claims)
    }

    fn signed(&self, way: &'static dyn RsaEncoding, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(way, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token whose shared secret is the public key: algorithm confusion.
    pub(super) fn by_shared_secret(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.public_key().as_ref());
        let tag = hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The public key as a realm publishes it, with some fields different; `null` takes one away.
    pub(super) fn published(&self, id: &str, but: &Value) -> Value {
        let (n, e) = (self.0.public_key().modulus(), self.0.public_key().exponent());
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut key = json!({"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256",
            "n": number(n.big_endian_without_leading_zero()),
            "e": number(e.big_endian_without_leading_zero())});
        let fields = key.as_object_mut().unwrap();
        for (name, value) in but.as_object().unwrap() {
            match value {
                Value::Null => drop(fields.remove(name)),
                value => drop(fields.insert(name.clone(), value.clone())),
            }
        }
        key
    }
}

/// Header and payload of a token.
pub(super) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
