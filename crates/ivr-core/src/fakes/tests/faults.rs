use chrono::TimeDelta;
use serde_json::json;

use super::support::*;
use crate::caller::E164;
use crate::fakes::{FakeKeycloak, FakeWorld, Fault, FaultRule, PortName};
use crate::ports::{
    AuthError, HistoryFor, LoginOutcome, Outage, PhoneConfig, SessionRow, VoterTokens,
};

fn lookup(world: &FakeWorld) -> Result<Option<PhoneConfig>, Outage> {
    let number = E164::strict(DIALLED).unwrap();
    block_on(world.ports().phone_config.lookup(&number, within(world, 2_000)))
}

fn passed(world: &FakeWorld) -> i64 {
    (world.clock().now() - noon()).num_milliseconds()
}

#[test]
fn a_fault_hits_its_call_and_no_other() {
    let world = broken(PortName::PhoneConfig, Some(2), Fault::Error);
    let answers = [(); 3].map(|()| lookup(&world).is_ok());
    assert_eq!(answers, [true, false, true]);
    assert_eq!(world.calls(PortName::PhoneConfig), 3);
    assert_eq!(world.calls(PortName::Auth), 0);
    assert_eq!(passed(&world), 0);
    let always = broken(PortName::PhoneConfig, None, Fault::Error);
    assert!([(); 3].map(|()| lookup(&always).is_err()).into_iter().all(|failed| failed));
    always.change(|config| config.faults.clear());
    lookup(&always).unwrap();
}

#[test]
fn the_first_rule_of_a_call_wins() {
    let world = world(|config| {
        let rule = |on_call, fault| FaultRule { port: PortName::PhoneConfig, on_call, fault };
        config.faults = vec![rule(Some(1), Fault::Timeout), rule(None, Fault::Error)];
    });
    assert!(matches!(lookup(&world), Err(Outage::TimedOut { .. })));
    assert!(matches!(lookup(&world), Err(Outage::Unavailable { .. })));
}

#[test]
fn nothing_happens_in_a_timeout_and_everything_before_a_lost_reply() {
    for (fault, recorded) in [(Fault::Timeout, 0), (Fault::LostReply, 1), (Fault::Error, 0)] {
        let world = broken(PortName::VoteCasting, Some(1), fault.clone());
        let tokens = log_in(&world, VOTER);
        let reply = word(&cast(&world, &tokens, &ballot(0)));
        let (expected, time) = match fault {
            Fault::Error => ("Harvest is unavailable", 0),
            _ => ("no answer from Harvest in time", 4_500),
        };
        assert_eq!((reply.as_str(), passed(&world)), (expected, time), "{fault:?}");
        assert_eq!(world.accepted_ballots().len(), recorded, "{fault:?}");
        let again = word(&cast(&world, &tokens, &ballot(0)));
        assert_eq!(again == "recorded", recorded == 0);
    }
}

#[test]
fn a_refusal_whose_reply_is_lost_takes_no_longer_than_the_deadline() {
    let world = broken(PortName::VoteCasting, Some(2), Fault::LostReply);
    let tokens = log_in(&world, VOTER);
    cast(&world, &tokens, &ballot(0));
    assert_eq!(word(&cast(&world, &tokens, &ballot(2))), "no answer from Harvest in time");
    assert_eq!(passed(&world), 4_500);
}

#[test]
fn slow_is_late_or_too_late() {
    let slow = |ms| broken(PortName::VoteCasting, None, Fault::SlowMs(ms));
    let world = slow(4_000);
    let tokens = log_in(&world, VOTER);
    assert_eq!(word(&cast(&world, &tokens, &ballot(0))), "recorded");
    assert_eq!(passed(&world), 4_000);
    for (ms, arrives) in [(5_000, 1), (u64::MAX, 0)] {
        let world = slow(ms);
        let tokens = log_in(&world, VOTER);
        assert_eq!(word(&cast(&world, &tokens, &ballot(0))), "no answer from Harvest in time");
        assert_eq!((passed(&world), world.accepted_ballots().len()), (4_500, 0));
        assert_eq!(history(&world, &tokens), 0);
        world.clock().advance(TimeDelta::milliseconds(499));
        assert_eq!(history(&world, &tokens), 0);
        world.clock().advance(TimeDelta::milliseconds(1));
        assert_eq!((history(&world, &tokens), world.accepted_ballots().len()), (arrives, arrives));
    }
}

/// How many ballots the voter's history has.
fn history(world: &FakeWorld, tokens: &VoterTokens) -> usize {
    let port = world.ports().cast_vote_history;
    let route = route();
    let asked = port.history(&route, &tokens.access_token, HistoryFor::Entry, soon(world));
    block_on(asked).unwrap().ballots.len()
}

