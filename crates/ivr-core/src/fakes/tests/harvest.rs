//! Every check, in the platform's order: each test breaks one rule and every later one.

use chrono::TimeDelta;
use uuid::Uuid;

use super::support::*;
use crate::fakes::{FakeCast, FakeConfig, FakeWorld};
use crate::ports::{VoterTokens, VotingStatus};
use crate::secret::Secret;

/// The reply to the voter's ballot, and how long it took.
fn reply(world: &FakeWorld, tokens: &VoterTokens, ballot: &Ballot) -> (String, TimeDelta) {
    let before = world.clock().now();
    let reply = word(&cast(world, tokens, ballot));
    (reply, world.clock().now() - before)
}

fn refused(change: impl FnOnce(&mut FakeConfig), ballot: &Ballot) -> (String, i64) {
    let world = world(change);
    let tokens = log_in(&world, VOTER);
    let (reply, took) = reply(&world, &tokens, ballot);
    assert_eq!(world.accepted_ballots(), []);
    (reply, took.num_milliseconds())
}

fn at_once(code: &str) -> (String, i64) {
    (code.into(), 0)
}

fn after_retries(code: &str) -> (String, i64) {
    (code.into(), 3100)
}

fn close(config: &mut FakeConfig) {
    config.election_status.insert(ballot(0).election(), VotingStatus::Closed);
}

fn cast_before(config: &mut FakeConfig) {
    let election_id = ballot(0).election();
    config.cast_votes = vec![FakeCast { user_id: "user-1".into(), election_id, ballots: 1 }];
}

#[test]
fn a_right_ballot_is_recorded() {
    let world = world(|_| {});
    let tokens = log_in(&world, VOTER);
    assert_eq!(reply(&world, &tokens, &ballot(0)), ("recorded".into(), TimeDelta::zero()));
    assert_eq!(reply(&world, &tokens, &ballot(1)).0, "recorded", "another election");
    let accepted = world.accepted_ballots();
    assert_eq!(accepted.len(), 2);
    assert_eq!(accepted[0].content, ballot(0).content);
    assert_eq!(accepted[1].election_id, ballot(1).election_id);
    assert_eq!(accepted[1].user_id, "user-1");
}

#[test]
fn first_the_token() {
    let world = world(close);
    let tokens = log_in(&world, VOTER);
    let damaged = Ballot { ballot_id: "0".into(), ..ballot(0) };
    let nobody = VoterTokens { access_token: Secret::new("x".into()), ..tokens.clone() };
    assert_eq!(reply(&world, &nobody, &damaged).0, "http_401");
    let no_election = Ballot { election_id: "barrie".into(), ..damaged.clone() };
    assert_eq!(reply(&world, &tokens, &no_election).0, "http_422");
    world.clock().advance(TimeDelta::seconds(300));
    assert_eq!(reply(&world, &tokens, &damaged).0, "http_401");
}

#[test]
fn then_the_voters_area_and_elections() {
    let damaged = ballot(0).with("version", 2);
    let no_area = refused(|config| config.voters[0].area_id = None, &damaged);
    assert_eq!(no_area, at_once("Unauthorized"));
    let others = vec![ballot(1).election()];
    let change = |c: &mut FakeConfig| c.voters[0].authorized_election_ids = Some(others);
    assert_eq!(refused(change, &damaged), at_once("Unauthorized"));
    let shouted = Ballot { election_id: ballot(0).election_id.to_uppercase(), ..ballot(0) };
    assert_eq!(refused(|_| {}, &shouted), at_once("Unauthorized"));
    let elsewhere = |config: &mut FakeConfig| {
        config.voters[0].area_id = Some(Uuid::from_u128(7));
        config.voters[0].authorized_election_ids = Some(vec![ballot(0).election()]);
    };
    assert_eq!(refused(elsewhere, &damaged), after_retries("misrouted AreaNotFound"));
}

