use ivr_core::publication::AllowedBallots;
use ivr_core::submit::SubmitLimits;

use super::*;
use crate::protocol::Protocol;
use crate::world::{Ballot, Request};

const RULES: Rules = Rules {
    protocol: Protocol::Real,
    limits: SubmitLimits { sends: 3, holds: 4 },
    allowed: AllowedBallots::AtMost(1),
    tries: 6,
};

/// Harvest has a request of a ballot, the first.
fn world() -> World {
    let mut world = World::new(1, 1);
    let ballot = Ballot(1);
    let request = Request { ballot, waiting: Some(0), tries: 6, undecided: 0, reply: None };
    world.requests.push(request);
    world
}

fn says(world: &World, platform: Platform) -> &'static str {
    match RULES.refusal(world, 0, platform) {
        Some((Reply::Refused(_, code), _)) => code,
        Some((Reply::Recorded, _)) | None => "recorded",
    }
}

#[test]
fn a_known_ballot_is_refused_before_anything_else_is_judged() {
    let mut world = world();
    world.recorded.push(Ballot(1));
    for (once, code) in
        [(Platform::PATCHED, "DuplicateVote"), (Platform::AS_IT_IS, "CheckRevotesFailed")]
    {
        assert_eq!(says(&world, once), code);
    }
    world.open = false;
    assert_eq!(says(&world, Platform::PATCHED), "DuplicateVote");
    assert_eq!(says(&world, Platform::BALLOT_ONCE), "DuplicateVote");
    assert_eq!(says(&world, Platform::VOTER_LOCK), "CheckStatusFailed");
    assert_eq!(says(&world, Platform::AS_IT_IS), "CheckStatusFailed");
}

/// What Harvest can do while a commit of an earlier try is undecided and the channel is closed.
fn overtaking(platform: Platform) -> Vec<Outcome> {
    let mut world = world();
    world.requests[0].undecided = 1;
    world.open = false;
    RULES.outcomes(&world, 0, platform)
}

#[test]
fn nothing_but_an_error_overtakes_a_commit_under_the_lock() {
    let errors = [Outcome::ErrorBefore, Outcome::Outage(Failure::Server)];
    for platform in [Platform::PATCHED, Platform::VOTER_LOCK] {
        assert_eq!(platform.overtaking, Overtaking::Refusal, "nothing is assumed");
        assert_eq!(overtaking(platform), errors);
    }
    for platform in [Platform::BALLOT_ONCE, Platform::AS_IT_IS] {
        assert_eq!(overtaking(platform), errors, "assumed");
        let refused = [Outcome::Checked, errors[0], errors[1]];
        assert_eq!(overtaking(platform.with(Overtaking::Refusal)), refused);
    }
    for platform in Platform::ALL {
        let failed = [errors[0], errors[1], Outcome::Outage(Failure::Named)];
        assert_eq!(overtaking(platform.with(Overtaking::FailedQuery)), failed);
    }
}

/// The protocol has not seen that reply, and says so: nothing needs to be assumed.
#[test]
fn an_error_may_overtake_the_commit_of_an_earlier_request() {
    let mut world = world();
    world.undecided.push(Ballot(1));
    for platform in Platform::ALL {
        let outcomes = RULES.outcomes(&world, 0, platform);
        assert!(outcomes.contains(&Outcome::Outage(Failure::Named)), "{platform:?}");
    }
}

#[test]
fn an_insertion_waits_for_a_commit_of_the_same_voter_or_ballot() {
    let mut world = world();
    world.undecided.push(Ballot(1));
    for platform in Platform::ALL {
        let waits = !RULES.outcomes(&world, 0, platform).contains(&Outcome::Checked);
        assert_eq!(waits, platform.ballot_once || platform.voter_lock, "{platform:?}");
    }
    world.undecided = vec![Ballot(2)];
    for platform in Platform::ALL {
        let waits = !RULES.outcomes(&world, 0, platform).contains(&Outcome::Checked);
        assert_eq!(waits, platform.voter_lock, "{platform:?}");
    }
}

/// Of these codes production cannot tell a failed query from a decision, and takes them for one
/// (facts 4.7; ADR 0078): the model must have them.
#[test]
fn an_error_that_is_a_4xx_is_a_decision_to_production() {
    for reply in [Failure::Named.before(), Failure::Named.after_commit()] {
        assert!(matches!(RULES.read(reply), Event::Refused(_)), "{reply:?}");
    }
    for code in ["AreaNotFound", "ElectionEventNotFound", "ElectoralLogNotFound"] {
        assert!(matches!(RULES.read(Reply::Refused(404, code)), Event::Misrouted(_)), "{code}");
    }
    assert_eq!(RULES.read(Failure::Server.before()), Event::NoReply);
}
