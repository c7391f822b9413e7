//! Overlapping invocations, late events, rows past their time (DECISIONS 9, 10).

use std::collections::BTreeMap;

use ivr_core::fakes::{FakeConfig, FakeWorld, Fault, Intruder, PortName};
use ivr_core::flow::context::LambdaInput;
use ivr_core::ports::{RaceDecision, SessionRow, TelemetryEvent};
use ivr_core::prompts::key::IvrPromptKey;
use ivr_core::session::Ending;

use super::support::{
    CALLER, CONTACT, LOGIN, Made, Phone, config, events, fault, fill, pass, resealed,
};

fn world() -> FakeWorld {
    FakeWorld::new(config(&Made::one(2, 3).load()))
}

fn filled(world: &FakeWorld) -> Phone<'_> {
    let mut phone = Phone::call(world);
    phone.keys(&format!("1 {LOGIN}"));
    fill(&mut phone);
    phone
}

fn puts(row: SessionRow) -> Intruder {
    Box::new(move |rows: &mut BTreeMap<String, SessionRow>| {
        rows.insert(row.contact_id.clone(), row);
    })
}

fn decisions(world: &FakeWorld) -> Vec<RaceDecision> {
    let decision = |event| match event {
        TelemetryEvent::SessionRaced { decision } => Some(decision),
        _ => None,
    };
    events(world).into_iter().filter_map(decision).collect()
}

#[test]
fn whoever_loses_gives_the_answer_of_the_winner() {
    let world = world();
    let mut phone = filled(&world);
    let before = world.rows();
    let winner = phone.press("02#").clone();
    let after = phone.row();
    // The same event in a second invocation, which loaded the row before the first one wrote.
    world.set_rows(before);
    world.before_next_update(puts(after.clone()));
    let loser = phone.deliver(&phone.event);
    assert_eq!(loser, winner);
    assert_eq!(phone.row(), after, "what the winner wrote stays");
    assert_eq!(decisions(&world), [RaceDecision::Dropped]);
}

#[test]
fn two_invocations_cast_one_ballot() {
    let world = world();
    let mut phone = filled(&world);
    let before = world.rows();
    let winner = phone.press("00#").clone();
    assert_eq!(winner.prompt_keys[0].as_str(), "vote_success");
    let after = phone.row();
    // The second one comes to its checkpoint after the first was done with the turn.
    world.set_rows(before);
    world.before_next_update(puts(after.clone()));
    assert_eq!(phone.deliver(&phone.event), winner);
    assert_eq!(world.accepted_ballots().len(), 1);
    assert_eq!(world.calls(PortName::VoteCasting), 1);
    assert_eq!(phone.row(), after);
}

#[test]
fn a_ballot_that_another_invocation_sealed_is_never_overwritten() {
    let fresh = || {
        FakeWorld::new(FakeConfig {
            faults: vec![fault(PortName::VoteCasting, Some(1), Fault::Timeout)],
            unique_ballot_id: true,
            ..config(&Made::one(2, 3).load())
        })
    };
    let world = fresh();
    let mut phone = filled(&world);
    let before = world.rows();
    phone.press("00#");
    // Another invocation has sealed and saved, in this very turn, and is about to send.
    let mut session = phone.session();
    session.turn -= 1;
    let sealed = session.encrypted_ballots.clone();
    let checkpoint = resealed(&world, &before[CONTACT], &mut session);
    world.set_rows(before);
    world.before_next_update(puts(checkpoint));
    phone.last = phone.deliver(&phone.event);
    assert_eq!(decisions(&world), [RaceDecision::WroteAgain]);
    phone.listen();
    assert!(phone.said().contains(&"vote_success"), "{:?}", phone.said());
    let accepted = world.accepted_ballots();
    assert_eq!(accepted.len(), 1);
    assert!(sealed.values().any(|ballot| ballot.content == accepted[0].content));
}

#[test]
fn whoever_loses_the_last_turn_logs_nobody_out() {
    let world = world();
    let mut phone = filled(&world);
    let before = world.rows();
    phone.press("02#");
    let after = phone.row();
    // A second invocation of that turn fails and would end the call.
    let failing =
        ivr_core::turn::handle::ContactEvent { input: LambdaInput::Error, ..phone.event.clone() };
    world.set_rows(before);
    world.before_next_update(puts(after));
    assert_eq!(phone.deliver(&failing), phone.last);
    assert!(world.state().ended_sessions.is_empty());
    let ended = |event: &TelemetryEvent| matches!(event, TelemetryEvent::CallAbandoned { .. });
    assert!(!events(&world).iter().any(ended), "a call that goes on was told to be over");
    phone.choose(super::support::is_candidate);
    phone.keys("1 00#");
    assert_eq!(phone.said()[0], "vote_success");
}

#[test]
fn two_lost_races_end_the_call() {
    let world = world();
    let mut phone = filled(&world);
    let turn = phone.session().turn;
    // Somebody writes before every update, and answers nothing.
    let row = phone.row();
    let mut session = phone.session();
    let first = resealed(&world, &row, &mut session);
    let second = resealed(&world, &first, &mut session);
    world.before_next_update(puts(first));
    let raced = phone.next(LambdaInput::Dtmf("02#".into()));
    // The second writer comes in when the turn is played again: its load follows the first loss.
    let answer = race_twice(&world, &phone, &raced, second);
    assert_eq!(answer.ending, Some(Ending::Disconnected(IvrPromptKey::SystemError)));
    assert_eq!(decisions(&world), [RaceDecision::WroteAgain, RaceDecision::GaveUp]);
    assert_eq!(phone.session().turn, turn);
    phone.last = answer;
}

