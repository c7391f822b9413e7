//! Reference ballots of the three example publications: the platform made them, this crate must read them.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use ivr_ballot::style::BallotStyle;
use ivr_ballot::tally::{self, SecretKey, Tally};
use ivr_ballot::{KeyTables, Style, check_against, verify};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct ReferenceBallot {
    election_id: String,
    ballot_id: String,
    content: String,
    choices: BTreeMap<String, Vec<String>>,
    invalid: bool,
}

#[derive(Deserialize)]
struct Key {
    public_key: String,
    secret_key: String,
}

fn fixture(publication: &str, file: &str) -> String {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../tests/fixtures/publications", publication, file]
            .iter()
            .collect();
    std::fs::read_to_string(path).unwrap()
}

fn check(publication: &str) {
    let document: Value = serde_json::from_str(&fixture(publication, "publication.json")).unwrap();
    let key: Key = serde_json::from_str(&fixture(publication, "key.json")).unwrap();
    let secret = SecretKey::from_base64(&key.secret_key).unwrap();
    assert_eq!(secret.public_key(), key.public_key);

    let mut keys = KeyTables::new();
    let mut styles = BTreeMap::new();
    for value in document["ballot_styles"].as_array().unwrap() {
        let style = Style::prepare(BallotStyle::from_value(value).unwrap(), &mut keys).unwrap();
        styles.insert(style.ballot_style().election_id.clone(), style);
    }
    assert!(!styles.is_empty());

    let ballots = fixture(publication, "reference_ballots.jsonl");
    let mut seen = 0;
    for line in ballots.lines() {
        let ballot: ReferenceBallot = serde_json::from_str(line).unwrap();
        let style = &styles[&ballot.election_id];
        verify::verify(&ballot.ballot_id, &ballot.content, &ballot.election_id, style.kind())
            .unwrap();
        check_against(style, &ballot.content).unwrap();

        let opened = tally::open(style, &secret, &ballot.content).unwrap();
        assert_eq!(opened.contests.len(), ballot.choices.len());
        for contest in &opened.contests {
            let mut expected: Vec<&str> =
                ballot.choices[&contest.contest_id].iter().map(String::as_str).collect();
            expected.sort_unstable();
            assert_eq!(contest.selected(), expected, "{publication} {}", ballot.ballot_id);
        }
        let invalid = opened.contests.iter().any(|contest| contest.verdict.is_invalid());
        assert_eq!(invalid, ballot.invalid, "{publication} {}", ballot.ballot_id);

        let mut tally = Tally::new(style).unwrap();
        tally.add(&opened);
        assert_eq!(tally.totals()[0].ballots, 1);
        seen += 1;
    }
    assert_eq!(seen, 20);
}

#[test]
fn barrie() {
    check("barrie");
}

#[test]
fn toronto() {
    check("toronto");
}

#[test]
fn large() {
    check("large");
}
