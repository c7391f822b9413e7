//! Casting when things go wrong: crashes, lost replies, limits; the same bytes, at most once.

use std::sync::Mutex;

use async_trait::async_trait;
use ivr_core::fakes::{FakeConfig, FakeWorld, Fault, FaultRule, PortName};
use ivr_core::flow::context::LambdaInput;
use ivr_core::ports::{
    CastReply, CastRequest, Deadline, Ports, SessionRow, TelemetryEvent, VoteCastingPort,
};
use ivr_core::prompts::key::IvrPromptKey;
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use ivr_core::session::{Ending, SubmissionStatus};
use ivr_core::settings::Settings;
use ivr_core::turn::handle::Ivr;
use serde_json::json;

use super::support::{
    CALLER, CONTACT, LOGIN, Made, Phone, VOTER, config, election, events, fault, fill, fixture_key,
    opened, pass,
};

/// One ballot of two contests, entered without asking.
fn made() -> Made {
    Made::one(2, 3)
}

fn world(faults: Vec<FaultRule>) -> FakeWorld {
    FakeWorld::new(FakeConfig { faults, unique_ballot_id: true, ..config(&made().load()) })
}

/// A call up to the summary.
fn filled(world: &FakeWorld) -> Phone<'_> {
    let mut phone = Phone::call(world);
    phone.keys(&format!("1 {LOGIN}"));
    fill(&mut phone);
    phone
}

fn casting(on_call: u32, what: Fault) -> FaultRule {
    fault(PortName::VoteCasting, Some(on_call), what)
}

#[test]
fn a_ballot_is_recorded_and_its_choices_leave_the_row() {
    let world = world(Vec::new());
    let mut phone = filled(&world);
    phone.press("00#");
    assert_eq!(phone.said(), ["vote_success", "receipt_info", "receipt_number", "receipt_number"]);
    let session = phone.session();
    assert!(session.votes.is_empty());
    assert_eq!(session.submission_results[0].status, SubmissionStatus::Success);
    let accepted = world.accepted_ballots();
    assert_eq!(accepted.len(), 1);
    let decoded = opened(&world.config().publication, &fixture_key("barrie"), &accepted[0]);
    assert!(decoded.values().all(|marks| marks.len() == 1));
}

/// The row of the moment before the send: kept aside while the turn goes on.
struct Checkpoints<'w>(&'w FakeWorld, Mutex<Option<SessionRow>>);

#[async_trait]
impl VoteCastingPort for Checkpoints<'_> {
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        *self.1.lock().unwrap() = self.0.rows().get(CONTACT).cloned();
        self.0.ports().vote_casting.cast(route, request, access_token, within).await
    }
}

/// Casts, and goes back to the row that was stored when the ballot was sent: the function died.
fn died_while_casting(phone: &mut Phone<'_>) -> String {
    let world = phone.world;
    let casting = Checkpoints(world, Mutex::default());
    let settings = Settings::default();
    let ports = Ports { vote_casting: &casting, ..world.ports() };
    phone.event = phone.next(LambdaInput::Dtmf("00#".into()));
    pollster::block_on(Ivr { ports, settings: &settings }.handle(&phone.event));
    let row = casting.1.lock().unwrap().take().expect("a ballot is saved before it is sent");
    world.set_rows([(CONTACT.to_owned(), row)].into());
    let session = phone.session();
    assert!(session.position.ballot_loop().unwrap().submission.is_some());
    session.encrypted_ballots.into_values().next().unwrap().content
}

#[test]
fn a_function_that_dies_before_the_send_is_followed_by_one_that_sends_the_saved_bytes() {
    let world = world(vec![casting(1, Fault::Timeout)]);
    let mut phone = filled(&world);
    let saved = died_while_casting(&mut phone);
    assert!(world.accepted_ballots().is_empty());
    // The service runs the function again with the same event.
    phone.last = phone.deliver(&phone.event);
    assert_eq!(phone.said(), ["hold"], "the first one may still arrive");
    phone.listen();
    assert!(phone.said().contains(&"vote_success"), "{:?}", phone.said());
    let accepted = world.accepted_ballots();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].content, saved);
}

