use chrono::TimeDelta;
use uuid::Uuid;

use super::support::*;
use crate::caller::{Caller, E164};
use crate::fakes::{FakeCast, FakeWorld};
use crate::ports::{
    Availability, Backend, CallRecord, CallStage, History, HistoryFor, Outage, ReadError,
    ServiceToken, VoterTokens, VotingStatus,
};
use crate::secret::Secret;

fn history(world: &FakeWorld, tokens: &VoterTokens) -> Result<History, ReadError> {
    let port = world.ports().cast_vote_history;
    block_on(port.history(&route(), &tokens.access_token, HistoryFor::Entry, soon(world)))
}

fn availability(world: &FakeWorld, election: Uuid) -> Availability {
    let tokens = log_in(world, VOTER);
    let port = world.ports().election_status;
    let all = block_on(port.availability(&route(), &tokens.access_token, soon(world))).unwrap();
    assert_eq!(all.len(), 2);
    all[&election]
}

#[test]
fn what_is_open() {
    let election = ballot(0).election();
    assert_eq!(availability(&world(|_| {}), election), Availability::Open);
    let paused = world(|config| config.event_status = VotingStatus::Paused);
    assert_eq!(availability(&paused, election), Availability::Paused);
    let closed = world(|config| _ = config.election_status.insert(election, VotingStatus::Closed));
    assert_eq!(availability(&closed, election), Availability::Closed);
    assert_eq!(availability(&closed, ballot(1).election()), Availability::Open);
    closed.change(|config| _ = config.telephone_disabled.insert(election));
    assert_eq!(availability(&closed, election), Availability::NotByPhone);
}

#[test]
fn the_history_is_the_voters_own() {
    let election = ballot(0).election();
    let world = world(|config| {
        config.cast_votes =
            vec![FakeCast { user_id: "user-2".into(), election_id: election, ballots: 2 }];
    });
    let (one, two) = (log_in(&world, VOTER), log_in(&world, "87654321"));
    assert_eq!(word(&cast(&world, &one, &ballot(0))), "recorded");
    let mine = history(&world, &one).unwrap();
    assert!(mine.has(election, &ballot(0).ballot_id));
    assert_eq!((mine.cast_in(election), mine.allowed.len()), (1, 2));
    assert_eq!(history(&world, &two).unwrap().cast_in(election), 2);

    // The row filter: only authorized elections, only the voter's area of now.
    world.change(|config| config.voters[0].authorized_election_ids = Some(vec![]));
    let narrowed = log_in(&world, VOTER);
    assert_eq!(history(&world, &narrowed).unwrap().ballots, []);
    world.change(|config| config.voters[1].area_id = Some(Uuid::nil()));
    let moved = log_in(&world, "87654321");
    assert_eq!(history(&world, &moved).unwrap().ballots, []);
}

#[test]
fn a_token_serves_until_it_expires() {
    let world = world(|_| {});
    let tokens = log_in(&world, VOTER);
    world.clock().advance(TimeDelta::seconds(299));
    history(&world, &tokens).unwrap();
    world.clock().advance(TimeDelta::seconds(1));
    assert!(matches!(history(&world, &tokens), Err(ReadError::TokenExpired)));
    let made_up = VoterTokens { access_token: Secret::new("made up".into()), ..tokens };
    assert!(matches!(history(&world, &made_up), Err(ReadError::TokenExpired)));
}

#[test]
fn the_service_asks_with_its_own_token() {
    let world = world(|config| config.blacklist = vec!["+15195550199".into()]);
    let ports = world.ports();
    let blocked = |number: &str, token: &ServiceToken| {
        let number = E164::strict(number).unwrap();
        block_on(ports.blacklist.is_blacklisted(&route(), &number, token, soon(&world)))
    };
    let token = block_on(ports.service_token.get_service_token(&route(), soon(&world))).unwrap();
    assert!(blocked("+15195550199", &token).unwrap());
    assert!(!blocked("+15195550198", &token).unwrap());
    assert_eq!(block_on(ports.ivr_config.auth_steps(&route(), &token, soon(&world))).unwrap(), []);

    let misconfigured = |answer: Result<bool, Outage>, by: Backend| matches!(answer, Err(Outage::Misconfigured { backend, .. }) if backend == by);
    let voters = ServiceToken(log_in(&world, VOTER).access_token);
    assert!(misconfigured(blocked("+15195550199", &voters), Backend::Hasura));
    world.clock().advance(TimeDelta::seconds(300));
    assert!(misconfigured(blocked("+15195550199", &token), Backend::Hasura));
}

#[test]
fn records_of_one_contact_replace_each_other() {
    let world = world(|_| {});
    let ports = world.ports();
    let token = block_on(ports.service_token.get_service_token(&route(), soon(&world))).unwrap();
    for (contact_id, stage) in
        [("a", CallStage::Started), ("b", CallStage::Started), ("a", CallStage::Completed)]
    {
        let record = CallRecord {
            contact_id,
            caller: &Caller::Withheld,
            started_at: noon(),
            voter_id: None,
            stage,
            votes: 0,
        };
        block_on(ports.call_log.record(&route(), &record, &token, soon(&world))).unwrap();
    }
    let stages: Vec<_> = world.call_log().into_iter().map(|(id, call)| (id, call.stage)).collect();
    assert_eq!(stages, [("a".into(), CallStage::Completed), ("b".into(), CallStage::Started)]);
}
