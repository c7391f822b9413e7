//! The lines of `--json` and the tokens of `--keys`: what scripts rely on.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use serde_json::{Value, json};
use step::{call, changed_world, folder, lines, publication, step_ivr, world};

#[test]
fn an_answer_has_its_fields_in_their_order() {
    let output = call(&world("barrie"), "", &[]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let first = text.lines().next().unwrap();
    let names = [
        "type",
        "turn",
        "phase",
        "sub_phase",
        "election_id",
        "contest_id",
        "prompt_keys",
        "language",
        "text",
        "ssml",
        "expect_input",
        "should_disconnect",
        "input",
        "input_timeout",
        "valid_inputs",
        "menu",
    ];
    let mut rest = first;
    for name in names {
        let at = rest.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name} in {first}"));
        rest = &rest[at..];
    }
    let answer = &lines(&output)[0];
    assert_eq!(answer.as_object().unwrap().len(), names.len());
    assert_eq!(answer["type"], "answer");
    assert_eq!(answer["turn"], 1);
    assert_eq!(answer["phase"], "language_select");
    assert_eq!(answer["sub_phase"], Value::Null);
    assert_eq!(answer["input"], json!({"kind": "one_key", "first_key_s": 10}));
    assert_eq!(answer["input_timeout"], 10);
    assert_eq!(answer["valid_inputs"], "1,2,*");
    assert_eq!(
        answer["menu"],
        json!([
            {"keys": "1", "action": "choose_language", "id": "en", "label": "English"},
            {"keys": "2", "action": "choose_language", "id": "fr", "label": "français"},
            {"keys": "*", "action": "repeat"},
        ])
    );
    assert!(answer["ssml"].as_str().unwrap().starts_with("<speak"));
    assert!(!answer["text"].as_str().unwrap().contains('<'));
}

#[test]
fn a_credential_says_what_it_takes() {
    let lines = lines(&call(&world("barrie"), "1", &[]));
    let asked = lines.iter().rfind(|line| line["expect_input"] == true).unwrap();
    assert_eq!(asked["phase"], "auth");
    assert_eq!(
        asked["input"],
        json!({"kind": "entry", "max_digits": 8, "first_key_s": 20, "between_keys_s": 10})
    );
    assert_eq!(
        asked["menu"][0],
        json!({"keys": "D{1,8}#", "action": "enter", "field": "voter_id", "max_digits": 8,
               "terminator": "#"})
    );
}

#[test]
fn a_list_of_two_digit_codes_says_so() {
    let keys = "1 12345678# 1234# 01021960# 2 1";
    let lines = lines(&call(&world("large"), keys, &[]));
    let asked = lines.iter().rfind(|line| line["sub_phase"] == "candidate_select").unwrap();
    let input = asked["input"].as_object().unwrap();
    assert_eq!(input["kind"], "code");
    assert_eq!(input["max_digits"], 2);
    assert_eq!(input["between_keys_s"], 6);
    assert!(asked["election_id"].is_string() && asked["contest_id"].is_string());
    assert_eq!(asked["menu"][0]["keys"], "01#");
    assert!(!asked["menu"][0]["label"].as_str().unwrap().is_empty());
}

#[test]
fn what_is_understood_without_being_offered_says_so() {
    let keys = "1 12345678# 01021960# 2 1 2 1 02#";
    let lines = lines(&call(&world("barrie"), keys, &[]));
    let asked = lines.iter().rfind(|line| line["expect_input"] == true).unwrap();
    let mut menu = asked["menu"].as_array().unwrap().iter();
    let chosen = menu.find(|entry| entry["keys"] == "02#").unwrap();
    assert_eq!(chosen["action"], "already_chosen");
    assert_eq!(chosen["label"], "Eulalie von Auerhahn");
    assert_eq!(chosen["spoken"], false);
}

#[test]
fn a_repeat_differs_in_its_turn_alone() {
    let lines = lines(&call(&world("barrie"), "*", &[]));
    let mut again = lines[1].clone();
    again["turn"] = json!(1);
    assert_eq!(again, lines[0]);
}

#[test]
fn keys_after_the_end_are_reported() {
    let keys = "1 0# 0# 0# 0# 0# 0# 7 - 8#";
    let lines = lines(&call(&world("barrie"), keys, &[]));
    let end = lines.last().unwrap();
    assert_eq!(end["outcome"], "disconnected");
    assert_eq!(end["reason"], "auth_max_attempts");
    assert_eq!(end["submissions"], json!([]));
    assert_eq!(end["unused_keys"], json!(["7", "-", "8#"]));
}

#[test]
fn a_caller_may_hang_up() {
    for keys in ["1 !", "1"] {
        let lines = lines(&call(&world("barrie"), keys, &[]));
        let end = lines.last().unwrap();
        let expected = json!({"type": "end", "outcome": "hung_up", "reason": null,
                              "submissions": [], "unused_keys": []});
        assert_eq!(end, &expected);
    }
}

