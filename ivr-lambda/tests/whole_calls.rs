//! Whole calls by choosing from menus; what is in the box is what was pressed.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use step::{folder, hold, keys_of, publication, step_ivr, voter, world};

/// The ballots of a file as the count sees them: chosen candidates by contest.
fn counted(of: &str, ballots: &Path) -> (BTreeMap<String, BTreeSet<String>>, Value) {
    let output = step_ivr()
        .args(["tally", "--json", "--publication"])
        .arg(publication(of, "publication.json"))
        .arg("--key")
        .arg(publication(of, "key.json"))
        .arg(ballots)
        .output()
        .unwrap();
    let mut lines = step::lines(&output);
    let totals = lines.pop().unwrap();
    assert_eq!(totals["type"], "totals");
    let mut choices = BTreeMap::new();
    for ballot in &lines {
        assert_eq!((&ballot["verified"], &ballot["status"]), (&true.into(), &"counted".into()));
        for contest in ballot["contests"].as_array().unwrap() {
            let ids = contest["choices"].as_array().unwrap().iter();
            let ids = ids.map(|choice| choice["candidate_id"].as_str().unwrap().to_owned());
            let id = contest["contest_id"].as_str().unwrap().to_owned();
            choices.insert(id, ids.collect::<BTreeSet<_>>());
        }
    }
    (choices, totals)
}

fn as_sets(chosen: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, BTreeSet<String>> {
    chosen.iter().map(|(k, v)| (k.clone(), v.iter().cloned().collect())).collect()
}

fn whole_call(of: &str, credentials: &[(&str, &str)], elections: usize) {
    let folder = folder(&format!("whole-{of}"));
    let ballots = folder.join("ballots.jsonl");
    let more = ["--seed", "7", "--ballots", ballots.to_str().unwrap()];
    let heard = hold(&world(of), &more, voter(credentials, 2));
    let end = heard.end();
    assert_eq!(end["outcome"], "completed", "{end}");
    let submissions = end["submissions"].as_array().unwrap();
    assert_eq!(submissions.len(), elections);
    for submission in submissions {
        assert_eq!(submission["status"], "success");
        assert_eq!(submission["ballot_id"].as_str().unwrap().len(), 64);
    }
    let (choices, totals) = counted(of, &ballots);
    assert_eq!(choices, as_sets(&heard.chosen), "what was counted is what was pressed");
    let votes: u64 = totals["elections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|election| election["contests"].as_array().unwrap())
        .flat_map(|contest| contest["candidates"].as_array().unwrap())
        .map(|candidate| candidate["votes"].as_u64().unwrap())
        .sum();
    assert_eq!(votes, heard.chosen.values().map(|c| c.len() as u64).sum::<u64>());
}

#[test]
fn barrie_from_the_first_ring_to_the_count() {
    whole_call("barrie", &[("voter_id", "12345678"), ("dob", "01021960")], 2);
}

#[test]
fn toronto_from_the_first_ring_to_the_count() {
    whole_call("toronto", &[("voter_id", "12345678"), ("pin", "1234")], 1);
}

#[test]
fn large_from_the_first_ring_to_the_count() {
    let credentials = [("voter_id", "12345678"), ("pin", "1234"), ("dob", "01021960")];
    whole_call("large", &credentials, 1);
}

#[test]
fn a_changed_mind_is_what_counts() {
    let folder = folder("changed-mind");
    let ballots = folder.join("ballots.jsonl");
    let credentials = [("voter_id", "12345678"), ("dob", "01021960")];
    let mut like_all = voter(&credentials, 1);
    let mut changed = false;
    let more = ["--seed", "8", "--ballots", ballots.to_str().unwrap()];
    let heard = hold(&world("barrie"), &more, |line, heard| {
        if let (Some(edit), false) = (keys_of(line, "edit_contest"), changed) {
            changed = true;
            return edit;
        }
        if changed && let Some(first) = keys_of(line, "choose_candidate") {
            return first;
        }
        like_all(line, heard)
    });
    assert!(changed);
    let (choices, _) = counted("barrie", &ballots);
    assert_eq!(choices, as_sets(&heard.chosen));
}

#[test]
fn the_same_seed_is_the_same_call() {
    let credentials = [("voter_id", "12345678"), ("pin", "1234")];
    let calls: Vec<_> = ["5", "5", "6"]
        .iter()
        .map(|seed| hold(&world("toronto"), &["--seed", seed], voter(&credentials, 1)).lines)
        .collect();
    assert_eq!(calls[0], calls[1]);
    assert_ne!(calls[0].last(), calls[2].last(), "another seed seals other bytes");
}
