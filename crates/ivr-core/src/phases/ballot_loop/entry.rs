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
use crate::publication::{Ballot, Election};
use crate::session::{IvrSession, SubmissionStatus};
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
            let standing = standing(session, election, ballot, &availability, &history);
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
    session: &IvrSession,
    election: &Election,
    ballot: &Ballot,
    availability: &BTreeMap<Uuid, Availability>,
    history: &History,
) -> Standing {
    if let Some(result) = session.submission_results.iter().find(|r| r.election_id == election.id) {
        return match result.status {
            SubmissionStatus::Success => Standing::VotedHere,
            _ => Standing::FailedHere,
        };
    }
    if ballot.style.is_err() || ballot.contests.is_empty() {
        return Standing::NotByPhone;
    }
    let cast = history.cast_in(election.id);
    let allowed = history.allowed.get(&election.id).copied().unwrap_or(election.allowed_ballots);
    match availability.get(&election.id).copied().unwrap_or(Availability::NotStarted) {
        _ if !allowed.left_after(cast) => Standing::AlreadyVoted,
        Availability::Open if cast > 0 => Standing::OpenAgain,
        Availability::Open => Standing::Open,
        Availability::NotByPhone => Standing::NotByPhone,
        // Who has voted wants to hear that, whatever may be closed by now.
        _ if cast > 0 => Standing::AlreadyVoted,
        Availability::Paused => Standing::Paused,
        Availability::NotStarted => Standing::NotStarted,
        Availability::Closed => Standing::Closed,
    }
}
