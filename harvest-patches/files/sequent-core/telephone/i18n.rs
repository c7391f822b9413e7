// SPDX-License-Identifier: Apache-2.0
//! Telephone prompts inside `presentation.i18n`.
//!
//! `i18n[lang]` is a map of strings. The telephone keeps its strings below the one key `ivr`, as an
//! object, which such a map cannot hold. Read here, that object becomes flat keys,
//! `"ivr.greeting"`, which the telephone reads as well, so that contests and candidates keep their
//! prompts in the ballot style. Every other key is as strict as it was.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};
use std::collections::HashMap;

type Texts = HashMap<String, Option<String>>;

/// The key below which an object is accepted.
const IVR: &str = "ivr";

/// Reads `i18n` with `ivr` objects made flat. For `#[serde(default, deserialize_with = "…")]`.
pub fn with_flat_ivr<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<HashMap<String, Texts>>, D::Error> {
    let languages: Option<HashMap<String, HashMap<String, Value>>> =
        Option::deserialize(deserializer)?;
    languages
        .map(|languages| {
            languages.into_iter().map(|(language, texts)| Ok((language, flat(texts)?))).collect()
        })
        .transpose()
}

fn flat<E: Error>(texts: HashMap<String, Value>) -> Result<Texts, E> {
    let mut made = Texts::new();
    let mut nested = None;
    for (key, value) in texts {
        match value {
            Value::String(text) => drop(made.insert(key, Some(text))),
            Value::Null => drop(made.insert(key, None)),
            Value::Object(object) if key == IVR => nested = Some(object),
            // A prompt that is no text must not cost the event its votes; the linter names it.
            _ if key == IVR => {}
            other => {
                return Err(E::custom(format!("`{key}`: {}, expected a string", kind(&other))));
            }
        }
    }
    // Last, so that the nested form wins over a flat key of the same name.
    if let Some(object) = nested {
        spread(IVR, object, &mut made);
    }
    Ok(made)
}

fn spread(prefix: &str, object: Map<String, Value>, into: &mut Texts) {
    for (key, value) in object {
        let name = format!("{prefix}.{key}");
        match value {
            Value::String(text) => drop(into.insert(name, Some(text))),
            Value::Null => drop(into.insert(name, None)),
            Value::Object(deeper) => spread(&name, deeper, into),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