/// Loses the first update to what is set already, the second one to `second`.
fn race_twice(
    world: &FakeWorld,
    phone: &Phone<'_>,
    event: &ivr_core::turn::handle::ContactEvent,
    second: SessionRow,
) -> ivr_core::answer::Answer {
    struct Again<'w>(&'w FakeWorld, std::sync::Mutex<Option<SessionRow>>);
    impl ivr_core::ports::Telemetry for Again<'_> {
        fn record(&self, record: ivr_core::ports::TelemetryRecord) {
            if matches!(record.event, TelemetryEvent::SessionRaced { .. })
                && let Some(row) = self.1.lock().unwrap().take()
            {
                self.0.before_next_update(puts(row));
            }
            self.0.ports().telemetry.record(record);
        }
    }
    let again = Again(world, std::sync::Mutex::new(Some(second)));
    let ports = ivr_core::ports::Ports { telemetry: &again, ..world.ports() };
    let settings = ivr_core::settings::Settings::default();
    let ivr = ivr_core::turn::handle::Ivr { ports, settings: &settings };
    let _ = phone;
    pollster::block_on(ivr.handle(event))
}

#[test]
fn an_event_that_is_older_than_the_last_answer_does_nothing() {
    let world = world();
    let mut phone = filled(&world);
    phone.press("02#");
    let stale = phone.event.clone();
    phone.choose(super::support::is_candidate);
    let row = phone.row();
    let answer = phone.deliver(&stale);
    assert_eq!(answer.response.prompt_text, "<speak></speak>");
    assert!(answer.prompt_keys.is_empty());
    assert!(!answer.response.expect_input && !answer.response.should_disconnect);
    assert_eq!(answer.ending, None);
    assert_eq!(phone.row(), row);
}

#[test]
fn the_first_event_delivered_again_hears_the_last_answer() {
    let world = world();
    let mut phone = Phone::call(&world);
    let mut first = phone.event.clone();
    first.turn_token = None;
    phone.keys("1");
    assert_eq!(phone.deliver(&first), phone.last);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn a_row_past_its_time_is_no_call_in_progress() {
    let world = world();
    let mut phone = filled(&world);
    pass(&world, 3_601);
    phone.press("00#");
    assert_eq!(phone.last.ending, Some(Ending::Disconnected(IvrPromptKey::SessionExpired)));
    assert!(world.accepted_ballots().is_empty());
}

/// The second in which a row expires belongs to one side only.
#[test]
fn a_row_can_be_replaced_the_moment_it_is_not_used_any_more() {
    for late in [-1, 0, 1] {
        let world = world();
        let phone = Phone::call(&world);
        let row = phone.row();
        world.clock().set(chrono::DateTime::from_timestamp(row.ttl + late, 0).unwrap());
        let again = Phone::call(&world);
        assert!(!again.ended(), "{late}: {}", again.text());
        assert_eq!(again.said(), ["language_select"]);
    }
}

#[test]
fn two_invocations_open_one_call() {
    let world = world();
    let first = Phone::call(&world);
    let row = first.row();
    let answer = first.last.clone();
    // The second loads nothing, then finds the row of the first.
    struct Late<'w>(&'w FakeWorld, std::sync::Mutex<Option<SessionRow>>);
    #[async_trait::async_trait]
    impl ivr_core::ports::SessionPort for Late<'_> {
        async fn load(
            &self,
            contact_id: &str,
            within: ivr_core::ports::Deadline,
        ) -> Result<Option<SessionRow>, ivr_core::ports::SessionError> {
            self.0.ports().session.load(contact_id, within).await
        }
        async fn create(
            &self,
            row: &SessionRow,
            now: i64,
            within: ivr_core::ports::Deadline,
        ) -> Result<(), ivr_core::ports::SessionError> {
            if let Some(first) = self.1.lock().unwrap().take() {
                self.0.set_rows([(first.contact_id.clone(), first)].into());
            }
            self.0.ports().session.create(row, now, within).await
        }
        async fn update(
            &self,
            row: &SessionRow,
            expected: u64,
            within: ivr_core::ports::Deadline,
        ) -> Result<(), ivr_core::ports::SessionError> {
            self.0.ports().session.update(row, expected, within).await
        }
    }
    world.set_rows(BTreeMap::new());
    let late = Late(&world, std::sync::Mutex::new(Some(row.clone())));
    let ports = ivr_core::ports::Ports { session: &late, ..world.ports() };
    let settings = ivr_core::settings::Settings::default();
    let ivr = ivr_core::turn::handle::Ivr { ports, settings: &settings };
    let second = pollster::block_on(ivr.handle(&first.event));
    assert_eq!(second, answer);
    assert_eq!(world.rows()[CONTACT], row);
    assert_eq!(decisions(&world), [RaceDecision::Dropped]);
    let begun = events(&world).into_iter().filter(|event| *event == TelemetryEvent::CallStarted);
    assert_eq!(begun.count(), 1, "one call began");
    assert_eq!(first.caller.as_deref(), Some(CALLER));
}
