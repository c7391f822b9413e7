//! Documents damaged in one place, or anywhere: loading never panics, and a refusal or a ballot
//! that cannot be cast points to the damage.

use ivr_core::publication::{Code, Publication, PublicationError};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::*;

/// Every place of a document: as a JSON pointer, and as the loader's paths spell it.
fn places(value: &Value, pointer: &str, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
                let path = if plain { format!("{path}.{key}") } else { format!("{path}[{key:?}]") };
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                found.push((pointer.clone(), path.clone()));
                places(member, &pointer, &path, found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let (pointer, path) = (format!("{pointer}/{index}"), format!("{path}[{index}]"));
                found.push((pointer.clone(), path.clone()));
                places(element, &pointer, &path, found);
            }
        }
        _ => {}
    }
}

/// What can be done to a value; `None` deletes it.
fn damages(value: &Value) -> Vec<Option<Value>> {
    let others = [json!(null), json!(true), json!(-3), json!("zzz"), json!([]), json!({})];
    let other_type = |other: &Value| {
        std::mem::discriminant(other) != std::mem::discriminant(value) || other.is_string()
    };
    others.into_iter().filter(other_type).map(Some).chain([None]).collect()
}

/// Whether one of the places lies inside the other.
fn near(one: &str, other: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    inside(one, other) || inside(other, one)
}

/// The style that a path lies in.
fn style_of(path: &str) -> Option<&str> {
    path.starts_with("$.ballot_styles[").then(|| &path[..=path.find(']').unwrap()])
}

fn check(document: &Value, damaged: &str) {
    match try_load(document) {
        Ok(loaded) => {
            let stays = [Code::NotByPhone, Code::UnreadableBallotStyle, Code::UnreadableElection];
            for finding in loaded.findings.iter().filter(|f| stays.contains(&f.code)) {
                let style = style_of(&finding.path);
                assert_eq!(style, style_of(damaged), "damage at {damaged}, found {finding}");
                assert!(near(&finding.path, damaged), "damage at {damaged}, found {finding}");
            }
        }
        Err(PublicationError::At { path, message }) => {
            assert!(near(&path, damaged), "damage at {damaged}, refused at {path}: {message}");
        }
        Err(error) => panic!("damage at {damaged}: {error}"),
    }
}

#[test]
fn a_refusal_points_to_the_damage() {
    let whole = document("barrie");
    let mut found = Vec::new();
    places(&whole, "", "$", &mut found);
    // A phase that is gone is missed elsewhere in the flow.
    let flow = "/election_event/presentation/ivr/flow/";
    // The rest of them are like these.
    let rest = ["ballot_styles[0]", "contests[1]", "candidates[2]", "candidates[3]", "status."];
    found.retain(|(_, path)| !rest.iter().any(|like| path.contains(like)));
    let mut checked = 0;
    for (place, (pointer, path)) in found.iter().enumerate() {
        let damages = damages(whole.pointer(pointer).unwrap());
        // Null, gone, and one of the others in turn.
        for index in [0, damages.len() - 1, 1 + place % (damages.len() - 2)] {
            let mut document = whole.clone();
            match &damages[index] {
                Some(damage) => set(&mut document, pointer, damage.clone()),
                None if pointer.starts_with(flow) && !pointer[flow.len()..].contains('/') => {}
                None => remove(&mut document, pointer),
            }
            check(&document, path);
            checked += 1;
        }
    }
    assert!(checked > 900, "{checked} damages");
}

#[test]
fn what_is_not_json_says_where() {
    let error = Publication::from_json(b"{\"ballot_styles\": [],\n oops").unwrap_err();
    assert_eq!(error.to_string(), "the document is not JSON: line 2, column 2");
    assert!(std::error::Error::source(&error).is_some());
    for not_an_object in [&b"[]"[..], b"null", b"\"x\"", b"7"] {
        assert_eq!(Publication::from_json(not_an_object).unwrap_err().path(), Some("$"));
    }
    assert!(Publication::from_json(b"").is_err());
    assert!(Publication::from_json(b"\xff").is_err());
    assert_eq!(Publication::from_json(b"{}").unwrap_err().path(), Some("$.ballot_styles"));
}

#[test]
fn a_text_that_no_parser_takes_has_a_path_too() {
    let bytes = String::from_utf8(bytes("barrie")).unwrap();
    for (text, part) in [
        ("\"Trustee\"", "$.ballot_styles["),
        ("\"City of Barrie 2025 Municipal Election\"", "$."),
        ("\"municipal-council\"", "$."),
    ] {
        let lone_surrogate = bytes.replacen(text, "\"\\ud800\"", 1);
        assert_ne!(lone_surrogate, bytes);
        match Publication::from_json(lone_surrogate.as_bytes()) {
            Ok(loaded) => {
                let found = finding(&loaded, Code::UnreadableBallotStyle);
                assert!(found.path.starts_with(part), "{found}");
            }
            Err(error) => assert!(error.path().unwrap().starts_with(part), "{error}"),
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(json!("a352583b-1f1c-5f22-987c-44655e1f9845")),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "ballot_styles",
            "election_event",
            "elections",
            "id",
            "tenant_id",
            "presentation",
            "ivr",
            "flow",
            "phase",
            "i18n",
            "language_conf",
            "enabled_language_codes",
            "contests",
            "candidates",
            "election_id",
            "area_id",
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_json_panics(value in any_json()) {
        let _ = try_load(&value);
    }

    #[test]
    fn no_json_in_place_of_a_part_panics(
        value in any_json(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut whole = document("barrie");
        let mut found = Vec::new();
        places(&whole, "", "$", &mut found);
        let (pointer, path) = &found[place.index(found.len())];
        set(&mut whole, pointer, value);
        check(&whole, path);
    }

    #[test]
    fn no_edit_of_bytes_panics(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let mut bytes = bytes("barrie");
        for (place, byte, edit) in edits {
            let at = place.index(bytes.len());
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let _ = Publication::from_json(&bytes);
    }
}
