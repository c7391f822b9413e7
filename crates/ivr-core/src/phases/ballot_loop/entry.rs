//! Entry of the ballot loop: what is open, what was cast, and whether to ask at all.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::cursor;
use super::transitions::advance_to_election;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseResult};
use crate::flow::position::{BallotSubPhase, ElectionEntry, Standing};
use crate::line::Line;
use crate::phases::goodbye::disconnect;
use crate::ports::{Availability, History, HistoryFor, TelemetryEvent};
use crate::prompts::key::IvrPromptKey;
use crate::prompts::vars::Variant;
use crate::publication::{AllowedBallots, Ballot, Election};
use crate::session::{ElectionSubmissionResult, IvrSession, SubmissionStatus};
use crate::turn::reads;
use crate::voter;

/// Reads status and history, orders the voter's elections, and enters the only one if the event
/// wants that and it can be voted.
pub async fn run(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let ballots = voter::ballots(session, ctx.publication);
    if ballots.is_empty() {
        return Ok(disconnect(session, IvrPromptKey::NotEligible));
    }
    let availability = reads::availability(session, ctx).await?;
    let history = reads::history(session, ctx, HistoryFor::Entry).await?;
    session.elections = ctx
        .publication
        .election_order(ballots.iter().map(|b| b.election), &ctx.seed)
        .into_iter()
        .filter_map(|index| {
            let election = &ctx.publication.elections[index];
            let ballot = ballots.iter().find(|b| b.election == index)?;
            let standing =
                standing(&session.submission_results, election, ballot, &availability, &history);
            Some(ElectionEntry { election_id: election.id, standing })
        })
        .collect();

    let only = match session.elections.as_slice() {
        [only] if ctx.publication.event.skip_election_list && only.standing.selectable() => {
            Some((only.election_id, only.standing))
        }
        _ => None,
    };
    let state = cursor(session)?;
    let Some((election_id, standing)) = only else {
        state.sub_phase = BallotSubPhase::ElectionSelect;
        return Ok(Outcome::silent(Next::Ask));
    };
    state.election_list_skipped = true;
    advance_to_election(state, 0);
    ctx.record(session, TelemetryEvent::ElectionSelected { election_id });
    let mut outcome = Outcome::silent(Next::Enter);
    if standing == Standing::OpenAgain {
        // Nobody votes twice without having heard that they voted before (DECISIONS 3).
        outcome.lines.push(
            Line::of(IvrPromptKey::ElectionAlreadyVoted)
                .election(election_id)
                .variant(Variant::MayVoteAgain),
        );
    }
    Ok(outcome)
}

/// How an election stands: what this call did counts before what the platform says.
fn standing(
    of_this_call: &[ElectionSubmissionResult],
    election: &Election,
    ballot: &Ballot,
    availability: &BTreeMap<Uuid, Availability>,
    history: &History,
) -> Standing {
    if let Some(done) = of_this_call.iter().find(|result| result.election_id == election.id) {
        return in_this_call(&done.status);
    }
    if ballot.style.is_err() || ballot.contests.is_empty() {
        return Standing::NotByPhone;
    }
    let allowed = history.allowed.get(&election.id).copied().unwrap_or(election.allowed_ballots);
    let available = availability.get(&election.id).copied().unwrap_or(Availability::NotStarted);
    on_the_platform(available, allowed, history.cast_in(election.id))
}

/// What became of a ballot of this call says how its election stands.
fn in_this_call(status: &SubmissionStatus) -> Standing {
    match status {
        SubmissionStatus::Success => Standing::VotedHere,
        SubmissionStatus::Rejected(_)
        | SubmissionStatus::Failed { .. }
        | SubmissionStatus::Unknown => Standing::FailedHere,
    }
}