#[test]
fn then_the_ballot() {
    let ballot = ballot(0);
    let garbage = Ballot { content: "{}".into(), ..ballot.clone() };
    assert_eq!(refused(close, &garbage), at_once("DeserializeBallotFailed"));
    let newer = ballot.with("version", 2);
    assert_eq!(refused(close, &newer), at_once("DeserializeBallotFailed"));
    let yesterday = ballot.with("issue_date", "1/1/2026");
    assert_eq!(refused(close, &yesterday), at_once("ballot_id_mismatch"));
    let unreadable = ballot.with("contests", "AAAA");
    assert_eq!(refused(close, &unreadable), at_once("DeserializeContestsFailed"));
    let unsigned = ballot.with("voter_ballot_signature", "AAAA");
    assert_eq!(refused(close, &unsigned), at_once("Harvest is unavailable"));
    let other_election = Ballot { election_id: super::support::ballot(1).election_id, ..ballot };
    assert_eq!(refused(close, &other_election), at_once("Harvest is unavailable"));
}

#[test]
fn then_the_elections_own_status() {
    let both = |config: &mut FakeConfig| {
        close(config);
        cast_before(config);
    };
    assert_eq!(refused(both, &ballot(0)), after_retries("channel_closed"));
    let off = |c: &mut FakeConfig| _ = c.telephone_disabled.insert(ballot(0).election());
    assert_eq!(refused(off, &ballot(0)), after_retries("channel_closed"));
    let world = world(|config| config.event_status = VotingStatus::Paused);
    let tokens = log_in(&world, VOTER);
    assert_eq!(reply(&world, &tokens, &ballot(0)).0, "recorded", "nobody asks the event");
}

#[test]
fn then_the_ballots_cast_before() {
    assert_eq!(refused(cast_before, &ballot(0)), after_retries("duplicate_vote"));
    let world = world(|_| {});
    let tokens = log_in(&world, VOTER);
    assert_eq!(reply(&world, &tokens, &ballot(0)).0, "recorded");
    assert_eq!(reply(&world, &tokens, &ballot(2)).0, "duplicate_vote");
    assert_eq!(reply(&world, &log_in(&world, "87654321"), &ballot(2)).0, "recorded");
}

#[test]
fn a_ballot_in_another_area_stands_in_the_way() {
    let world = world_of(0, |_| {});
    let mut state = world.state();
    let mut cast_elsewhere = {
        let tokens = log_in(&world, VOTER);
        assert_eq!(reply(&world, &tokens, &ballot(0)).0, "recorded");
        world.state().ballots.remove(0)
    };
    cast_elsewhere.area_id = Some(Uuid::from_u128(7));
    state.ballots.push(cast_elsewhere);
    world.restore(state);
    let tokens = log_in(&world, VOTER);
    let expected = ("CheckVotesInOtherAreasFailed".into(), TimeDelta::milliseconds(3100));
    assert_eq!(reply(&world, &tokens, &ballot(2)), expected);
}

#[test]
fn two_and_unlimited_ballots() {
    let results = |allowed| {
        let world = world_of(allowed, |_| {});
        let tokens = log_in(&world, VOTER);
        [0, 2, 4].map(|n| reply(&world, &tokens, &ballot(n)).0)
    };
    assert_eq!(results(2), ["recorded", "recorded", "duplicate_vote"]);
    assert_eq!(results(0), ["recorded", "recorded", "recorded"]);
}

#[test]
fn a_second_copy_is_a_second_ballot_unless_the_patch_is_there() {
    let twice = |unique| {
        let world = world_of(0, |config| config.unique_ballot_id = unique);
        let (one, two) = (log_in(&world, VOTER), log_in(&world, "87654321"));
        let replies = [&one, &one, &two].map(|tokens| reply(&world, tokens, &ballot(0)).0);
        (replies, world.accepted_ballots().len())
    };
    assert_eq!(twice(false), (["recorded"; 3].map(String::from), 3));
    let refusals = ["recorded", "duplicate_vote", "ballot_id_mismatch"];
    assert_eq!(twice(true), (refusals.map(String::from), 1));
}

#[test]
fn a_refusal_after_the_deadline_is_none() {
    let world = world(cast_before);
    let tokens = log_in(&world, VOTER);
    let reply = cast_within(&world, &tokens, &ballot(0), within(&world, 2_000));
    assert_eq!(word(&reply), "no answer from Harvest in time");
    assert_eq!(world.clock().now() - noon(), TimeDelta::milliseconds(2_000));
}
