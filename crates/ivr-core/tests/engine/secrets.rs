//! Whole calls, also those that fail: nothing secret is in telemetry, in the call log, in a row, or
//! in what `Debug` prints.

use ivr_core::fakes::{FakeConfig, FakeWorld, Fault, FaultRule, PortName};
use ivr_core::flow::context::LambdaInput;

use super::support::{CALLER, LOGIN, PIN, Phone, USERNAME, VOTER, config, fault, fixture, pass};

const BARRIE: &str = "2 1 2 1 1 01# 03# 05# 1 02# 01# # 1 00# 1 1 3 1 00# 1";

/// What must be nowhere.
struct Secrets(Vec<String>);

impl Secrets {
    fn of(world: &FakeWorld) -> Self {
        let mut secrets: Vec<String> =
            [USERNAME, CALLER, &CALLER[1..], "5195550123", VOTER].map(str::to_owned).into();
        secrets.push(format!("\"{PIN}\""));
        secrets.extend(world.state().tokens.into_keys());
        let publication = &world.config().publication;
        for candidate in publication
            .ballots
            .iter()
            .flat_map(|b| &b.contests)
            .flat_map(|c| c.candidates.iter().chain(&c.explicit_blank))
        {
            secrets.push(candidate.wire_id.clone());
            secrets.extend(candidate.names.base.clone());
            secrets.extend(candidate.names.by_language.values().cloned());
        }
        for cast in world.accepted_ballots() {
            secrets.push(cast.content.chars().take(120).collect());
        }
        secrets.retain(|secret| secret.len() > 3);
        Self(secrets)
    }

    fn absent(&self, place: &str, text: &str) {
        for secret in &self.0 {
            assert!(!text.contains(secret.as_str()), "{secret} in {place}: {text}");
        }
    }
}

/// Plays a call and looks everywhere after every turn.
fn play(faults: Vec<FaultRule>, keys: &str) -> usize {
    let publication = fixture("barrie");
    let world = FakeWorld::new(FakeConfig { faults, token_lifetime_s: 90, ..config(&publication) });
    let mut phone = Phone::call(&world);
    look(&world, &phone);
    let mut keys: Vec<_> = keys.split_whitespace().rev().collect();
    for _ in 0..120 {
        if phone.ended() {
            break;
        }
        pass(&world, 6);
        if phone.last.ask.is_none() {
            phone.turn(LambdaInput::NoInput);
        } else {
            match keys.pop() {
                Some("-") | None => phone.silence(),
                Some(keys) => phone.press(keys),
            };
        }
        look(&world, &phone);
    }
    assert!(phone.ended());
    world.accepted_ballots().len()
}

fn look(world: &FakeWorld, phone: &Phone<'_>) {
    let secrets = Secrets::of(world);
    let telemetry = world.telemetry();
    secrets.absent("telemetry", &format!("{telemetry:?}"));
    secrets.absent("telemetry as JSON", &serde_json::to_string(&telemetry).unwrap());
    let call_log = format!("{:?}", world.call_log());
    secrets.absent("the call log", &call_log);
    for cast in world.accepted_ballots() {
        assert!(!call_log.contains(&cast.ballot_id));
    }
    for row in world.rows().values() {
        secrets.absent("the clear part of a row", &format!("{} {}", row.contact_id, row.key_id));
        secrets.absent("a row", &String::from_utf8_lossy(&row.sealed));
    }
    secrets.absent("an event", &format!("{:?}", phone.event));
    secrets.absent("an answer", &format!("{:?}", phone.last));
    if let Some(ask) = &phone.last.ask {
        secrets.absent("what keys mean", &format!("{:?}", ask.menu.press(USERNAME)));
        secrets.absent("what keys mean", &format!("{:?}", ask.menu.press("1")));
    }
    if world.rows().is_empty() {
        return;
    }
    let session = phone.session();
    secrets.absent("a session", &format!("{session:?} {session:#?}"));
    let publication = &world.config().publication;
    let _ = publication;
}

#[test]
fn a_whole_call_leaves_no_secret_behind() {
    assert_eq!(play(Vec::new(), &format!("1 {LOGIN} {BARRIE}")), 2);
    play(Vec::new(), &format!("1 {USERNAME}# 1111# {LOGIN} 2 1 1 2 0 1 03# 05# # 2 0 1 - - - -"));
}

#[test]
fn calls_that_fail_leave_none_either() {
    let rejected = |status, code: &str| Fault::Rejected {
        status,
        code: Some(code.into()),
        message: "no".into(),
    };
    use PortName::*;
    for (port, fault_kind) in [
        (Auth, Fault::Error),
        (Auth, Fault::Timeout),
        (Auth, rejected(403, "forbidden")),
        (Refresh, Fault::Error),
        (Refresh, rejected(403, "forbidden")),
        (ElectionStatus, Fault::Error),
        (CastVoteHistory, Fault::Timeout),
        (VoteCasting, Fault::LostReply),
        (VoteCasting, Fault::Timeout),
        (VoteCasting, rejected(400, "BallotIdMismatch")),
        (VoteCasting, rejected(404, "AreaNotFound")),
        (CallLog, Fault::Error),
        (Blacklist, Fault::Error),
        (IvrConfig, Fault::Error),
    ] {
        play(vec![fault(port, None, fault_kind)], &format!("1 {LOGIN} {LOGIN} {BARRIE}"));
    }
}

#[test]
fn no_record_of_a_call_has_a_ballot_id_or_what_was_typed() {
    let world = FakeWorld::new(config(&fixture("barrie")));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN} {BARRIE}"));
    phone.listen();
    let telemetry = serde_json::to_string(&world.telemetry()).unwrap();
    for cast in world.accepted_ballots() {
        assert!(!telemetry.contains(&cast.ballot_id));
        assert!(!format!("{:?}", world.call_log()).contains(&cast.ballot_id));
    }
    // A row of a call that is over has shrunk to its farewell.
    let session = phone.session();
    assert!(session.login.is_none() && session.votes.is_empty());
    assert!(session.encrypted_ballots.is_empty() && session.credentials.is_empty());
    // Who asks again hears the same, and what became of the ballots.
    assert_eq!(phone.last.submissions.len(), world.accepted_ballots().len());
    assert_eq!(phone.deliver(&phone.event), phone.last);
}

#[test]
fn a_settled_ballot_leaves_the_row_and_its_hash_stays() {
    let world = FakeWorld::new(config(&fixture("barrie")));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN} {BARRIE}"));
    while world.accepted_ballots().is_empty() {
        phone.silence();
    }
    let session = phone.session();
    let cast = &world.accepted_ballots()[0];
    assert!(session.encrypted_ballots.is_empty(), "it is never sent again");
    let hash = session.submission_results[0].ballot_hash.as_ref();
    assert_eq!(hash, Some(&cast.ballot_id));
}

#[test]
fn credentials_are_erased_when_they_are_sent() {
    for faults in [
        Vec::new(),
        vec![fault(PortName::Auth, None, Fault::Timeout)],
        vec![fault(PortName::Auth, None, Fault::Error)],
    ] {
        let world = FakeWorld::new(FakeConfig { faults, ..config(&fixture("barrie")) });
        let mut phone = Phone::call(&world);
        phone.keys(&format!("1 {USERNAME}#"));
        assert_eq!(phone.session().credentials.len(), 1);
        phone.keys(&format!("{PIN}#"));
        assert!(phone.session().credentials.is_empty());
    }
}
