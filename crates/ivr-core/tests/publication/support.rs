//! Example documents, changed in one place and loaded.

use std::fs;
use std::path::Path;

use ivr_core::publication::{Code, Finding, Loaded, Publication, PublicationError};
use serde_json::Value;

pub(crate) fn bytes(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/publications");
    fs::read(root.join(name).join("publication.json")).unwrap()
}

pub(crate) fn document(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// A document with the value at a JSON pointer replaced, or added to its object.
pub(crate) fn changed(mut document: Value, pointer: &str, value: Value) -> Value {
    set(&mut document, pointer, value);
    document
}

pub(crate) fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
        Value::Object(members) => drop(members.insert(key.to_owned(), value)),
        Value::Array(elements) => elements[key.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
}

pub(crate) fn remove(document: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
        Value::Object(members) => drop(members.remove(key).unwrap()),
        Value::Array(elements) => drop(elements.remove(key.parse().unwrap())),
        other => panic!("{parent} is {other}"),
    }
}

pub(crate) fn barrie(pointer: &str, value: Value) -> Value {
    changed(document("barrie"), pointer, value)
}

pub(crate) fn barrie_without(pointer: &str) -> Value {
    let mut document = document("barrie");
    remove(&mut document, pointer);
    document
}

pub(crate) fn try_load(document: &Value) -> Result<Loaded, PublicationError> {
    Publication::from_json(&serde_json::to_vec(document).unwrap())
}

pub(crate) fn load(document: &Value) -> Loaded {
    try_load(document).unwrap_or_else(|error| panic!("refused: {error}"))
}

/// The path and the words of the refusal.
pub(crate) fn refused(document: &Value) -> (String, String) {
    match try_load(document).expect_err("this document must be refused") {
        PublicationError::At { path, message } => (path, message),
        error => panic!("{error}"),
    }
}

pub(crate) fn refused_at(document: &Value, path: &str) -> String {
    let (found, message) = refused(document);
    assert_eq!(found, path, "{message}");
    message
}

/// The only finding with the code.
pub(crate) fn finding(loaded: &Loaded, code: Code) -> &Finding {
    let mut with_code = loaded.findings.iter().filter(|finding| finding.code == code);
    match (with_code.next(), with_code.next()) {
        (Some(finding), None) => finding,
        _ => panic!("one {code} among {:#?}", loaded.findings),
    }
}
