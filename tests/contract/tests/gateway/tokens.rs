//! Tokens: of a real Keycloak where it runs, else by a key that was made for this run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::anyhow;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use contract::admin::Admin;
use contract::operator::{certs, granted};
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

const NAMESPACE: &str = "https://hasura.io/jwt/claims";

/// Whose tokens a server of the suite believes.
pub(crate) enum Issuer {
    Own(Signer),
    Realm(RealmIssuer),
}

impl Issuer {
    /// A realm of this Keycloak, or a new key.
    pub(crate) fn new(keycloak: Option<&Arc<Keycloak>>) -> anyhow::Result<Self> {
        match keycloak {
            Some(keycloak) => Ok(Self::Realm(RealmIssuer::new(Arc::clone(keycloak))?)),
            None => Ok(Self::Own(Signer::generate()?)),
        }
    }

    /// `HASURA_GRAPHQL_JWT_SECRET`.
    pub(crate) fn jwt_secret(&self) -> anyhow::Result<String> {
        match self {
            Self::Own(signer) => signer.jwt_secret(),
            Self::Realm(realm) => {
                Ok(by_url(&certs(&realm.keycloak, RealmIssuer::NAME)).to_string())
            }
        }
    }

    /// A token of one role with the session variables given.
    pub(crate) fn token(&self, role: &str, variables: &[(&str, String)]) -> anyhow::Result<String> {
        match self {
            Self::Own(signer) => signer.sign(&claims(role, variables)),
            Self::Realm(realm) => realm.token(&session(role, variables)),
        }
    }
}

/// The setting that takes keys from an address.
pub(crate) fn by_url(url: &str) -> Value {
    json!({"jwk_url": url})
}

fn session(role: &str, variables: &[(&str, String)]) -> Value {
    let mut hasura = json!({"x-hasura-default-role": role, "x-hasura-allowed-roles": [role]});
    for (name, value) in variables {
        hasura[*name] = Value::String(value.clone());
    }
    hasura
}

/// The claims of a token of one role, valid for an hour.
pub(crate) fn claims(role: &str, variables: &[(&str, String)]) -> Value {
    let now = now();
    json!({"exp": now + 3600, "iat": now - 5, "sub": "s",
        "iss": "https://keycloak.test/realms/r", NAMESPACE: session(role, variables)})
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// A realm with one client for each set of claims: each is a hard-coded claim of its client.
pub(crate) struct RealmIssuer {
    keycloak: Arc<Keycloak>,
    /// Tokens by their claims.
    made: Mutex<HashMap<String, String>>,
}

impl RealmIssuer {
    const NAME: &'static str = "claims";
    const SECRET: &'static str = "of-this-run-only";

    fn new(keycloak: Arc<Keycloak>) -> anyhow::Result<Self> {
        let admin = Admin::new(&keycloak);
        let realms = admin.get("/realms")?;
        let there = realms.as_array().is_some_and(|r| r.iter().any(|r| r["realm"] == Self::NAME));
        if !there {
            let realm = json!({"realm": Self::NAME, "enabled": true, "accessTokenLifespan": 3600});
            admin.post("/realms", &realm)?;
        }
        drop(admin);
        Ok(Self { keycloak, made: Mutex::default() })
    }

    /// What signs.
    pub(crate) fn report(&self) -> String {
        self.keycloak.report().to_string()
    }

    fn token(&self, session: &Value) -> anyhow::Result<String> {
        let key = session.to_string();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = made.get(&key) {
            return Ok(token.clone());
        }
        let name = uuid::Uuid::new_v4().to_string();
        let mapper = json!({"name": "session", "protocol": "openid-connect",
            "protocolMapper": "oidc-hardcoded-claim-mapper", "config": {
                "claim.name": NAMESPACE.replace('.', "\\."), "claim.value": key,
                "jsonType.label": "JSON", "access.token.claim": "true"}});
        let client = json!({"clientId": name, "secret": Self::SECRET, "publicClient": false,
            "standardFlowEnabled": false, "serviceAccountsEnabled": true, "protocolMappers": [mapper]});
        Admin::new(&self.keycloak).post(&format!("/realms/{}/clients", Self::NAME), &client)?;
        let token = granted(
            &self.keycloak,
            Self::NAME,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", &name),
                ("client_secret", Self::SECRET),
            ],
        )?;
        made.insert(key, token.clone());
        Ok(token)
    }
}

/// A key of this run: it signs, and says how to verify.
pub(crate) struct Signer(KeyPair);

impl Signer {
    pub(crate) fn generate() -> anyhow::Result<Self> {
        Ok(Self(KeyPair::generate(KeySize::Rsa2048)?))
    }

    fn jwt_secret(&self) -> anyhow::Result<String> {
        Ok(json!({"type": "RS256", "key": self.pem()?}).to_string())
    }

    /// The public key, as text.
    pub(crate) fn pem(&self) -> anyhow::Result<String> {
        let public: PublicKeyX509Der<'_> = self.0.public_key().as_der()?;
        let text = STANDARD.encode(public.as_ref());
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        Ok(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n")))
    }

    /// The public key, as a member of a key set.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let key = self.0.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
            "n": number(key.modulus().big_endian_without_leading_zero()),
            "e": number(key.exponent().big_endian_without_leading_zero())})
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let signed = message(&json!({"alg": "RS256", "typ": "JWT"}), claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| anyhow!("the token could not be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The part of a token that is signed.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// A token that uses somebody's public key as a shared secret.
pub(crate) fn confused(public: &[u8], claims: &Value) -> String {
    let signed = message(&json!({"alg": "HS256", "typ": "JWT"}), claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, public), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}
