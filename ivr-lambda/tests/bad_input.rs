//! Bad input is refused with a message that names it; nothing panics.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use serde_json::{Value, json};
use step::{call, changed_world, folder, publication, refused, step_ivr, world};

fn message(change: impl FnOnce(&mut Value), test: &str) -> String {
    let file = changed_world(&folder(&format!("bad-{test}")), "barrie", change);
    let message = refused(&call(&file, "1", &[]));
    assert!(message.contains("world.json"), "{message}");
    message
}

#[test]
fn a_world_that_does_not_fit_is_named_by_path() {
    let other = "00000000-0000-4000-8000-000000000001";
    type Change<'a> = &'a dyn Fn(&mut Value);
    let changes: &[(&str, &str, Change<'_>)] = &[
        ("unknown", "$.blocklist", &|w| w["blocklist"] = json!([])),
        ("deep", "$.voters[0].credential", &|w| w["voters"][0]["credential"] = json!(1)),
        ("entry", "$.phone_config.entries[0].cluster", &|w| {
            w["phone_config"]["entries"][0]["cluster"] = json!("x");
        }),
        ("step", "$.auth_steps[1].digits", &|w| w["auth_steps"][1]["digits"] = json!(4)),
        ("maps-to", "$.auth_steps[1].maps_to", &|w| {
            w["auth_steps"][1]["maps_to"] = json!("username");
        }),
        ("status", "$.status.event", &|w| w["status"] = json!({"event": "open"})),
        ("election", "$.status.elections", &|w| {
            w["status"] = json!({"elections": {other: "OPEN"}});
        }),
        ("channel", "$.telephone_disabled", &|w| w["telephone_disabled"] = json!([other])),
        ("area", "$.voters[0].area_id", &|w| w["voters"][0]["area_id"] = json!(other)),
        ("authorized", "$.voters[0].authorized_election_ids[0]", &|w| {
            w["voters"][0]["authorized_election_ids"] = json!([other]);
        }),
        ("twice", "$.voters[1].credentials.username", &|w| {
            w["voters"][1]["credentials"]["username"] = json!("12345678");
        }),
        ("cast", "$.cast_votes[0].user_id", &|w| {
            w["cast_votes"] = json!([{"user_id": "nobody", "election_id": other}]);
        }),
        ("event", "$.phone_config.entries[0].election_event_id", &|w| {
            w["phone_config"]["entries"][0]["election_event_id"] = json!(other);
        }),
        ("number", "$.phone_config.entries[0].phone_number", &|w| {
            w["phone_config"]["entries"][0]["phone_number"] = json!("800 555 0100");
        }),
        ("none", "$.phone_config.entries", &|w| w["phone_config"]["entries"] = json!([])),
        ("zone", "$.phone_config.entries[0].time_zone", &|w| {
            w["phone_config"]["entries"][0]["time_zone"] = json!("Ontario");
        }),
        ("blocked", "$.blacklist[0]", &|w| w["blacklist"] = json!(["911"])),
        ("port", "$.faults[0].port", &|w| {
            w["faults"] = json!([{"port": "harvest", "fault": "error"}]);
        }),
        ("fault", "$.faults[0].fault", &|w| {
            w["faults"] = json!([{"port": "auth", "fault": {"slow": 1}}]);
        }),
        ("on-call", "$.faults[0].on_call", &|w| {
            w["faults"] = json!([{"port": "auth", "on_call": 0, "fault": "error"}]);
        }),
        ("publication", "$.publication", &|w| w["publication"] = json!("missing.json")),
        ("now", "$.now", &|w| w["now"] = json!("today")),
        ("never", "$.now", &|w| w["now"] = json!("+262142-12-31T23:59:59Z")),
    ];
    for (name, path, change) in changes {
        let message = message(change, name);
        assert!(message.contains(path), "{name}: {path} in {message}");
    }
}

#[test]
fn a_world_cut_short_anywhere_is_refused() {
    let whole = std::fs::read(world("toronto")).unwrap();
    let folder = folder("cut");
    let file = folder.join("world.json");
    for n in (0..whole.len() - 2).step_by(97) {
        std::fs::write(&file, &whole[..n]).unwrap();
        assert!(refused(&call(&file, "1", &[])).contains("world.json"));
    }
    std::fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
    refused(&call(&file, "1", &[]));
}

#[test]
fn a_publication_that_cannot_be_used_is_named_by_path() {
    let folder = folder("bad-publication");
    let bytes = std::fs::read(publication("toronto", "publication.json")).unwrap();
    let document = folder.join("publication.json");
    let file = changed_world(&folder, "toronto", |w| w["publication"] = json!("publication.json"));
    for n in (0..bytes.len() - 2).step_by(bytes.len() / 25) {
        std::fs::write(&document, &bytes[..n]).unwrap();
        assert!(refused(&call(&file, "1", &[])).contains("publication.json"));
    }
    let mut value: Value = serde_json::from_slice(&bytes).unwrap();
    value["election_event"]["presentation"]["ivr"]["flow"] = json!([{"phase": "dance"}]);
    std::fs::write(&document, value.to_string()).unwrap();
    let message = refused(&call(&file, "1", &[]));
    assert!(message.contains("$.election_event.presentation.ivr.flow"), "{message}");
    // Every single value, replaced by something else: an answer or a refusal, never a panic.
    let paths: Vec<String> = [
        "/election_event",
        "/elections",
        "/elections/0",
        "/ballot_styles/0",
        "/ballot_styles/0/contests",
        "/ballot_styles/0/contests/0/candidates",
        "/election_event/id",
    ]
    .map(String::from)
    .to_vec();
    for path in paths {
        for wrong in [json!(null), json!([]), json!({}), json!("x"), json!(-1)] {
            let mut value: Value = serde_json::from_slice(&bytes).unwrap();
            *value.pointer_mut(&path).unwrap() = wrong.clone();
            std::fs::write(&document, value.to_string()).unwrap();
            let status = call(&file, "1 12345678# 1234# 1 1", &[]).status.code();
            assert!(matches!(status, Some(0 | 2)), "{path} = {wrong}: {status:?}");
        }
    }
}

#[test]
fn a_script_that_no_telephone_can_press_is_refused() {
    for (keys, token) in
        [("1 abc", "token 2"), ("１", "token 1"), ("1! 2", "token 1"), ("-1", "token 1")]
    {
        let message = refused(&call(&world("barrie"), keys, &[]));
        assert!(message.contains("--keys") && message.contains(token), "{message}");
    }
}

#[test]
fn flags_are_checked() {
    let world = world("barrie");
    for arguments in [
        vec!["call"],
        vec!["call", "--world", "/nowhere/world.json"],
        vec!["call", "--world", world.to_str().unwrap(), "--now", "tomorrow"],
        vec!["call", "--world", world.to_str().unwrap(), "--seed", "-1"],
        vec!["call", "--world", world.to_str().unwrap(), "--keys", "1", "--stdin"],
        vec!["call", "--world", world.to_str().unwrap(), "--keys", "1", "--ballots", "/nowhere/b"],
        vec!["dance"],
        vec!["tally"],
    ] {
        let output = step_ivr().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}
