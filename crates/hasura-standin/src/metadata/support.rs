//! What metadata may hold that the stand-in would answer wrongly: it is refused when it is set.

use serde_json::{Map, Value};

use super::Metadata;

/// Keys of a table that change no answer.
const HARMLESS_OF_TABLE: &[&str] = &["comment"];
/// Keys of a table's configuration that change no answer.
const HARMLESS_OF_CONFIGURATION: &[&str] = &["comment"];
/// Keys of a source that change no answer: the stand-in has one database, named at its start.
const HARMLESS_OF_SOURCE: &[&str] = &["configuration", "health_check"];
/// Top-level keys that change no answer of what is served.
const HARMLESS: &[&str] = &[
    "allowlist",
    "api_limits",
    "backend_configs",
    "cron_triggers",
    "graphql_schema_introspection",
    "metrics_config",
    "network",
    "opentelemetry",
    "query_collections",
    "rest_endpoints",
];

/// The first thing in `metadata` that the stand-in cannot serve.
#[must_use]
pub fn unsupported(metadata: &Metadata) -> Option<String> {
    if let Some(key) = odd(&metadata.other, HARMLESS) {
        return Some(format!("the metadata key \"{key}\""));
    }
    if metadata.other.get("graphql_schema_introspection").is_some_and(|value| {
        value
            .get("disabled_for_roles")
            .and_then(Value::as_array)
            .is_some_and(|roles| !roles.is_empty())
    }) {
        return Some("introspection switched off for roles".to_owned());
    }
    if metadata.sources.len() > 1 {
        return Some("more than one source".to_owned());
    }
    for source in &metadata.sources {
        if source.kind != "postgres" {
            return Some(format!("a source of kind \"{}\"", source.kind));
        }
        if let Some(key) = odd(&source.other, HARMLESS_OF_SOURCE) {
            return Some(format!("the key \"{key}\" of source \"{}\"", source.name));
        }
        for entry in &source.functions {
            let function = &entry.function;
            if let Some(key) = odd(&entry.other, HARMLESS_OF_TABLE) {
                return Some(format!("the key \"{key}\" of function \"{function}\""));
            }
            if let Some(key) = odd(&entry.configuration.other, &[]) {
                return Some(format!(
                    "the key \"{key}\" of function \"{function}\"'s configuration"
                ));
            }
        }
        for entry in &source.tables {
            let table = &entry.table;
            if entry.is_enum {
                return Some(format!("the enum table \"{table}\""));
            }
            if let Some(key) = odd(&entry.other, HARMLESS_OF_TABLE) {
                return Some(format!("the key \"{key}\" of table \"{table}\""));
            }
            if let Some(key) = odd(&entry.configuration.other, HARMLESS_OF_CONFIGURATION) {
                return Some(format!("the key \"{key}\" of table \"{table}\"'s configuration"));
            }
        }
    }
    None
}

fn odd<'a>(other: &'a Map<String, Value>, harmless: &[&str]) -> Option<&'a String> {
    other
        .iter()
        .find(|(key, value)| !harmless.contains(&key.as_str()) && !is_empty(value))
        .map(|(key, _)| key)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::{Value, json};

    use super::{Metadata, unsupported};

    fn of(value: Value) -> Option<String> {
        unsupported(&serde_json::from_value::<Metadata>(value).unwrap())
    }

    #[test]
    fn what_would_be_answered_wrongly_is_named() {
        let table = |extra: Value| {
            let mut table = json!({ "table": "t" });
            for (key, value) in extra.as_object().unwrap() {
                table[key] = value.clone();
            }
            json!({ "version": 3, "sources": [{ "name": "d", "tables": [table] }] })
        };
        assert_eq!(of(table(json!({}))), None);
        assert_eq!(of(table(json!({ "event_triggers": [] }))), None);
        assert!(of(table(json!({ "is_enum": true }))).unwrap().contains("enum table"));
        assert!(of(table(json!({ "event_triggers": [1] }))).unwrap().contains("event_triggers"));
        assert!(of(json!({ "remote_schemas": [1] })).unwrap().contains("remote_schemas"));
        let naming = json!({ "sources": [{ "name": "d", "customization": { "a": 1 } }] });
        assert!(of(naming).unwrap().contains("customization"));
    }
}
