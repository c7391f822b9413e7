//! Claims without the person: what configures a realm is shown, who somebody is is not.

use serde_json::{Map, Value, json};

use crate::adapters::keycloak::claims::HASURA;

/// Claims whose values say something of the realm alone.
const SHOWN: &[&str] = &[
    "acr",
    "allowed-origins",
    "aud",
    "auth_time",
    "azp",
    "email_verified",
    "exp",
    "iat",
    "iss",
    "realm_access",
    "scope",
    "typ",
];
/// The same, of the Hasura claims.
const SHOWN_HASURA: &[&str] = &[
    "x-hasura-allowed-roles",
    "x-hasura-area-id",
    "x-hasura-default-role",
    "x-hasura-election-event-id",
    "x-hasura-event-id",
    "x-hasura-tenant-id",
];

/// Every claim by name, the values of a few.
pub(super) fn redacted(claims: &Map<String, Value>) -> Value {
    let value = |(name, value): (&String, &Value)| {
        let shown = match value {
            Value::Object(hasura) if name == HASURA => hasura_claims(hasura),
            value if SHOWN.contains(&name.as_str()) => value.clone(),
            _ => json!("…"),
        };
        (name.clone(), shown)
    };
    Value::Object(claims.iter().map(value).collect())
}

fn hasura_claims(claims: &Map<String, Value>) -> Value {
    let value = |(name, value): (&String, &Value)| {
        let shown = match value {
            Value::Array(ids) if name == "authorized-election-ids" => {
                json!(format!("{} elections", ids.len()))
            }
            value if SHOWN_HASURA.contains(&name.as_str()) => value.clone(),
            _ => json!("…"),
        };
        (name.clone(), shown)
    };
    Value::Object(claims.iter().map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_somebody_is_is_not_shown() {
        let claims = json!({
            "azp": "ivr-voting", "sub": "canary", "sid": "canary", "jti": "canary",
            "name": "canary", "preferred_username": "canary", "email": "canary",
            HASURA: {"x-hasura-user-id": "canary", "x-hasura-tenant-id": "t1",
                "authorized-election-ids": ["canary", "canary"], "new": ["canary"]}
        });
        let shown = redacted(claims.as_object().unwrap()).to_string();
        assert!(!shown.contains("canary"), "{shown}");
        assert!(
            shown.contains(r#""azp":"ivr-voting""#) && shown.contains("2 elections"),
            "{shown}"
        );
        assert!(shown.contains("preferred_username"), "that it is there");
    }
}