/// What the platform says of an election in which `cast` ballots are recorded.
fn on_the_platform(available: Availability, allowed: AllowedBallots, cast: u32) -> Standing {
    let voted = cast > 0;
    match available {
        _ if !allowed.left_after(cast) => Standing::AlreadyVoted,
        Availability::Open if voted => Standing::OpenAgain,
        Availability::Open => Standing::Open,
        Availability::NotByPhone => Standing::NotByPhone,
        // Who has voted wants to hear that, whatever may be closed by now.
        _ if voted => Standing::AlreadyVoted,
        Availability::Paused => Standing::Paused,
        Availability::NotStarted => Standing::NotStarted,
        Availability::Closed => Standing::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::CastVoteRejection;
    use crate::publication::Publication;
    use crate::publication::testing::BigPublication;

    #[test]
    fn what_this_call_did_and_what_cannot_be_cast_come_before_the_platforms_word() {
        let load = || Publication::from_json(&BigPublication::new(2, 1, 2).json()).unwrap();
        let publication = load().publication;
        let (election, other) = (&publication.elections[0], &publication.elections[1]);
        let ballot = publication.ballots.iter().find(|b| b.election == 0).unwrap();
        let open = [(election.id, Availability::Open), (other.id, Availability::Open)].into();
        let told = |of_this_call: &[ElectionSubmissionResult], ballot: &Ballot| {
            standing(of_this_call, election, ballot, &open, &History::default())
        };
        let recorded = |election: &Election| ElectionSubmissionResult {
            election_id: election.id,
            status: SubmissionStatus::Success,
            ballot_hash: None,
        };
        assert_eq!(told(&[], ballot), Standing::Open);
        assert_eq!(told(&[recorded(other), recorded(election)], ballot), Standing::VotedHere);
        assert_eq!(told(&[recorded(other)], ballot), Standing::Open);

        let mut empty = load().publication.ballots.swap_remove(0);
        assert_eq!(empty.election, 0);
        empty.contests.clear();
        assert_eq!(told(&[], &empty), Standing::NotByPhone);
        assert_eq!(told(&[recorded(election)], &empty), Standing::VotedHere);
    }

    #[test]
    fn of_this_call_only_a_recorded_ballot_is_a_vote() {
        assert_eq!(in_this_call(&SubmissionStatus::Success), Standing::VotedHere);
        for lost in [
            SubmissionStatus::Rejected(CastVoteRejection::MaxRevotesExceeded),
            SubmissionStatus::Failed { error: String::new() },
            SubmissionStatus::Unknown,
        ] {
            assert_eq!(in_this_call(&lost), Standing::FailedHere, "{lost:?}");
        }
    }

    #[test]
    fn status_limit_and_ballots_cast_decide_together() {
        use {AllowedBallots::*, Availability as Is, Standing::*};
        let table = [
            //  the election    limit         nothing, one, two ballots cast
            (Is::Open, AtMost(1), [Open, AlreadyVoted, AlreadyVoted]),
            (Is::Open, AtMost(2), [Open, OpenAgain, AlreadyVoted]),
            (Is::Open, Unlimited, [Open, OpenAgain, OpenAgain]),
            (Is::NotByPhone, AtMost(1), [NotByPhone, AlreadyVoted, AlreadyVoted]),
            (Is::NotByPhone, Unlimited, [NotByPhone, NotByPhone, NotByPhone]),
            (Is::Paused, AtMost(1), [Paused, AlreadyVoted, AlreadyVoted]),
            (Is::Paused, Unlimited, [Paused, AlreadyVoted, AlreadyVoted]),
            (Is::NotStarted, Unlimited, [NotStarted, AlreadyVoted, AlreadyVoted]),
            (Is::Closed, AtMost(2), [Closed, AlreadyVoted, AlreadyVoted]),
            (Is::Closed, Unlimited, [Closed, AlreadyVoted, AlreadyVoted]),
        ];
        for (available, allowed, expected) in table {
            let found = [0, 1, 2].map(|cast| on_the_platform(available, allowed, cast));
            assert_eq!(found, expected, "{available:?}, {allowed:?}");
        }
    }
}