#[test]
fn a_function_that_dies_after_the_send_is_followed_by_one_that_asks_first() {
    let world = world(Vec::new());
    let mut phone = filled(&world);
    let saved = died_while_casting(&mut phone);
    phone.last = phone.deliver(&phone.event);
    assert!(phone.said().contains(&"vote_success"), "{:?}", phone.said());
    let accepted = world.accepted_ballots();
    assert_eq!((accepted.len(), world.calls(PortName::VoteCasting)), (1, 1));
    assert_eq!(accepted[0].content, saved);
}

#[test]
fn a_reply_that_was_lost_is_found_in_the_history() {
    let world = world(vec![casting(1, Fault::LostReply)]);
    let mut phone = filled(&world);
    phone.press("00#");
    assert_eq!(phone.said()[0], "vote_success");
    assert_eq!(world.accepted_ballots().len(), 1);
    assert_eq!(world.calls(PortName::VoteCasting), 1, "nothing is sent twice");
}

#[test]
fn a_lost_ballot_is_sent_again_unchanged_and_only_while_the_history_lacks_it() {
    let world = world(vec![casting(1, Fault::Timeout), casting(2, Fault::LostReply)]);
    let mut phone = filled(&world);
    phone.press("00#");
    assert_eq!(phone.said(), ["hold"]);
    let sealed = phone.session().encrypted_ballots;
    phone.listen();
    assert!(phone.said().contains(&"vote_success"), "{:?}", phone.said());
    let accepted = world.accepted_ballots();
    let id = election(&world.config().publication, 0);
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].content, sealed[&id].content);
    assert_eq!(world.calls(PortName::VoteCasting), 2);
}

#[test]
fn nobody_knows_when_neither_reply_nor_history_comes() {
    // The history answers on entry and never again.
    let mut faults = vec![casting(1, Fault::Timeout)];
    faults.extend((2..40).map(|n| fault(PortName::CastVoteHistory, Some(n), Fault::Error)));
    let world = FakeWorld::new(FakeConfig { faults, ..config(&made().load()) });
    let mut phone = filled(&world);
    phone.press("00#");
    phone.listen();
    assert_eq!(phone.last.ending, Some(Ending::Disconnected(IvrPromptKey::VoteUnknown)));
    assert_eq!(phone.last.submissions[0].status, SubmissionStatus::Unknown);
    assert_eq!(phone.said(), ["vote_unknown"], "nothing is claimed: {}", phone.text());
    assert!(events(&world).iter().any(|e| matches!(e, TelemetryEvent::VoteUnknown { .. })));
}

/// DECISIONS 66: whatever ends the call after a send whose reply was not seen, the ballot is
/// unknown; it is neither "not cast" nor passed over.
#[test]
fn a_call_that_fails_while_a_ballot_is_on_its_way_says_unknown() {
    for session_over in [true, false] {
        let world = FakeWorld::new(FakeConfig {
            faults: vec![casting(1, Fault::Timeout)],
            token_lifetime_s: 300,
            ..config(&made().load())
        });
        let mut phone = filled(&world);
        phone.press("00#");
        assert_eq!(phone.said(), ["hold"]);
        if session_over {
            pass(&world, 400);
            let mut state = world.state();
            state.ended_sessions.extend(1..10);
            world.restore(state);
        } else {
            phone.turn(LambdaInput::Error);
        }
        phone.listen();
        if session_over {
            let ending = Ending::Disconnected(IvrPromptKey::VoteUnknown);
            assert_eq!(phone.last.ending, Some(ending), "{}", phone.text());
            assert_eq!(phone.said(), ["vote_unknown"]);
            assert_eq!(phone.last.submissions[0].status, SubmissionStatus::Unknown);
        } else {
            assert!(phone.said().contains(&"vote_success"), "{}", phone.text());
        }
    }
}

