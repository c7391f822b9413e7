//! A verified token's claims become a session (facts 3.1 to 3.3).

use std::collections::BTreeMap;

use serde_json::Value;

use super::settings::{ClaimsPlace, Mapped, Settings, at};
use crate::fault::Fault;
use crate::session::Session;

const ALLOWED: &str = "x-hasura-allowed-roles";
const DEFAULT: &str = "x-hasura-default-role";

/// The session that `payload` gives a caller who asks for `role`.
///
/// # Errors
/// The failures of facts 3.3.
pub fn session(settings: &Settings, payload: &Value, role: Option<&str>) -> Result<Session, Fault> {
    let mut claims = claims(settings, payload)?;
    let allowed = claims.remove(ALLOWED).ok_or_else(|| missing(ALLOWED))?;
    let allowed = roles(&allowed)?;
    let default = claims.remove(DEFAULT).ok_or_else(|| missing(DEFAULT))?;
    let Value::String(default) = default else {
        return Err(invalid(format!(
            "invalid {DEFAULT}; should be a role: parsing Text failed, expected String, but encountered {}",
            kind(&default)
        )));
    };
    let role = role.unwrap_or(&default);
    if !allowed.iter().any(|one| one == role) {
        return Err(Fault::new(
            "access-denied",
            "$",
            "Your requested role is not in allowed roles",
        ));
    }
    let mut variables = BTreeMap::new();
    for (name, value) in &claims {
        let Value::String(text) = value else {
            return Err(invalid(format!(
                "x-hasura-* claims: parsing Text failed, expected String, but encountered {}",
                kind(value)
            )));
        };
        variables.insert(name.as_str(), text.as_str());
    }
    Ok(Session::new(role, variables))
}

/// The `x-hasura-*` claims by lower-case name.
fn claims(settings: &Settings, payload: &Value) -> Result<BTreeMap<String, Value>, Fault> {
    let found = match &settings.claims {
        ClaimsPlace::Map(map) => return mapped(map, payload),
        ClaimsPlace::Namespace(name) => {
            payload.get(name).ok_or_else(|| invalid(format!("claims key: '{name}' not found")))?
        }
        ClaimsPlace::Path(text, keys) => at(payload, keys).ok_or_else(|| {
            invalid(format!("claims not found at claims_namespace_path: '{text}'"))
        })?,
    };
    let parsed;
    let object = if settings.stringified {
        let Value::String(text) = found else {
            return Err(invalid(
                "expecting a string when claims_format is stringified_json".to_owned(),
            ));
        };
        parsed = serde_json::from_str(text).unwrap_or(Value::Null);
        &parsed
    } else {
        found
    };
    let Value::Object(object) = object else {
        return Err(invalid("expecting a json object when claims_format is json".to_owned()));
    };
    Ok(object
        .iter()
        .map(|(name, value)| (name.to_lowercase(), value.clone()))
        .filter(|(name, _)| name.starts_with("x-hasura-"))
        .collect())
}

fn mapped(
    map: &BTreeMap<String, Mapped>,
    payload: &Value,
) -> Result<BTreeMap<String, Value>, Fault> {
    map.iter()
        .map(|(name, mapped)| {
            let value = match mapped {
                Mapped::Literal(value) => Some(value),
                Mapped::Path(keys, default) => at(payload, keys).or(default.as_ref()),
            };
            value
                .map(|value| (name.clone(), value.clone()))
                .ok_or_else(|| invalid(format!("JWT claim from claims_map, {name} not found")))
        })
        .collect()
}

fn roles(value: &Value) -> Result<Vec<String>, Fault> {
    let wrong = |found: &str, wanted: &str, what: &str| {
        invalid(format!(
            "invalid {ALLOWED}; should be a list of roles: parsing {what} failed, expected {wanted}, but encountered {found}"
        ))
    };
    let Value::Array(items) = value else { return Err(wrong(kind(value), "Array", "[]")) };
    items
        .iter()
        .map(|item| {
            item.as_str().map(ToOwned::to_owned).ok_or_else(|| wrong(kind(item), "String", "Text"))
        })
        .collect()
}

fn missing(name: &str) -> Fault {
    Fault::new("jwt-missing-role-claims", "$", format!("JWT claim does not contain {name}"))
}

fn invalid(message: String) -> Fault {
    Fault::new("jwt-invalid-claims", "$", message)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(_) => "Number",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
    }
}
