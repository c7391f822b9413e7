//! Which of the keys that we own differ.

use serde_json::{Map, Value};

/// The keys of `wanted` whose value in `actual` is another one, each in words, and an object with
/// only those keys. Objects are compared key by key, lists without regard to order.
pub(super) fn differing(wanted: &Value, actual: &Value) -> (Vec<String>, Map<String, Value>) {
    let mut words = Vec::new();
    let mut different = Map::new();
    for (key, want) in wanted.as_object().into_iter().flatten() {
        let have = &actual[key];
        match want {
            Value::Object(_) => {
                let (inner, keys) = differing(want, have);
                if !keys.is_empty() {
                    words.extend(inner.into_iter().map(|w| format!("{key}.{w}")));
                    different.insert(key.clone(), Value::Object(keys));
                }
            }
            _ if same(want, have) => {}
            _ => {
                words.push(format!("{key} {} -> {}", short(have), short(want)));
                different.insert(key.clone(), want.clone());
            }
        }
    }
    (words, different)
}

fn same(want: &Value, have: &Value) -> bool {
    match (want, have) {
        // Keycloak leaves out what is false or empty.
        (Value::Bool(false), Value::Null) => true,
        (Value::Array(list), Value::Null) => list.is_empty(),
        (Value::Array(want), Value::Array(have)) => {
            want.len() == have.len() && want.iter().all(|w| have.contains(w))
        }
        _ => want == have,
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::Null => "absent".to_owned(),
        Value::String(text) => text.chars().take(60).collect(),
        other => other.to_string().chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_our_keys_count() {
        let wanted = json!({"a": true, "b": ["x", "y"], "c": {"d": "1"}, "e": false, "f": []});
        let actual = json!({"a": true, "b": ["y", "x"], "c": {"d": "1", "z": "2"}, "other": 1});
        assert_eq!(differing(&wanted, &actual), (vec![], Map::new()));
    }

    #[test]
    fn differences_in_words_and_as_a_body() {
        let wanted = json!({"a": true, "b": ["x"], "c": {"d": "1", "e": "2"}});
        let actual = json!({"a": false, "b": [], "c": {"d": "1"}});
        let (words, body) = differing(&wanted, &actual);
        assert_eq!(words, ["a false -> true", r#"b [] -> ["x"]"#, "c.e absent -> 2"]);
        assert_eq!(Value::Object(body), json!({"a": true, "b": ["x"], "c": {"e": "2"}}));
    }
}