/// The function dies while it sends, and the voter's session ends before the next turn.
#[test]
fn a_session_that_is_over_after_a_crash_leaves_the_ballot_unknown() {
    let world = FakeWorld::new(FakeConfig { token_lifetime_s: 300, ..config(&made().load()) });
    let mut phone = filled(&world);
    died_while_casting(&mut phone);
    assert_eq!(world.accepted_ballots().len(), 1, "it had arrived");
    pass(&world, 400);
    let mut state = world.state();
    state.ended_sessions.extend(1..10);
    world.restore(state);
    phone.last = phone.deliver(&phone.event);
    phone.listen();
    assert_eq!(phone.said(), ["vote_unknown"], "{}", phone.text());
}

/// The checkpoint itself cannot be written: nothing was sent, and the turn is played again.
#[test]
fn a_store_that_fails_before_the_first_send_loses_no_ballot() {
    let probe = world(Vec::new());
    drop(filled(&probe));
    let before = probe.calls(PortName::Session);
    for fault_kind in [Fault::Error, Fault::Timeout, Fault::LostReply] {
        let failing =
            (2..5).map(|n| fault(PortName::Session, Some(before + n), fault_kind.clone()));
        let world = world(failing.collect());
        let mut phone = filled(&world);
        phone.press("00#");
        phone.listen();
        let cast = world.accepted_ballots().len();
        let recorded = phone.said().contains(&"vote_success");
        let ended = phone.ended() && phone.text().contains("We are sorry");
        assert!(if cast == 1 { recorded } else { ended }, "{fault_kind:?}: {}", phone.text());
    }
}

/// The save before a second send fails: the first one may have arrived.
#[test]
fn a_store_that_fails_before_the_second_send_leaves_the_ballot_unknown() {
    let probe = world(vec![casting(1, Fault::Timeout)]);
    let mut phone = filled(&probe);
    phone.press("00#");
    let before = probe.calls(PortName::Session);
    let mut faults = vec![casting(1, Fault::Timeout)];
    // The next turn loads, then nothing can be written any more.
    faults.extend((2..9).map(|n| fault(PortName::Session, Some(before + n), Fault::Error)));
    let world = world(faults);
    let mut phone = filled(&world);
    phone.press("00#");
    phone.listen();
    assert!(phone.ended());
    assert_eq!(phone.said().last(), Some(&"vote_unknown"), "{}", phone.text());
    assert!(!phone.text().contains("not cast"), "{}", phone.text());
}

#[test]
fn a_refusal_is_announced_only_after_the_history_was_asked() {
    let rejected = |status, code: &str| Fault::Rejected {
        status,
        code: Some(code.into()),
        message: String::new(),
    };
    for (fault, said) in [
        (rejected(401, "CheckStatusFailed"), "election_closed"),
        (rejected(400, "CheckRevotesFailed"), "duplicate_vote"),
        (rejected(400, "BallotIdMismatch"), "vote_failed"),
        (rejected(422, "Whatever"), "vote_failed"),
    ] {
        let world = world(vec![casting(1, fault)]);
        let mut phone = filled(&world);
        let asked = world.calls(PortName::CastVoteHistory);
        phone.press("00#");
        assert_eq!(phone.said(), [said]);
        assert_eq!(world.calls(PortName::CastVoteHistory), asked + 1);
        phone.listen();
        assert_eq!(phone.last.ending, Some(Ending::Completed));
        assert!(matches!(phone.last.submissions[0].status, SubmissionStatus::Rejected(_)));
    }
}

