//! The document and the router say the same; so does every answer that any test gets.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use super::Test;
use super::world::{Answer, World};

pub(crate) const TESTS: &[Test] = &[
    ("document_is_the_one_that_is_checked_in", checked_in),
    ("document_names_every_operation_and_no_other", operations),
    ("document_describes_every_refusal_in_one_shape", one_shape),
];

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi.json")
}

/// The one that is checked in.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let text = std::fs::read_to_string(file()).unwrap_or_else(|_| "{}".to_owned());
        serde_json::from_str(&text).unwrap()
    })
}

fn checked_in(world: &mut World) {
    let served = world.send("GET", "/openapi.json", &[], None);
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    let text = format!("{}\n", serde_json::to_string_pretty(&served.json()).unwrap());
    if std::env::var_os("WRITE_OPENAPI").is_some() {
        std::fs::write(file(), &text).unwrap();
    }
    let kept = std::fs::read_to_string(file()).unwrap();
    assert!(kept == text, "openapi.json is not what is served; WRITE_OPENAPI=1 writes it anew");
}

/// Every operation, as method and path.
pub(crate) fn all() -> Vec<(String, String)> {
    let paths = document()["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let methods: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
    };
    paths.iter().flat_map(methods).collect()
}

fn operations(world: &mut World) {
    let all: BTreeSet<_> = all().into_iter().collect();
    let written: BTreeSet<_> = [
        ("GET", "/ballots-by-channel"),
        ("GET", "/blacklist"),
        ("POST", "/blacklist"),
        ("PATCH", "/blacklist/{id}"),
        ("DELETE", "/blacklist/{id}"),
        ("GET", "/calls"),
        ("POST", "/calls/{id}/blacklist"),
        ("GET", "/calls/export"),
        ("POST", "/calls/export/raw"),
    ]
    .map(|(method, path)| (method.to_owned(), path.to_owned()))
    .into();
    assert_eq!(all, written);
    for path in all.iter().map(|(_, path)| path) {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let there = all.contains(&(method.to_owned(), path.clone()));
            let answer = world.send(method, &path.replace("{id}", "x"), &[], None);
            let expected = if there { "401 Unauthorized" } else { "405 MethodNotAllowed" };
            assert_eq!(answer.refusal(), expected, "{method} {path}");
        }
    }
    for path in
        ["/", "/blacklist/", "/blacklist/x/y", "/ivr/blacklist", "/dev/habits", "/insert-cast-vote"]
    {
        assert_eq!(world.get(path).refusal(), "404 NotFound", "{path}");
    }
}

fn one_shape(_: &mut World) {
    let document = document();
    for (method, path) in all() {
        let operation = &document["paths"][&path][method.to_lowercase()];
        assert!(operation["security"][0]["token"].is_array(), "{method} {path}");
        for (status, answer) in operation["responses"].as_object().unwrap() {
            if status.as_str() >= "400" {
                let shape = &answer["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(shape, "#/components/schemas/Problem", "{method} {path} {status}");
            }
        }
    }
}

/// That an answer is one that the document has.
pub(crate) fn holds(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let document = document();
    let Some(paths) = document["paths"].as_object() else { return };
    let fits = |pattern: &str| {
        let (one, other): (Vec<_>, Vec<_>) =
            (pattern.split('/').collect(), path.split('/').collect());
        one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| *a == "{id}" || a == b)
    };
    // What is written out goes before what is not.
    let known =
        paths.get(path).or_else(|| Some(paths.iter().find(|(pattern, _)| fits(pattern))?.1));
    let operation = known.and_then(|item| item.get(method.to_lowercase()));
    let place = format!("{method} {path} {}", answer.status);
    let Some(operation) = operation else {
        assert!(path == "/openapi.json" || matches!(answer.status, 404 | 405), "{place}");
        return;
    };
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "{place} is not in the document");
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{place} has a body");
        return;
    };
    let (kind, described) = content.iter().next().unwrap();
    assert_eq!(answer.header("content-type").split(';').next().unwrap(), kind, "{place}");
    if kind == "application/json" {
        check(&described["schema"], &answer.json(), &place);
    }
}

/// That a value is what a schema says, as far as our schemas go.
fn check(schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/components/schemas/").unwrap();
        let named = &document()["components"]["schemas"][name];
        assert!(named.is_object(), "{place}: no schema {name}");
        return check(named, value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let null = choices.iter().any(|choice| choice["type"] == "null");
        if !(null && value.is_null()) {
            check(choices.iter().find(|choice| choice["type"] != "null").unwrap(), value, place);
        }
        return;
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value}");
    }
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let may = &schema["type"];
    let allowed =
        may == is || may.as_array().is_some_and(|types| types.iter().any(|one| one == is));
    assert!(allowed, "{place}: {is} is not {may}");
    let text = value.as_str().unwrap_or_default();
    match schema["format"].as_str() {
        Some("uuid") if value.is_string() => assert!(text.parse::<uuid::Uuid>().is_ok(), "{place}"),
        Some("date-time") if value.is_string() => {
            assert!(chrono::DateTime::parse_from_rfc3339(text).is_ok(), "{place}: {text}");
        }
        _ => {}
    }
    for item in value.as_array().into_iter().flatten() {
        check(&schema["items"], item, place);
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(name.as_str().unwrap()), "{place}: no {name}");
        }
        for (name, field) in fields {
            let described = &schema["properties"][name];
            assert!(described.is_object(), "{place}: {name} is not in the document");
            check(described, field, &format!("{place} {name}"));
        }
    }
}
