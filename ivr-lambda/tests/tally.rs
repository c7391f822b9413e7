//! `step-ivr tally`: the reference ballots, and ballots that are none.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use step::{folder, publication, step_ivr};

fn tally(of: &str, ballots: &Path) -> Output {
    let (document, key) = (publication(of, "publication.json"), publication(of, "key.json"));
    let mut command = step_ivr();
    command.args(["tally", "--json", "--publication"]).arg(document).arg("--key").arg(key);
    command.arg(ballots).output().unwrap()
}

fn output_lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[test]
fn reference_ballots_say_what_they_mean() {
    for of in ["barrie", "toronto", "large"] {
        let file = publication(of, "reference_ballots.jsonl");
        let reference = std::fs::read_to_string(&file).unwrap();
        let counted = step::lines(&tally(of, &file));
        assert_eq!(counted.len(), reference.lines().count() + 1);
        for (line, counted) in reference.lines().zip(&counted) {
            let meant: Value = serde_json::from_str(line).unwrap();
            assert_eq!(counted["ballot_id"], meant["ballot_id"]);
            let status = if meant["invalid"] == true { "invalid" } else { "counted" };
            assert_eq!(counted["status"], status, "{of}: {}", counted["ballot_id"]);
            if counted["contests"].as_array().is_none_or(Vec::is_empty) {
                continue;
            }
            let choices: BTreeMap<_, _> = counted["contests"]
                .as_array()
                .unwrap()
                .iter()
                .map(|contest| {
                    let chosen = contest["choices"].as_array().unwrap().iter();
                    let chosen: Vec<_> = chosen.map(|c| c["candidate_id"].clone()).collect();
                    (contest["contest_id"].as_str().unwrap().to_owned(), ids(&chosen.into()))
                })
                .collect();
            let meant: BTreeMap<_, _> = meant["choices"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(contest, chosen)| (contest.clone(), ids(chosen)))
                .collect();
            assert_eq!(choices, meant);
        }
    }
}

#[test]
fn totals_have_names_and_add_up() {
    let counted =
        step::lines(&tally("toronto", &publication("toronto", "reference_ballots.jsonl")));
    let totals = counted.last().unwrap();
    assert_eq!(totals["ballots"], 20);
    for election in totals["elections"].as_array().unwrap() {
        assert_eq!(election["name"], "City Council");
        for contest in election["contests"].as_array().unwrap() {
            assert!(!contest["name"].as_str().unwrap().is_empty());
            assert_eq!(contest["ballots"], 20);
            for candidate in contest["candidates"].as_array().unwrap() {
                assert!(!candidate["name"].as_str().unwrap().is_empty(), "{candidate}");
            }
        }
    }
}

#[test]
fn a_ballot_that_does_not_verify_is_left_out_and_the_others_count() {
    let file = folder("forged").join("ballots.jsonl");
    let reference =
        std::fs::read_to_string(publication("barrie", "reference_ballots.jsonl")).unwrap();
    let mut lines: Vec<Value> =
        reference.lines().take(4).map(|l| serde_json::from_str(l).unwrap()).collect();
    lines[1]["ballot_id"] = json!("00".repeat(32));
    lines[2] = lines[0].clone();
    let text: Vec<_> = lines.iter().map(ToString::to_string).collect();
    std::fs::write(&file, text.join("\n\n")).unwrap();

    let output = tally("barrie", &file);
    assert_eq!(output.status.code(), Some(1));
    let counted = output_lines(&output);
    assert_eq!(counted[1]["status"], "refused");
    assert_eq!(counted[1]["verified"], false);
    assert_eq!((&counted[1]["line"], &counted[2]["status"]), (&json!(3), &json!("duplicate")));
    let totals = counted.last().unwrap();
    assert_eq!(
        (&totals["ballots"], &totals["refused"], &totals["duplicates"]),
        (&json!(2), &json!(1), &json!(1))
    );
}

#[test]
fn lines_that_are_no_ballots_are_bad_input() {
    let file = folder("no-ballots").join("ballots.jsonl");
    for bad in [
        "{",
        "[]",
        "{\"election_id\":\"x\"}",
        "1 2",
        r#"{"election_id":"00000000-0000-4000-8000-000000000001","ballot_id":"x","content":"{}"}"#,
    ] {
        std::fs::write(&file, format!("\n{bad}\n")).unwrap();
        let message = step::refused(&tally("barrie", &file));
        assert!(message.contains("ballots.jsonl: line 2"), "{message}");
    }
    std::fs::write(&file, r#"{"election_id":"s3cret","ballot_id":"x","content":"{}"}"#).unwrap();
    let message = step::refused(&tally("barrie", &file));
    assert!(message.contains("line 1: $.election_id: invalid value"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
    std::fs::write(&file, [b'\n', 0xff]).unwrap();
    assert!(step::refused(&tally("barrie", &file)).contains("line 2"));
}

#[test]
fn a_key_of_another_election_is_bad_input() {
    let output = step_ivr()
        .args(["tally", "--publication"])
        .arg(publication("barrie", "publication.json"))
        .arg("--key")
        .arg(publication("toronto", "key.json"))
        .arg(publication("barrie", "reference_ballots.jsonl"))
        .output()
        .unwrap();
    assert!(step::refused(&output).contains("key.json: $.secret_key"));
}

#[test]
fn people_read_a_page() {
    let output = step_ivr()
        .args(["tally", "--publication"])
        .arg(publication("barrie", "publication.json"))
        .arg("--key")
        .arg(publication("barrie", "key.json"))
        .arg(publication("barrie", "reference_ballots.jsonl"))
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Municipal Council") && text.contains("Councillor at large"), "{text}");
}
