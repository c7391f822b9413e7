//! `HASURA_GRAPHQL_JWT_SECRET` (facts 3.1).

use std::collections::BTreeMap;

use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::jwks::Key;

/// How tokens are verified.
pub struct Settings {
    /// Where the keys are.
    pub keys: KeySource,
    /// Where the claims are.
    pub claims: ClaimsPlace,
    /// Whether they are a string of JSON there.
    pub stringified: bool,
    /// Whom tokens must be for, one of these.
    pub audience: Option<Vec<String>>,
    /// Who must have issued them.
    pub issuer: Option<String>,
    /// Leeway for times, in seconds.
    pub skew: i64,
    /// Where the token is in a request.
    pub place: TokenPlace,
}

/// Where the keys are.
pub enum KeySource {
    /// At this address.
    Url(String),
    /// Here.
    Key(Box<Key>),
}

/// Where the claims are.
pub enum ClaimsPlace {
    /// In this claim.
    Namespace(String),
    /// At this path, as it was written.
    Path(String, Vec<String>),
    /// Each on its own.
    Map(BTreeMap<String, Mapped>),
}

/// One mapped session variable.
pub enum Mapped {
    /// This value.
    Literal(Value),
    /// What is at this path, or else this.
    Path(Vec<String>, Option<Value>),
}

/// Where the token is in a request.
pub enum TokenPlace {
    /// `Authorization: Bearer …`
    Authorization,
    /// In this cookie.
    Cookie(String),
    /// In this header.
    Header(String),
}

/// Reads the object.
///
/// # Errors
/// What is wrong with it, without quoting a key.
pub fn read(text: &str) -> anyhow::Result<Settings> {
    let value: Value = serde_json::from_str(text)
        .map_err(|_| anyhow::anyhow!("HASURA_GRAPHQL_JWT_SECRET is not JSON"))?;
    let Value::Object(object) = &value else {
        let found = if value.is_array() { "Array" } else { "another value" };
        anyhow::bail!("parsing JWTConfig failed, expected Object, but encountered {found}");
    };
    let string = |key: &str| object.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let known = [
        "type",
        "key",
        "jwk_url",
        "claims_namespace",
        "claims_namespace_path",
        "claims_format",
        "claims_map",
        "audience",
        "issuer",
        "allowed_skew",
        "header",
    ];
    if let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) {
        anyhow::bail!("HASURA_GRAPHQL_JWT_SECRET: hasura-standin does not know the key {key}");
    }
    let keys = match (string("jwk_url"), string("type"), string("key")) {
        (Some(url), None, None) => KeySource::Url(url),
        (None, Some(ty), Some(key)) => KeySource::Key(Box::new(self::key(&ty, &key)?)),
        _ => anyhow::bail!(
            "HASURA_GRAPHQL_JWT_SECRET: either jwk_url, or type and key, must be present"
        ),
    };
    let claims = match (object.get("claims_map"), string("claims_namespace_path")) {
        (Some(map), _) => ClaimsPlace::Map(claims_map(map)?),
        (None, Some(path)) => {
            if object.contains_key("claims_namespace") {
                anyhow::bail!(
                    "HASURA_GRAPHQL_JWT_SECRET: claims_namespace and claims_namespace_path exclude each other"
                );
            }
            let keys = self::path(&path)?;
            ClaimsPlace::Path(path, keys)
        }
        (None, None) => ClaimsPlace::Namespace(
            string("claims_namespace").unwrap_or_else(|| "https://hasura.io/jwt/claims".to_owned()),
        ),
    };
    let stringified = match string("claims_format").as_deref() {
        None | Some("json") => false,
        Some("stringified_json") => true,
        Some(other) => anyhow::bail!("HASURA_GRAPHQL_JWT_SECRET: unknown claims_format {other}"),
    };
    let audience = match object.get("audience") {
        None | Some(Value::Null) => None,
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(many) => Some(serde_json::from_value(many.clone()).map_err(|_| {
            anyhow::anyhow!("HASURA_GRAPHQL_JWT_SECRET: audience is a string or a list of strings")
        })?),
    };
    let skew = object.get("allowed_skew").and_then(Value::as_i64).unwrap_or(0);
    let place = match object.get("header") {
        None => TokenPlace::Authorization,
        Some(header) => {
            let name = || {
                header.get("name").and_then(Value::as_str).map(ToOwned::to_owned).ok_or_else(|| {
                    anyhow::anyhow!("HASURA_GRAPHQL_JWT_SECRET: header needs a name")
                })
            };
            match header.get("type").and_then(Value::as_str) {
                Some("Authorization") => TokenPlace::Authorization,
                Some("Cookie") => TokenPlace::Cookie(name()?),
                Some("CustomHeader") => TokenPlace::Header(name()?),
                _ => anyhow::bail!("HASURA_GRAPHQL_JWT_SECRET: unknown type of header"),
            }
        }
    };
    Ok(Settings { keys, claims, stringified, audience, issuer: string("issuer"), skew, place })
}

