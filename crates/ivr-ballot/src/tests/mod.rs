//! Tests that need the inside of several modules.

mod facts;
mod playback;
mod vectors;

use std::path::Path;

use crate::{BallotKind, KeyTables, Style, style::BallotStyle};

/// A test file of the repository.
fn fixture(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    std::fs::read_to_string(root.join(path)).expect("the repository holds its fixtures")
}

fn prepared(style: &serde_json::Value) -> Style {
    let style = BallotStyle::from_value(style).unwrap();
    Style::prepare_for_any_channel(style, &mut KeyTables::new()).unwrap()
}

fn kind(text: &str) -> BallotKind {
    match text {
        "single" => BallotKind::SingleContest,
        "multi" => BallotKind::MultipleContests,
        other => panic!("no kind {other}"),
    }
}

#[test]
fn a_plaintext_does_not_show_itself() {
    let plaintext = crate::plaintext::Plaintext([7; 30]);
    assert_eq!(format!("{plaintext:?}"), "Plaintext(..)");
}
