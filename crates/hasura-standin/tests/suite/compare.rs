//! Whether an answer is the expected one (facts 11.1).

use std::collections::BTreeMap;

use apollo_compiler::ast::{Definition, Document, Selection};
use hasura_standin::json::Json;

/// Equal without regard to the order of keys; `extensions.internal` counts only when expected.
pub(crate) fn same(expected: &Json, actual: &Json) -> bool {
    match (expected, actual) {
        (Json::Object(one), Json::Object(other)) => {
            let relevant: Vec<_> = other
                .iter()
                .filter(|(key, _)| key != "internal" || expected.get("internal").is_some())
                .collect();
            one.len() == relevant.len()
                && one
                    .iter()
                    .all(|(key, value)| actual.get(key).is_some_and(|other| same(value, other)))
        }
        (Json::List(one), Json::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Number(one), Json::Number(other)) => {
            one == other || one.parse::<f64>().ok() == other.parse::<f64>().ok()
        }
        _ => expected == actual,
    }
}

/// The keys of `data` come as `document` selects them.
pub(crate) fn ordered(document: &str, data: &Json) -> Result<(), String> {
    let Ok(document) = Document::parse(document, "case") else { return Ok(()) };
    let mut fragments = BTreeMap::new();
    let mut root = None;
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(one) if root.is_none() => {
                root = Some(one.selection_set.clone());
            }
            Definition::FragmentDefinition(one) => {
                fragments.insert(one.name.to_string(), one.selection_set.clone());
            }
            _ => {}
        }
    }
    in_order(&root.unwrap_or_default(), &fragments, data)
}

fn in_order(
    selection: &[Selection],
    fragments: &BTreeMap<String, Vec<Selection>>,
    data: &Json,
) -> Result<(), String> {
    if let Json::List(items) = data {
        return items.iter().try_for_each(|item| in_order(selection, fragments, item));
    }
    if data.entries().is_empty() {
        return Ok(());
    }
    let mut keys: Vec<(String, Vec<Selection>)> = Vec::new();
    flatten(selection, fragments, &mut keys);
    let wanted: Vec<&str> =
        keys.iter().map(|(key, _)| key.as_str()).filter(|key| data.get(key).is_some()).collect();
    let found: Vec<&str> = data.entries().iter().map(|(key, _)| key.as_str()).collect();
    if wanted != found {
        return Err(format!("keys {found:?}, selected {wanted:?}"));
    }
    for (key, below) in &keys {
        if let (Some(value), false) = (data.get(key), below.is_empty()) {
            in_order(below, fragments, value)?;
        }
    }
    Ok(())
}

fn flatten(
    selection: &[Selection],
    fragments: &BTreeMap<String, Vec<Selection>>,
    keys: &mut Vec<(String, Vec<Selection>)>,
) {
    for one in selection {
        match one {
            Selection::Field(field) => {
                let key = field.response_name().to_string();
                match keys.iter_mut().find(|(name, _)| *name == key) {
                    Some((_, below)) => below.extend(field.selection_set.clone()),
                    None => keys.push((key, field.selection_set.clone())),
                }
            }
            Selection::InlineFragment(inline) => flatten(&inline.selection_set, fragments, keys),
            Selection::FragmentSpread(spread) => {
                if let Some(below) = fragments.get(spread.fragment_name.as_str()) {
                    flatten(below, fragments, keys);
                }
            }
        }
    }
}
