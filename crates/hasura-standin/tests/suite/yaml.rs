//! Files of cases and set-ups.

use std::path::Path;

use hasura_standin::json::Json;

/// Whether the file holds a case: it asks something. Others hold operations for other cases.
pub(crate) fn is_case(file: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(file) else { return true };
    let asks = |step: &Json| step.get("query").is_some() || step.get("url").is_some();
    // What does not read is told of when it is run.
    documents(&text).map_or(true, |documents| {
        documents.iter().any(|document| match document {
            Json::List(steps) => steps.iter().any(asks),
            one => asks(one),
        })
    })
}

/// YAML with the order of its keys; of several documents the first.
pub(crate) fn first(text: &str) -> Result<Json, String> {
    documents(text)?.into_iter().next().ok_or_else(|| "it is empty".to_owned())
}

/// The documents of a file.
pub(crate) fn documents(text: &str) -> Result<Vec<Json>, String> {
    use serde::Deserialize as _;
    yaml_serde::Deserializer::from_str(text)
        .map(|document| yaml_serde::Value::deserialize(document).map(|value| of_yaml(&value)))
        .filter(|document| !matches!(document, Ok(Json::Null)))
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

fn of_yaml(value: &yaml_serde::Value) -> Json {
    use yaml_serde::Value;
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => Json::Number(number.to_string()),
        Value::String(text) => Json::text(text),
        Value::Sequence(items) => Json::List(items.iter().map(of_yaml).collect()),
        Value::Mapping(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| {
                    let key = match of_yaml(key) {
                        Json::String(text) => text,
                        other => other.to_string(),
                    };
                    (key, of_yaml(value))
                })
                .collect(),
        ),
        Value::Tagged(tagged) => of_yaml(&tagged.value),
    }
}