#[test]
fn silence_ends_the_call_in_the_end() {
    let lines = lines(&call(&world("barrie"), "- - - -", &[]));
    let end = lines.last().unwrap();
    assert_eq!(
        (end["outcome"].as_str(), end["reason"].as_str()),
        (Some("disconnected"), Some("timeout_final"))
    );
    assert_eq!(end["unused_keys"], json!(["-"]));
}

#[test]
fn blocked_and_unknown_numbers_hear_why() {
    let blocked = lines(&call(&world("barrie"), "", &["--caller", "+15195550199"]));
    assert_eq!(blocked.last().unwrap()["reason"], "blacklist_message");
    let withheld = lines(&call(&world("barrie"), "", &["--caller", "withheld"]));
    assert_eq!(withheld.last().unwrap()["outcome"], "hung_up");
    let unknown = lines(&call(&world("barrie"), "", &["--dialed", "+18005559999"]));
    assert_eq!(unknown.last().unwrap()["reason"], "call_not_available");
}

#[test]
fn people_read_a_transcript_and_logs_go_elsewhere() {
    let folder = folder("transcript");
    let state = folder.join("state.json");
    let output = step_ivr()
        .args(["call", "--keys", "1 !", "--ssml", "--log", "--world"])
        .arg(world("barrie"))
        .arg("--state")
        .arg(&state)
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["-- language select", "> 1\n", "<speak", "hung up"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let log = String::from_utf8(output.stderr).unwrap();
    for line in log.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    assert!(log.contains("call_started"), "{log}");
}

/// A published name may hold anything; it forges no line of the log and paints no terminal.
#[test]
fn what_is_published_forges_no_line_of_standard_error() {
    const NAME: &str = "Mayor\n{\"event\":\"forged\"}\u{1b}[31m\u{9b}0m";
    let folder = folder("forged");
    let document = folder.join("publication.json");
    let base = std::fs::read(publication("barrie", "publication.json")).unwrap();
    let mut published: Value = serde_json::from_slice(&base).unwrap();
    published["ballot_styles"][0]["contests"][0]["name"] = NAME.into();
    published["ballot_styles"][0]["contests"][0]["min_votes"] = 9.into();
    std::fs::write(&document, published.to_string()).unwrap();
    let world = changed_world(&folder, "barrie", |world| {
        world["publication"] = document.to_str().unwrap().into();
        world["voters"][0]["credentials"].as_object_mut().unwrap().remove("password");
    });
    let is_plain = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control());

    let output = call(&world, "!", &["--log"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(is_plain(&log), "{log:?}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["event"] != "forged"), "{log}");
    let finding = lines.iter().find(|line| line["code"] == "not-by-phone").unwrap();
    assert_eq!(finding["level"], "error");
    assert_eq!(finding["path"], "$.ballot_styles[0]");
    assert!(finding["message"].as_str().unwrap().contains("forged"), "the name is in the message");
    let odd = lines.iter().find(|line| line["path"] == "$.voters[0].credentials").unwrap();
    assert_eq!((&odd["level"], &odd["code"]), (&"warning".into(), &Value::Null));

    let output = call(&world, "!", &[]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(is_plain(&errors), "{errors:?}");
    assert_eq!(errors.lines().count(), 2, "one line each: {errors}");
}

/// A defect of one election's row: the others are voted as ever (DECISIONS 50).
#[test]
fn a_defect_of_one_election_leaves_the_others_to_be_voted() {
    let folder = folder("defect-of-a-row");
    let document = folder.join("publication.json");
    let base = std::fs::read(publication("barrie", "publication.json")).unwrap();
    let mut published: Value = serde_json::from_slice(&base).unwrap();
    let codes = &mut published["elections"][0]["presentation"]["language_conf"];
    codes["enabled_language_codes"][1] = "??".into();
    std::fs::write(&document, published.to_string()).unwrap();
    let world = changed_world(&folder, "barrie", |world| {
        world["publication"] = document.to_str().unwrap().into();
    });
    let output = call(&world, "1 12345678# 01021960# 2 !", &[]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let path = "$.elections[0].presentation.language_conf.enabled_language_codes[1]";
    assert!(errors.contains(path) && errors.contains("(not-by-phone)"), "{errors}");
    let heard = lines(&output);
    let said = |line: &Value, key: &str| {
        line["prompt_keys"].as_array().is_some_and(|keys| keys.iter().any(|k| k == key))
    };
    assert!(heard.iter().any(|line| said(line, "election_not_by_phone")), "{heard:#?}");
    assert!(heard.iter().any(|line| said(line, "election_option")), "{heard:#?}");
}
