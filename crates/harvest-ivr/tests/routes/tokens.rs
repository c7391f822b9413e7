//! Keys made for the run, and tokens that they sign.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The keys of the first tenant's realm, of the second's, and one that is nobody's.
pub(crate) static FIRST: LazyLock<Key> = LazyLock::new(|| Key::new("first"));
pub(crate) static SECOND: LazyLock<Key> = LazyLock::new(|| Key::new("second"));
pub(crate) static NOBODYS: LazyLock<Key> = LazyLock::new(|| Key::new("first"));

/// An RSA key.
pub(crate) struct Key {
    pair: KeyPair,
    id: &'static str,
}

impl Key {
    pub(crate) fn new(id: &'static str) -> Self {
        Self { pair: KeyPair::generate(KeySize::Rsa2048).unwrap(), id }
    }

    /// A token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.with_header(&json!({"alg": "RS256", "typ": "JWT", "kid": self.id}), claims)
    }

    /// The same, with this header.
    pub(crate) fn with_header(&self, header: &Value, claims: &Value) -> String {
        self.signed(&RSA_PKCS1_SHA256, header, claims)
    }

    /// The same, well signed in another way.
    pub(crate) fn by_sha512(&self, claims: &Value) -> String {
        let header = json!({"alg": "RS512", "typ": "JWT", "kid": self.id});
        self.signed(&RSA_PKCS1_SHA512, &header, claims)
    }

    fn signed(&self, way: &'static dyn RsaEncoding, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(way, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token whose shared secret is the public key: algorithm confusion.
    pub(crate) fn confused(&self, claims: &Value) -> String {
        let message = message(&json!({"alg": "HS256", "typ": "JWT", "kid": self.id}), claims);
        let secret = self.pair.public_key().as_ref();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The public key, as a realm publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let (n, e) = (self.pair.public_key().modulus(), self.pair.public_key().exponent());
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let n = number(n.big_endian_without_leading_zero());
        let e = number(e.big_endian_without_leading_zero());
        json!({"kty": "RSA", "kid": self.id, "use": "sig", "alg": "RS256",
            "n": n, "e": e})
    }
}

/// Header and payload of a token.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
