//! Tokens as the realms sign them, by a key that was made for this run.

use anyhow::anyhow;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Signs, and says how to verify.
pub(crate) struct Signer(KeyPair);

impl Signer {
    pub(crate) fn generate() -> anyhow::Result<Self> {
        Ok(Self(KeyPair::generate(KeySize::Rsa2048)?))
    }

    /// `HASURA_GRAPHQL_JWT_SECRET`.
    pub(crate) fn jwt_secret(&self) -> anyhow::Result<String> {
        let public: PublicKeyX509Der<'_> = self.0.public_key().as_der()?;
        let key = pem("PUBLIC KEY", public.as_ref());
        Ok(json!({"type": "RS256", "key": key}).to_string())
    }

    /// A token of one role with the session variables given, valid for ten minutes.
    pub(crate) fn token(&self, role: &str, variables: &[(&str, String)]) -> anyhow::Result<String> {
        let mut hasura = json!({
            "x-hasura-default-role": role,
            "x-hasura-allowed-roles": [role],
        });
        for (name, value) in variables {
            hasura[*name] = Value::String(value.clone());
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
        let claims = json!({"exp": now + 600, "iat": now - 5, "sub": "s",
            "iss": "https://keycloak.test/realms/r", "https://hasura.io/jwt/claims": hasura});
        let header = json!({"alg": "RS256", "typ": "JWT"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| anyhow!("the token could not be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
