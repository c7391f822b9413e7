//! The store of calls that does not answer (design 8.1): asked again, and a voter who hears what
//! is known when it stays away.

use ivr_core::answer::Answer;
use ivr_core::fakes::{FakeConfig, FakeWorld, Fault, PortName};
use ivr_core::menu::Action;
use ivr_core::ports::{AuthStep, TelemetryEvent};
use ivr_core::prompts::key::IvrPromptKey;
use ivr_core::session::Ending;

use super::support::{Phone, config, events, fault, fixture, is_candidate};

const FAULTS: [Fault; 3] = [Fault::Error, Fault::Timeout, Fault::LostReply];

fn barrie() -> FakeConfig {
    config(&fixture("barrie"))
}

/// What a caller presses who votes in every election, in French.
fn wanted(action: &Action, steps: &[AuthStep]) -> Option<String> {
    match action {
        Action::Enter(field) => {
            let step = steps.iter().find(|step| step.field == *field)?;
            let entered = match step.maps_to.as_str() {
                "username" => super::support::USERNAME,
                _ => super::support::PIN,
            };
            Some(format!("{entered}#"))
        }
        _ => None,
    }
}

fn presses(answer: &Answer, steps: &[AuthStep]) -> String {
    let chosen = answer.prompt_keys.iter().any(|key| key.as_str() == "candidate_chosen");
    let entries = || answer.ask.iter().flat_map(|ask| &ask.menu.entries);
    let ranks: [fn(&Action, bool) -> bool; 9] = [
        |action, _| matches!(action, Action::ChooseLanguage(l) if l.as_str() == "fr"),
        |action, _| matches!(action, Action::ChooseElection(_)),
        |action, _| matches!(action, Action::KeepLanguage),
        |action, _| matches!(action, Action::Submit),
        |action, _| matches!(action, Action::Confirm),
        |action, chosen| chosen && matches!(action, Action::Done),
        |action, _| is_candidate(action),
        |action, _| matches!(action, Action::Accept),
        |action, _| matches!(action, Action::Exit),
    ];
    if let Some(keys) = entries().find_map(|entry| wanted(&entry.action, steps)) {
        return keys;
    }
    let entry = ranks.iter().find_map(|rank| entries().find(|entry| rank(&entry.action, chosen)));
    entry.unwrap_or_else(|| panic!("nothing to press: {answer:?}")).keys.to_string()
}

/// One more turn of that caller.
fn go_on(phone: &mut Phone<'_>, steps: &[AuthStep]) {
    match phone.last.ask {
        Some(_) => phone.press(&presses(&phone.last, steps)),
        None => phone.listen(),
    };
}

/// Every answer of a whole call.
fn whole_call(world: &FakeWorld) -> Vec<Answer> {
    let steps = world.config().auth_steps;
    let mut phone = Phone::call(world);
    let mut answers = vec![phone.last.clone()];
    while !phone.ended() {
        assert!(answers.len() < 200, "the call does not end: {}", phone.text());
        go_on(&mut phone, &steps);
        answers.push(phone.last.clone());
    }
    answers
}

fn with_fault(on_call: u32, wrong: Fault) -> FakeWorld {
    let faults = vec![fault(PortName::Session, Some(on_call), wrong)];
    FakeWorld::new(FakeConfig { faults, ..barrie() })
}

#[test]
fn one_failure_of_the_store_changes_nothing_of_a_call() {
    let world = FakeWorld::new(barrie());
    let undisturbed = whole_call(&world);
    let ballots = world.accepted_ballots();
    assert_eq!(ballots.len(), 2, "a call that casts every ballot");
    assert_eq!(undisturbed.last().unwrap().ending, Some(Ending::Completed));
    let calls = world.calls(PortName::Session);
    assert!(calls > 40, "{calls}");
    for at in 1..=calls {
        for wrong in FAULTS {
            let world = with_fault(at, wrong.clone());
            assert!(whole_call(&world) == undisturbed, "{wrong:?} at call {at}");
            assert_eq!(world.accepted_ballots(), ballots, "{wrong:?} at call {at}");
            let told = |event: &TelemetryEvent| {
                matches!(event, TelemetryEvent::Error { operation, .. }
                    if operation.starts_with("session_"))
            };
            assert_eq!(events(&world).iter().filter(|e| told(e)).count(), 1);
            let raced =
                |event: &TelemetryEvent| matches!(event, TelemetryEvent::SessionRaced { .. });
            assert!(!events(&world).iter().any(raced), "{wrong:?} at call {at}: its own write");
        }
    }
}

/// A caller with one ballot cast, before the next key.
fn one_cast(world: &FakeWorld) -> Phone<'_> {
    let steps = world.config().auth_steps;
    let mut phone = Phone::call(world);
    while world.accepted_ballots().is_empty() {
        go_on(&mut phone, &steps);
    }
    phone
}

/// Fails the calls from the nth from now on.
fn fails_from(world: &FakeWorld, nth: u32, wrong: &Fault) {
    let first = world.calls(PortName::Session) + nth;
    world.change(|config| {
        config.faults = (first..first + 10)
            .map(|call| fault(PortName::Session, Some(call), wrong.clone()))
            .collect();
    });
}

#[test]
fn who_cannot_be_stored_hears_what_was_cast_in_their_language() {
    for wrong in [Fault::Error, Fault::Timeout] {
        let world = FakeWorld::new(barrie());
        let mut phone = one_cast(&world);
        // The load succeeds, no save does.
        fails_from(&world, 2, &wrong);
        phone.press("1");
        let ending = Some(Ending::Disconnected(IvrPromptKey::SystemError));
        assert_eq!(phone.last.ending, ending, "{wrong:?}");
        assert_eq!(phone.said(), ["cast_so_far", "system_error"], "{wrong:?}");
        assert_eq!(phone.last.language.as_str(), "fr");
        let tries = if wrong == Fault::Error { 2 } else { 3 };
        let first = world.config().faults[0].on_call.unwrap();
        assert_eq!(world.calls(PortName::Session) + 1 - first, tries, "{wrong:?}");
    }
}

/// Before anything is loaded nobody knows who calls.
#[test]
fn a_store_that_never_loads_ends_the_call() {
    for (wrong, tries) in [(Fault::Error, 2), (Fault::Timeout, 3)] {
        let world = FakeWorld::new(barrie());
        let mut phone = one_cast(&world);
        let row = phone.row();
        let before = world.calls(PortName::Session);
        fails_from(&world, 1, &wrong);
        phone.press("1");
        assert_eq!(phone.said(), ["system_error"], "{wrong:?}");
        assert_eq!(world.calls(PortName::Session) - before, tries, "{wrong:?}");
        assert_eq!(phone.row(), row);
    }
}

/// The ballot is not sent before it is stored; the write that may have happened is found.
#[test]
fn a_checkpoint_whose_outcome_stays_unknown_sends_nothing_twice() {
    let world = FakeWorld::new(barrie());
    let steps = world.config().auth_steps;
    let mut phone = Phone::call(&world);
    while phone.sub_phase() != "election_summary" {
        go_on(&mut phone, &steps);
    }
    fails_from(&world, 2, &Fault::LostReply);
    phone.press("00#");
    assert!(phone.ended(), "{}", phone.text());
    assert!(world.accepted_ballots().is_empty());
    assert_eq!(phone.last.language.as_str(), "fr");
    assert!(phone.said().contains(&"cast_so_far"), "{:?}", phone.said());
}
