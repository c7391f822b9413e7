//! The protocol in every state that its surroundings can bring about, and the broken ones found.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ivr_core::submit::SubmitLimits;
use submit_model::check::{self, Findings};
use submit_model::harvest::{Overtaking, Platform};
use submit_model::model::{Bounds, SubmitModel};
use submit_model::properties::{
    EVERY_STATE_CAN_END, NOT_RECORDED_IS_TRUE, ONE_BALLOT_ID, ONE_ROW, ONLY_RECORDED_OR_UNKNOWN,
    RECORDED_IS_TRUE, ROWS_OF_THAT_ID, THE_LIMIT_HOLDS,
};
use submit_model::protocol::Protocol;

/// Production's own limits; the program `submit-model` goes further.
fn bounds() -> Bounds {
    Bounds { faults: 3, functions: 2, tries: 3, limits: SubmitLimits::default() }
}

const LIMITS: [Option<i64>; 4] = [None, Some(0), Some(1), Some(3)];

/// What holds on every platform.
const EVERYWHERE: [&str; 6] = [
    ONE_BALLOT_ID,
    ROWS_OF_THAT_ID,
    ONLY_RECORDED_OR_UNKNOWN,
    RECORDED_IS_TRUE,
    NOT_RECORDED_IS_TRUE,
    EVERY_STATE_CAN_END,
];

fn look(platform: Platform, limit: Option<i64>, bounds: Bounds) -> Findings {
    let findings = check::everything(SubmitModel::new(Protocol::Real, platform, limit, bounds));
    assert!(findings.impossible.is_empty(), "{limit:?}: {:?} never happens", findings.impossible);
    let ends = &findings.ends;
    // Two walks that know nothing of each other saw the same graph, to its end.
    assert_eq!(findings.states, ends.states);
    assert!(ends.states > 50_000, "{ends:?}");
    findings
}

/// These properties hold in every state, and no other was looked at.
fn hold(platform: Platform, limit: Option<i64>, bounds: Bounds, more: &[&str]) {
    let findings = look(platform, limit, bounds);
    assert!(findings.broken.is_empty(), "{limit:?}: {:#?}", findings.broken);
    let mut expected: Vec<&str> = EVERYWHERE.iter().chain(more).copied().collect();
    let mut held = findings.hold;
    expected.sort_unstable();
    held.sort_unstable();
    assert_eq!(held, expected, "{platform:?}, {limit:?}");
}

#[test]
fn on_the_patched_platform_everything_holds() {
    for limit in LIMITS {
        hold(Platform::PATCHED, limit, bounds(), &[ONE_ROW, THE_LIMIT_HOLDS]);
    }
}

#[test]
fn where_ballots_are_unique_only_there_is_one_row_and_no_limit() {
    for limit in LIMITS {
        hold(Platform::BALLOT_ONCE, limit, bounds(), &[ONE_ROW]);
    }
}

#[test]
fn with_the_lock_only_the_limit_holds_and_rows_are_of_one_ballot_id() {
    for limit in LIMITS {
        hold(Platform::VOTER_LOCK, limit, bounds(), &[THE_LIMIT_HOLDS]);
    }
}

#[test]
fn on_the_platform_as_it_is_rows_are_of_one_ballot_id_only() {
    for limit in LIMITS {
        hold(Platform::AS_IT_IS, limit, bounds(), &[]);
    }
}

/// Harvest's own try and its five retries (facts 4.4).
#[test]
fn with_six_tries_the_same_holds() {
    let bounds = Bounds { tries: 6, ..bounds() };
    hold(Platform::PATCHED, Some(1), bounds, &[ONE_ROW, THE_LIMIT_HOLDS]);
    hold(Platform::PATCHED, Some(0), bounds, &[ONE_ROW, THE_LIMIT_HOLDS]);
    hold(Platform::AS_IT_IS, Some(1), bounds, &[]);
    hold(Platform::AS_IT_IS, Some(0), bounds, &[]);
}

/// The lines that a story must have, in this order.
fn tells(story: &[String], told: &[&str]) {
    let mut lines = story.iter();
    for part in told {
        assert!(lines.any(|line| line.contains(part)), "{part:?} in {story:#?}");
    }
}

fn found(protocol: Protocol, property: &'static str, told: &[&str]) {
    let model = SubmitModel::new(protocol, Platform::AS_IT_IS, Some(1), bounds());
    let broken = check::shortest(model, property);
    let broken = broken.unwrap_or_else(|| panic!("{} breaks {property}", protocol.name()));
    tells(&broken.story, told);
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
    found(Protocol::ReSealOnRetry, ONE_BALLOT_ID, &told);
    let told = ["function A sends ballot_id 1."];
    found(Protocol::SendBeforeSave, ROWS_OF_THAT_ID, &told);
    let told = [
        "committed, then an error; it will try again. Rows: ballot_id 1.",
        "gets the reply: 400 Check",
        "The voter hears: not recorded.",
    ];
    found(Protocol::TrustTheRefusal, NOT_RECORDED_IS_TRUE, &told);
    let told =
        ["sees no reply by its deadline.", "does not have it.", "The voter hears: not recorded."];
    found(Protocol::EmptyHistoryMeansNotRecorded, ONLY_RECORDED_OR_UNKNOWN, &told);
    let told = [
        "gets the reply: 500 InternalServerError.",
        "does not have it.",
        "The voter hears: not recorded.",
    ];
    found(Protocol::ServerErrorIsARefusal, ONLY_RECORDED_OR_UNKNOWN, &told);
}

/// What the protocol does not promise: nobody can know of a commit that is decided after Harvest
/// has said something else and after the history was asked. Only (f) is lost by it.
fn breaks_not_recorded(platform: Platform, told: &[&str]) {
    let findings = look(platform, Some(1), bounds());
    let broken: Vec<&str> = findings.broken.iter().map(|broken| broken.property).collect();
    assert_eq!(broken, [NOT_RECORDED_IS_TRUE], "{platform:?}");
    let story = &findings.broken[0].story;
    tells(story, told);
    tells(story, &["late. Rows: ballot_id 1."]);
}

/// It takes a platform without the lock: with it the refusal waits, as
/// `on_the_patched_platform_everything_holds` shows without any assumption about it.
#[test]
fn without_the_lock_a_refusal_that_overtakes_a_commit_is_believed() {
    for platform in [Platform::AS_IT_IS, Platform::BALLOT_ONCE] {
        let told = ["loses the database", "gets the reply: 4", "does not have it."];
        breaks_not_recorded(platform.with(Overtaking::Refusal), &told);
    }
}

/// The lock does not help: it is the question for the lock that fails.
#[test]
fn a_failed_query_that_overtakes_a_commit_is_believed_on_every_platform() {
    for platform in Platform::ALL {
        let told = [
            "loses the database",
            "gets the reply: 400 CheckPreviousVotesFailed.",
            "does not have it.",
        ];
        breaks_not_recorded(platform.with(Overtaking::FailedQuery), &told);
    }
}
