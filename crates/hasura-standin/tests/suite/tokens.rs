//! Keys and tokens of a run's own, and a place that serves the keys.

use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// An RSA key.
pub(crate) struct Key(KeyPair);

impl Key {
    pub(crate) fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// A token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.signed("RS256", &RSA_PKCS1_SHA256, claims)
    }

    /// The same, well signed in another way.
    pub(crate) fn token_by_sha512(&self, claims: &Value) -> String {
        self.signed("RS512", &RSA_PKCS1_SHA512, claims)
    }

    fn signed(&self, name: &str, way: &'static dyn RsaEncoding, claims: &Value) -> String {
        let message = message(&json!({ "alg": name, "typ": "JWT", "kid": "k" }), claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(way, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public key as PEM.
    pub(crate) fn pem(&self) -> String {
        let der = self.0.public_key().as_der().unwrap();
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<_> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// The public key as a key of a set.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        // RSAPublicKey: a sequence of two integers.
        let der = self.0.public_key().as_ref();
        let (_, body) = element(der);
        let (rest, n) = element(body);
        let (_, e) = element(rest);
        let number = |bytes: &[u8]| {
            let start = bytes.iter().position(|byte| *byte != 0).unwrap();
            URL_SAFE_NO_PAD.encode(&bytes[start..])
        };
        json!({ "kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": number(n), "e": number(e) })
    }
}

/// What follows a DER element, and what is in it.
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let first = usize::from(der[1]);
    let (start, length) = if first < 0x80 {
        (2, first)
    } else {
        let count = first & 0x7f;
        let length = der[2..2 + count].iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        (2 + count, length)
    };
    (&der[start + length..], &der[start..start + length])
}

/// Header and payload of a token.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// A token signed with a shared secret.
pub(crate) fn shared_secret_token(secret: &[u8], claims: &Value) -> String {
    let message = message(&json!({ "alg": "HS256", "typ": "JWT" }), claims);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// Serves a key set that can be changed; counts how often it is asked for.
#[derive(Clone, Default)]
pub(crate) struct KeySet {
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<std::sync::atomic::AtomicUsize>,
}

impl KeySet {
    /// From now on these.
    pub(crate) fn set(&self, keys: Vec<Value>) {
        *self.keys.lock().unwrap() = keys;
    }

    /// How often it was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Its address; it lives as long as the runtime. `cache_control` goes with every answer.
    pub(crate) async fn serve(&self, cache_control: &'static str) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let set = self.clone();
        let router = axum::Router::new().fallback(move || {
            let set = set.clone();
            async move {
                set.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let body = json!({ "keys": *set.keys.lock().unwrap() }).to_string();
                ([("cache-control", cache_control)], body)
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/certs.json")
    }
}
