//! Whether a token was signed by a realm and is valid now (DECISIONS 61, ADR 0043).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How far two clocks may differ, in seconds.
const LEEWAY: i64 = 10;

/// The id of the key that is said to have signed; only of RS256, and of nothing that has conditions
/// that nobody here knows.
pub(super) fn key_id(token: &str) -> Option<String> {
    let header = decode_header(token).ok()?;
    (header.alg == Algorithm::RS256 && header.crit.is_none()).then_some(header.kid).flatten()
}

/// The issuer that a token names, before anybody has verified it: it only chooses among those known.
pub(super) fn named_issuer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Named>(&payload).ok()?.iss)
}

/// The claims of an access token that `key` signed, that `issuer` issued for one of `clients` and
/// that is valid at `now`, in Unix seconds.
///
/// `aud` is not looked at: Keycloak writes there the clients whose roles a token carries; whom a
/// token was made for says `azp`.
pub(super) fn verified(
    token: &str,
    key: &Jwk,
    issuer: &str,
    clients: &[String],
    now: i64,
) -> Option<Map<String, Value>> {
    let key = DecodingKey::from_jwk(key).ok()?;
    let mut validation = Validation::new(Algorithm::RS256);
    // The signature only; the claims are read below, where it can be seen how.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = decode::<Map<String, Value>>(token, &key, &validation).ok()?.claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let client = text("azp")?;
    let expires = claims.get("exp")?.as_i64()?;
    let begins = match claims.get("nbf") {
        Some(begins) => begins.as_i64()?,
        None => i64::MIN,
    };
    let holds = text("iss")? == issuer
        && text("typ")? == "Bearer"
        && clients.iter().any(|known| known == client)
        && now < expires.saturating_add(LEEWAY)
        && begins.saturating_sub(LEEWAY) <= now;
    holds.then_some(claims)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
    use serde_json::json;

    use super::*;

    #[test]
    fn clocks_may_differ_by_ten_seconds_and_no_more() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let clients = ["desk".to_owned()];
        let valid = |change: fn(&mut Value), now: i64| {
            let mut claims = json!({"iss": "i", "azp": "desk", "typ": "Bearer", "exp": 1000});
            change(&mut claims);
            let token = signed(&pair, &claims);
            verified(&token, &published(&pair), "i", &clients, now).is_some()
        };
        let as_it_is = |_: &mut Value| {};
        assert!(valid(as_it_is, 0) && valid(as_it_is, 1009));
        assert!(!valid(as_it_is, 1010) && !valid(as_it_is, i64::MAX));
        let later = |claims: &mut Value| claims["nbf"] = json!(500);
        assert!(valid(later, 490) && valid(later, 1009) && !valid(later, 489));
        assert!(!valid(|claims| claims["nbf"] = json!("500"), 600));
        assert!(!valid(|claims| claims["exp"] = json!(1000.5), 600));
        assert!(valid(|claims| claims["exp"] = json!(i64::MAX), 600));
    }

    fn signed(pair: &KeyPair, claims: &Value) -> String {
        let header = json!({"alg": "RS256", "kid": "k"}).to_string();
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", part(header), part(claims.to_string()));
        let mut signature = vec![0; pair.public_modulus_len()];
        let random = SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn published(pair: &KeyPair) -> Jwk {
        let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = json!({"kty": "RSA", "kid": "k", "use": "sig",
            "n": number(n.big_endian_without_leading_zero()),
            "e": number(e.big_endian_without_leading_zero())});
        serde_json::from_value(key).unwrap()
    }
}