fn key(ty: &str, text: &str) -> anyhow::Result<Key> {
    let algorithm = match ty {
        "HS256" => Algorithm::HS256,
        "HS384" => Algorithm::HS384,
        "HS512" => Algorithm::HS512,
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "Ed25519" => Algorithm::EdDSA,
        other => {
            anyhow::bail!("HASURA_GRAPHQL_JWT_SECRET: hasura-standin does not support type {other}")
        }
    };
    Key::of_text(algorithm, text)
        .ok_or_else(|| anyhow::anyhow!("HASURA_GRAPHQL_JWT_SECRET: the key does not fit type {ty}"))
}

fn claims_map(map: &Value) -> anyhow::Result<BTreeMap<String, Mapped>> {
    let Value::Object(map) = map else {
        anyhow::bail!("HASURA_GRAPHQL_JWT_SECRET: claims_map is not an object");
    };
    let mut mapped = BTreeMap::new();
    for (name, value) in map {
        let one = match value.get("path").and_then(Value::as_str) {
            Some(path) => Mapped::Path(self::path(path)?, value.get("default").cloned()),
            None => Mapped::Literal(value.clone()),
        };
        mapped.insert(name.to_lowercase(), one);
    }
    for needed in ["x-hasura-allowed-roles", "x-hasura-default-role"] {
        if !mapped.contains_key(needed) {
            anyhow::bail!("HASURA_GRAPHQL_JWT_SECRET: claims_map needs {needed}");
        }
    }
    Ok(mapped)
}

/// `$.a['b.c'][0]` as its keys.
fn path(text: &str) -> anyhow::Result<Vec<String>> {
    let wrong = || anyhow::anyhow!("HASURA_GRAPHQL_JWT_SECRET: invalid JSON path {text}");
    let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
    let mut keys = Vec::new();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("['") {
            let (key, after) = inner.split_once("']").ok_or_else(wrong)?;
            keys.push(key.to_owned());
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (key, after) = inner.split_once(']').ok_or_else(wrong)?;
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            keys.push(key.to_owned());
            rest = after;
        } else {
            let inner = rest.strip_prefix('.').ok_or_else(wrong)?;
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (key, after) = inner.split_at(end);
            if key.is_empty() {
                return Err(wrong());
            }
            keys.push(key.to_owned());
            rest = after;
        }
    }
    Ok(keys)
}

/// What is at `keys` in `value`.
#[must_use]
pub fn at<'v>(value: &'v Value, keys: &[String]) -> Option<&'v Value> {
    keys.iter().try_fold(value, |value, key| match value {
        Value::Object(object) => object.get(key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{path, read};

    #[test]
    fn a_path_is_its_keys() {
        assert_eq!(path("$").unwrap(), Vec::<String>::new());
        assert_eq!(path("$.a['b.c'][0].d").unwrap(), ["a", "b.c", "0", "d"]);
        assert!(path("a").is_err());
        assert!(path("$.a[*]").is_err());
    }

    #[test]
    fn a_list_stops_the_server() {
        let error = read("[]").err().unwrap().to_string();
        assert_eq!(error, "parsing JWTConfig failed, expected Object, but encountered Array");
    }

    #[test]
    fn a_bad_key_is_not_quoted() {
        let error = read(r#"{"type":"RS256","key":"very-secret"}"#).err().unwrap();
        assert!(!format!("{error:?}").contains("very-secret"));
    }

    #[test]
    fn an_address_and_a_key_exclude_each_other() {
        let text = r#"{"type":"HS256","key":"0123456789","jwk_url":"http://127.0.0.1/"}"#;
        assert!(read(text).is_err());
        assert!(read("{}").is_err());
    }
}
