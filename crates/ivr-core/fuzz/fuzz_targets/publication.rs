//! Any bytes as a publication, and a sound publication with anything wrong in it: it is refused on
//! one line, or what comes out can be used without a second look.

#![no_main]

use arbitrary::Arbitrary;
use ivr_core::publication::testing::BigPublication;
use ivr_core::publication::{OrderSeed, Publication};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

#[derive(Debug, Arbitrary)]
enum Input<'a> {
    Bytes(&'a [u8]),
    /// Changes to a document that loads.
    Edits(Vec<Edit<'a>>),
}

#[derive(Debug, Arbitrary)]
struct Edit<'a> {
    /// The node, counted depth first, round and round.
    node: u16,
    put: Put<'a>,
}

#[derive(Debug, Arbitrary)]
enum Put<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    EmptyList,
    EmptyObject,
    /// What stands at another node.
    CopyOf(u16),
    /// The same once more, in a list.
    Twice,
    /// Under another key.
    Under(&'a str),
}

fuzz_target!(|input: Input<'_>| match input {
    Input::Bytes(bytes) => check(bytes),
    Input::Edits(edits) => {
        let mut document: Value =
            serde_json::from_slice(&BigPublication::new(2, 2, 3).json()).expect("it is JSON");
        for edit in edits.iter().take(8) {
            apply(&mut document, edit);
        }
        check(&serde_json::to_vec(&document).expect("it stays JSON"));
    }
});

fn check(bytes: &[u8]) {
    let loaded = match Publication::from_json(bytes) {
        Ok(loaded) => loaded,
        Err(error) => return one_line(&error.to_string()),
    };
    for finding in &loaded.findings {
        one_line(&finding.to_string());
    }
    let publication = loaded.publication;
    let seed = OrderSeed::from_contact_id("fuzz");
    let elections = publication.elections.len();
    everyone_once(&publication.election_order(0..elections, &seed), elections);
    for ballot in &publication.ballots {
        let election = publication.election_of(ballot);
        assert_eq!(election.id, ballot.election_id);
        everyone_once(&ballot.contest_order(&seed), ballot.contests.len());
        for contest in &ballot.contests {
            everyone_once(&contest.candidate_order(&seed), contest.candidates.len());
            if ballot.by_phone() {
                assert!(contest.candidates.len() <= 99, "a number has two digits");
            }
        }
    }
}

/// A message is one line that says something.
fn one_line(message: &str) {
    assert!(!message.trim().is_empty() && !message.contains('\n'), "{message:?}");
}

fn everyone_once(order: &[usize], of: usize) {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..of), "{order:?} is no order of {of}");
}

fn apply(document: &mut Value, edit: &Edit<'_>) {
    let count = count(document);
    let copied = match edit.put {
        Put::CopyOf(node) => node_at(document, &mut (usize::from(node) % count)).cloned(),
        _ => None,
    };
    let Some(node) = node_at(document, &mut (usize::from(edit.node) % count)) else { return };
    *node = match edit.put {
        Put::Null => Value::Null,
        Put::Bool(value) => json!(value),
        Put::Int(value) => json!(value),
        Put::Float(value) => json!(value),
        Put::Text(value) => json!(value),
        Put::EmptyList => json!([]),
        Put::EmptyObject => json!({}),
        Put::CopyOf(_) => copied.unwrap_or_default(),
        Put::Twice => json!([node.clone(), node.take()]),
        Put::Under(key) => json!({ key: node.take() }),
    };
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(object) => object.values().map(count).sum(),
        _ => 0,
    }
}

/// The nth node, depth first.
fn node_at<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| node_at(value, left)),
        Value::Object(object) => object.values_mut().find_map(|value| node_at(value, left)),
        _ => None,
    }
}