/// How many ballots a voter may cast, over several calls (DECISIONS 3).
#[test]
fn revotes_are_counted_over_calls() {
    for (revotes, most) in [(json!(0), 4), (json!(1), 1), (json!(3), 3), (json!(null), 1)] {
        let publication = made().revotes(revotes.clone()).load();
        let world = FakeWorld::new(config(&publication));
        for call in 0..4 {
            let mut phone = Phone::call_as(&world, &format!("contact-{call}"), Some(CALLER));
            phone.keys(&format!("1 {LOGIN}"));
            phone.listen();
            if call < most {
                let again = phone.said().contains(&"election_already_voted");
                assert_eq!(again, call > 0, "{revotes}: {:?}", phone.said());
                fill(&mut phone);
                phone.press("00#");
                assert_eq!(phone.said()[0], "vote_success", "{revotes}, call {call}");
                phone.keys("1");
            } else {
                assert_eq!(phone.sub_phase(), "election_select", "{revotes}, call {call}");
                assert!(phone.said().contains(&"election_already_voted"));
                phone.keys("0");
            }
            assert_eq!(phone.last.ending, Some(Ending::Completed));
        }
        let accepted = world.accepted_ballots();
        assert_eq!(accepted.len(), most, "{revotes}");
        assert!(accepted.iter().all(|b| b.user_id == VOTER));
        let mut ids: Vec<_> = accepted.iter().map(|b| &b.ballot_id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), most);
    }
}

/// The final save fails after the ballot was recorded: the voter still hears that it was.
#[test]
fn a_store_that_fails_after_the_cast_does_not_take_the_news_away() {
    // Of the casting turn: the load, the checkpoint, the final save.
    let probe = world(Vec::new());
    let phone = filled(&probe);
    let before = probe.calls(PortName::Session);
    drop(phone);
    let failing = [3, 4].map(|n| fault(PortName::Session, Some(before + n), Fault::Error));
    let world = world(failing.into());
    let mut phone = filled(&world);
    phone.press("00#");
    assert_eq!(world.accepted_ballots().len(), 1);
    assert!(phone.ended());
    assert_eq!(phone.said(), ["cast_so_far", "system_error"], "{}", phone.text());
    assert!(phone.text().contains("Election 1"), "{}", phone.text());
    assert_eq!(phone.last.submissions[0].status, SubmissionStatus::Success);
}

/// What was cast is named, and what was not; the ballot being filled is never called recorded.
#[test]
fn a_call_that_breaks_off_never_calls_a_ballot_recorded_that_was_not() {
    let world = FakeWorld::new(config(&Made::new(2, 1, 3).load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN} 1 1 - - -"));
    assert_eq!(phone.said(), ["cast_so_far", "not_cast_yet", "timeout_final"]);
    assert!(phone.text().starts_with("Your ballots for Election 1 and Election 2 were not cast."));
    assert!(!phone.text().contains("was recorded."), "{}", phone.text());

    let mut phone = Phone::call_as(&world, "another", Some(CALLER));
    phone.keys(&format!("1 {LOGIN} 1 1 1 00# 1 1 - - -"));
    let text = phone.text();
    assert!(
        text.starts_with(
            "Your ballot for Election 1 was recorded. Your ballot for Election 2 was not cast."
        ),
        "{text}"
    );
}

/// The session store was slow: most of the turn is gone when the ballot is sent.
#[test]
fn the_history_is_asked_in_the_turn_of_the_send_however_late_it_is() {
    let probe = world(Vec::new());
    let _ = filled(&probe);
    let before = probe.calls(PortName::Session);
    // Two loads and two writes of the checkpoint, a second each.
    let slow = |n| fault(PortName::Session, Some(before + n), Fault::SlowMs(4_000));
    let world = world(vec![slow(1), slow(2), slow(4), slow(5), casting(1, Fault::LostReply)]);
    let mut phone = filled(&world);
    let asked = world.calls(PortName::CastVoteHistory);
    phone.press("00#");
    assert_eq!(world.calls(PortName::CastVoteHistory), asked + 1);
    assert_eq!(phone.said()[0], "vote_success");
}