/// What was cast meanwhile counts, and a state file keeps what is on its way.
#[test]
fn a_late_ballot_is_judged_when_it_arrives() {
    let late = || broken(PortName::VoteCasting, Some(1), Fault::SlowMs(60_000));
    let (resent, left) = (late(), late());
    for world in [&resent, &left] {
        let tokens = log_in(world, VOTER);
        assert_eq!(word(&cast(world, &tokens, &ballot(0))), "no answer from Harvest in time");
    }
    let tokens = log_in(&resent, VOTER);
    assert_eq!(word(&cast(&resent, &tokens, &ballot(0))), "recorded");
    resent.clock().advance(TimeDelta::seconds(60));
    assert_eq!(resent.accepted_ballots().len(), 1, "one ballot is allowed");

    let kept = serde_json::to_string(&left.state()).unwrap();
    let next = late();
    next.restore(serde_json::from_str(&kept).unwrap());
    assert!(next.accepted_ballots().is_empty());
    next.clock().advance(TimeDelta::seconds(60));
    assert_eq!(next.accepted_ballots().len(), 1);
}

#[test]
fn on_the_real_clock_faults_take_no_time() {
    let world = world(|config| {
        config.now = None;
        let rule = |on_call, fault| FaultRule { port: PortName::PhoneConfig, on_call, fault };
        config.faults =
            vec![rule(Some(1), Fault::SlowMs(1_000)), rule(Some(2), Fault::SlowMs(60_000))];
    });
    let before = world.clock().now();
    assert!(lookup(&world).is_ok());
    assert!(lookup(&world).is_err());
    assert!(world.clock().now() - before < TimeDelta::seconds(30));
}

#[test]
fn logins_and_refreshes_are_counted_apart_and_logouts_not_at_all() {
    let world = world(|config| {
        let rule = |port, on_call| FaultRule { port, on_call, fault: Fault::Error };
        config.faults = vec![rule(PortName::Auth, Some(2)), rule(PortName::Refresh, None)];
    });
    let auth = world.ports().auth;
    let token = log_in(&world, VOTER).refresh_token.unwrap();
    assert!(block_on(auth.refresh(&route(), &token, soon(&world))).is_err());
    assert!(block_on(auth.logout(&route(), &token, soon(&world))).is_ok());
    let second = block_on(auth.login(&route(), &keyed(VOTER, PIN), soon(&world)));
    assert!(matches!(second, Err(AuthError::KeycloakUnavailable(_))));
    assert_eq!((world.calls(PortName::Auth), world.calls(PortName::Refresh)), (2, 1));
    world.change(|config| config.faults[0].on_call = None);
    assert!(block_on(auth.logout(&route(), &token, soon(&world))).is_err());
}

#[test]
fn a_lost_write_happened() {
    let world = broken(PortName::Session, Some(1), Fault::LostReply);
    let row = SessionRow {
        contact_id: "c".into(),
        version: 1,
        ttl: i64::MAX,
        key_id: "dev-1".into(),
        sealed: vec![],
    };
    assert!(block_on(world.ports().session.create(&row, 0, soon(&world))).is_err());
    assert_eq!(world.rows()["c"], row);
}

#[test]
fn a_lost_login_counts_on_the_server() {
    let world = broken(PortName::Auth, None, Fault::LostReply);
    let login = ask_to_log_in(world.ports().auth, &keyed(VOTER, "0000"), soon(&world));
    assert!(matches!(login, Err(AuthError::KeycloakUnavailable(Outage::TimedOut { .. }))));
    assert_eq!(world.state().failed_logins[VOTER], 1);
}

#[test]
fn faults_go_on_the_way_of_other_ports_too() {
    let (world, other) = (broken(PortName::Auth, None, Fault::Error), world(|_| {}));
    let inner = FakeKeycloak(other.shared());
    let port = world.faulty(inner);
    assert!(ask_to_log_in(&port, &keyed(VOTER, PIN), soon(&world)).is_err());
    assert!(matches!(try_log_in(&other, VOTER, PIN), LoginOutcome::Granted(_)));
}

#[test]
fn the_written_form() {
    let rules = json!([
        {"port": "vote_casting", "on_call": 1, "fault": "lost_reply"},
        {"port": "election_status", "fault": {"slow_ms": 5000}},
        {"port": "auth", "on_call": 2, "fault": {"rejected": {
            "status": 401, "code": "invalid_grant", "message": "Invalid user credentials"}}},
    ]);
    let read: Vec<FaultRule> = serde_json::from_value(rules).unwrap();
    assert_eq!(read[0].fault, Fault::LostReply);
    assert_eq!((read[1].on_call, &read[1].fault), (None, &Fault::SlowMs(5000)));
    assert!(matches!(&read[2].fault, Fault::Rejected { status: 401, .. }));
    let unknown = json!({"port": "auth", "fault": "error", "when": "now"});
    assert!(serde_json::from_value::<FaultRule>(unknown).is_err());
}
