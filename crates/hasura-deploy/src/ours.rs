//! What of the metadata is ours: tables and functions whose names begin with `ivr_`, in the
//! platform's schema. Never a permission or a relationship on a table of the platform.

use serde_json::{Map, Value, json};

use crate::{PREFIX, SCHEMA, SOURCE};

/// The kinds of permission, as they are named in a table entry and in an operation.
pub const PERMISSIONS: [&str; 4] = ["select", "insert", "update", "delete"];

/// The kinds of relationship, likewise.
pub const RELATIONSHIPS: [&str; 2] = ["object", "array"];

/// The entries of one kind (`tables`, `functions`) of our source, with the name of each.
pub fn entries<'a>(metadata: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    let singular = kind.trim_end_matches('s');
    list(metadata, "sources")
        .iter()
        .filter(|source| source["name"] == SOURCE)
        .flat_map(|source| list(source, kind))
        .filter(|entry| entry[singular]["schema"] == SCHEMA)
        .filter_map(|entry| Some((entry[singular]["name"].as_str()?, entry)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// A list in an object; empty where there is none.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A permission or relationship in the one form in which two can be compared: defaults gone,
/// comments gone, columns in order, session variables in lower case.
pub fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(key, value)| !is_default(key, value))
                .map(|(key, value)| (key.clone(), comparable_field(key, value)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => items.iter().map(comparable).collect(),
        Value::String(text) if text.to_ascii_lowercase().starts_with("x-hasura-") => {
            json!(text.to_ascii_lowercase())
        }
        other => other.clone(),
    }
}

fn is_default(key: &str, value: &Value) -> bool {
    match key {
        "comment" => true,
        "allow_aggregations" | "backend_only" => value == &json!(false),
        "computed_fields" => value == &json!([]),
        "set" => value == &json!({}),
        "check" | "insertion_order" | "query_root_fields" | "subscription_root_fields" => {
            value.is_null()
        }
        _ => false,
    }
}

fn comparable_field(key: &str, value: &Value) -> Value {
    match value {
        Value::Array(items) if key == "columns" || key.ends_with("_root_fields") => {
            let mut sorted = items.clone();
            sorted.sort_by_key(ToString::to_string);
            Value::Array(sorted)
        }
        other => comparable(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_leaves_out_or_writes_differently_is_the_same() {
        let ours = json!({"columns": ["b", "a"], "filter": {"t": {"_eq": "X-Hasura-T"}},
            "allow_aggregations": false, "limit": 1});
        let theirs = json!({"columns": ["a", "b"], "filter": {"t": {"_eq": "x-hasura-t"}},
            "limit": 1, "comment": "seen"});
        assert_eq!(comparable(&ours), comparable(&theirs));
    }

    #[test]
    fn a_filter_a_limit_a_column_and_aggregates_are_differences() {
        let ours = json!({"columns": ["a"], "filter": {"t": {"_eq": "x-hasura-t"}}, "limit": 1});
        for theirs in [
            json!({"columns": ["a"], "filter": {}, "limit": 1}),
            json!({"columns": ["a"], "filter": {"t": {"_eq": "x-hasura-t"}}}),
            json!({"columns": ["a", "b"], "filter": {"t": {"_eq": "x-hasura-t"}}, "limit": 1}),
            json!({"columns": ["a"], "filter": {"t": {"_eq": "x-hasura-t"}}, "limit": 1,
                "allow_aggregations": true}),
            json!({"columns": ["a"], "filter": {"t": {"_eq": "x-hasura-t"}}, "limit": 1,
                "query_root_fields": []}),
        ] {
            assert_ne!(comparable(&ours), comparable(&theirs));
        }
    }

    #[test]
    fn only_our_names_in_the_platforms_schema_and_our_source() {
        let table = |schema: &str, name: &str| json!({"table": {"schema": schema, "name": name}});
        let metadata = json!({"sources": [
            {"name": "other", "tables": [table(SCHEMA, "ivr_x")]},
            {"name": SOURCE, "tables": [
                table(SCHEMA, "ivr_a"), table(SCHEMA, "election"), table("public", "ivr_b")]},
        ]});
        let names: Vec<&str> = entries(&metadata, "tables").iter().map(|(n, _)| *n).collect();
        assert_eq!(names, ["ivr_a"]);
    }
}
