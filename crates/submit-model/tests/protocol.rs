//! The protocol in every state that its surroundings can bring about, and the broken ones found.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ivr_core::submit::SubmitLimits;
use submit_model::check::{self, Findings};
use submit_model::harvest::Platform;
use submit_model::model::{Bounds, SubmitModel};
use submit_model::properties::{self, NOT_RECORDED_IS_TRUE};
use submit_model::protocol::Protocol;

/// Production's own limits; the program `submit-model` goes further.
fn bounds() -> Bounds {
    Bounds { faults: 3, functions: 2, tries: 3, limits: SubmitLimits::default() }
}

const PATCHED: Platform = Platform { patched: true, overtaking: false };
const AS_IT_IS: Platform = Platform { patched: false, overtaking: false };
const LIMITS: [Option<i64>; 4] = [None, Some(0), Some(1), Some(3)];

fn holds_in_every_state(platform: Platform, limit: Option<i64>) -> Findings {
    let model = SubmitModel::new(Protocol::Real, platform, limit, bounds());
    let findings = check::everything(model);
    assert!(findings.broken.is_empty(), "{limit:?}: {:#?}", findings.broken);
    assert!(findings.impossible.is_empty(), "{limit:?}: {:?} never happens", findings.impossible);
    let ends = &findings.ends;
    // Two walks that know nothing of each other saw the same graph, to its end.
    assert_eq!(findings.states, ends.states);
    assert!(ends.states > 50_000, "{ends:?}");
    findings
}

#[test]
fn on_the_patched_platform_everything_holds() {
    for limit in LIMITS {
        let findings = holds_in_every_state(PATCHED, limit);
        assert_eq!(findings.hold.len(), 8, "(a) to (g), (b) twice: {:?}", findings.hold);
        assert!(findings.hold.contains(&properties::ONE_ROW));
    }
}

#[test]
fn on_the_platform_as_it_is_rows_are_of_one_ballot_id_only() {
    for limit in LIMITS {
        let findings = holds_in_every_state(AS_IT_IS, limit);
        assert!(findings.hold.contains(&properties::ROWS_OF_THAT_ID));
        assert!(findings.hold.contains(&properties::EVERY_STATE_CAN_END));
    }
}

/// The lines that the shortest story must have, in this order.
fn found(protocol: Protocol, property: &'static str, told: &[&str]) {
    let model = SubmitModel::new(protocol, AS_IT_IS, Some(1), bounds());
    let broken = check::shortest(model, property);
    let broken = broken.unwrap_or_else(|| panic!("{} breaks {property}", protocol.name()));
    let mut lines = broken.story.iter();
    for part in told {
        assert!(lines.any(|line| line.contains(part)), "{part:?} in {:#?}", broken.story);
    }
}

#[test]
fn every_broken_protocol_is_found() {
    for protocol in Protocol::BROKEN {
        for property in protocol.breaks() {
            found(protocol, property, &["The voter has pressed 00#."]);
        }
    }
}

#[test]
fn counter_examples_can_be_read() {
    let told = ["saves the session with ballot_id 1", "saves the session with ballot_id 2"];
    found(Protocol::ReSealOnRetry, properties::ONE_BALLOT_ID, &told);
    let told = ["function A sends ballot_id 1."];
    found(Protocol::SendBeforeSave, properties::ROWS_OF_THAT_ID, &told);
    let told = [
        "committed, then an error; it will try again. Rows: ballot_id 1.",
        "gets the reply: 400 CheckRevotesFailed.",
        "The voter hears: not recorded.",
    ];
    found(Protocol::TrustTheRefusal, NOT_RECORDED_IS_TRUE, &told);
    let told =
        ["sees no reply by its deadline.", "does not have it.", "The voter hears: not recorded."];
    found(Protocol::EmptyHistoryMeansNotRecorded, properties::ONLY_RECORDED_OR_UNKNOWN, &told);
}

/// What the protocol does not promise: nobody can know of a commit that is decided after Harvest
/// has refused for another reason and after the history was asked.
#[test]
fn a_refusal_that_overtakes_a_commit_is_believed() {
    let platform = Platform { patched: true, overtaking: true };
    let model = SubmitModel::new(Protocol::Real, platform, Some(1), bounds());
    let broken = check::shortest(model, NOT_RECORDED_IS_TRUE).unwrap();
    assert!(broken.story.iter().any(|line| line.contains("late")), "{:#?}", broken.story);
}
