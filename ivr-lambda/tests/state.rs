//! `--state`: what stays between two calls, and what does not.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use std::path::Path;

use serde_json::{Value, json};
use step::{call, changed_world, folder, hold, lines, refused, voter, world};

const CREDENTIALS: [(&str, &str); 2] = [("voter_id", "12345678"), ("pin", "1234")];

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_same_contact_hears_its_last_answer_again() {
    let state = folder("continued").join("state.json");
    let more = ["--state", text(&state), "--contact-id", "a-contact"];
    let before = lines(&call(&world("barrie"), "1 12345678#", &more));
    let asked = before.iter().rfind(|line| line["type"] == "answer").unwrap();
    let after = lines(&call(&world("barrie"), "01021960#", &more));
    for field in ["text", "ssml", "prompt_keys", "menu", "input", "phase"] {
        assert_eq!(after[0][field], asked[field], "{field}");
    }
    let phases: Vec<_> = after.iter().filter_map(|line| line["phase"].as_str()).collect();
    assert!(phases.contains(&"eligibility_check"), "the call went on: {phases:?}");
}

#[test]
fn another_call_knows_only_what_was_cast() {
    let folder = folder("cast");
    let (state, ballots) = (folder.join("state.json"), folder.join("ballots.jsonl"));
    let more = ["--state", text(&state), "--ballots", text(&ballots), "--seed", "3"];
    let first = hold(&world("toronto"), &more, voter(&CREDENTIALS, 1));
    assert_eq!(first.end()["submissions"][0]["status"], "success");

    let keys = "12345678# 1234#";
    let mut second = lines(&call(&world("toronto"), &format!("1 {keys}"), &more[..2]));
    if second[0]["phase"] != "language_select" {
        second = lines(&call(&world("toronto"), keys, &more[..2]));
    }
    let said: String = second
        .iter()
        .flat_map(|line| line["prompt_keys"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    assert!(said.contains("election_already_voted"), "{said}");

    let written = std::fs::read_to_string(&ballots).unwrap();
    assert_eq!(written.lines().count(), 1);
    let ballot: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(ballot["ballot_id"], first.end()["submissions"][0]["ballot_id"]);
    assert_eq!(ballot.as_object().unwrap().len(), 3);
}

#[test]
fn a_hidden_choice_stays_hidden() {
    let folder = folder("sealed");
    let state = folder.join("state.json");
    lines(&call(&world("toronto"), "1 12345678# 1234# 1", &["--state", text(&state)]));
    let kept = std::fs::read_to_string(&state).unwrap();
    assert!(!kept.contains("15195550123"), "the caller's number is sealed");
    let names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["state.json"], "no temporary file is left");
}

#[test]
fn the_state_of_another_world_is_refused() {
    let folder = folder("other-world");
    let state = folder.join("state.json");
    lines(&call(&world("barrie"), "1", &["--state", text(&state)]));
    let other = changed_world(&folder, "barrie", |world| world["lockout_after"] = 3.into());
    let message = refused(&call(&other, "1", &["--state", text(&state)]));
    assert!(message.contains("another world") && message.contains("state.json"), "{message}");
}

#[test]
fn a_damaged_state_is_refused() {
    let folder = folder("damaged-state");
    let state = folder.join("state.json");
    for damage in ["", "{", "[]", r#"{"world":"x"}"#, "\u{0}"] {
        std::fs::write(&state, damage).unwrap();
        let message = refused(&call(&world("barrie"), "1", &["--state", text(&state)]));
        assert!(message.contains("--state"), "{message}");
    }
    let nowhere = folder.join("missing/state.json");
    assert!(
        refused(&call(&world("barrie"), "1", &["--state", text(&nowhere)])).contains("missing")
    );
}

#[test]
fn the_clock_goes_on_and_can_be_set() {
    let folder = folder("clock");
    let state = folder.join("state.json");
    let more = ["--state", text(&state), "--contact-id", "slow"];
    lines(&call(&world("barrie"), "1", &more));
    // A day later the row is gone, and with it the language that was chosen.
    let later = ["--state", text(&state), "--contact-id", "slow", "--now", "2026-10-06T14:00:00Z"];
    let again = lines(&call(&world("barrie"), "", &later));
    assert_eq!(again[0]["phase"], "language_select");
}

/// A state file holds tokens and a key: an error says where and what kind, never the value.
#[test]
fn a_damaged_state_is_named_by_path_without_what_stands_there() {
    const SECRET: &str = "s3cret, expected nothing";
    let folder = folder("damaged-entries");
    let state = folder.join("state.json");
    let more = ["--state", text(&state)];
    lines(&call(&world("toronto"), "1 12345678# 1234# !", &more));
    let whole: Value = serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
    let tokens: Vec<_> = whole["state"]["tokens"].as_object().unwrap().keys().cloned().collect();
    let token = tokens[0].as_str();
    type Damage<'a> = &'a dyn Fn(&mut Value);
    let damages: [(&str, &str, Damage<'_>); 7] = [
        ("$.state.tokens[…]: invalid type", "", &|state| state["tokens"][token] = json!(SECRET)),
        ("$.state.tokens[…]", "unknown variant", &|state| {
            state["tokens"][token]["kind"] = json!(SECRET);
        }),
        ("$.state.tokens[…]", "missing field", &|state| state["tokens"][token] = json!({})),
        ("$.state.tokens[…]", "unknown field", &|state| {
            state["tokens"][token][SECRET] = json!(1);
        }),
        ("$.state.sealing_key", "invalid value", &|state| state["sealing_key"] = json!(SECRET)),
        ("$.state.now", "invalid value", &|state| state["now"] = json!(SECRET)),
        ("$.state", "unknown field", &|state| state[SECRET] = json!(1)),
    ];
    for (place, kind, damage) in damages {
        let mut damaged = whole.clone();
        damage(&mut damaged["state"]);
        std::fs::write(&state, damaged.to_string()).unwrap();
        let message = refused(&call(&world("toronto"), "1", &more));
        assert!(message.contains(place) && message.contains(kind), "{message}");
        assert!(message.contains("state.json"), "{message}");
        assert!(!message.contains("s3cret") && !message.contains(token), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}
