//! election_submit: seal, save, send, ask (DECISIONS 4, 6, 40, 66).
//!
//! What to do next is decided by [`Submission::step`]; this file does it and says it.

use uuid::Uuid;

use super::cursor;
use super::transitions::{after_election, set_standing};
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::phase::BallotLoopConfig;
use crate::flow::position::{BallotSubPhase, Standing};
use crate::line::Line;
use crate::phases::goodbye::disconnect;
use crate::ports::{Alert, CastReply, CastRequest, CastVoteRejection, HistoryFor, TelemetryEvent};
use crate::prompts::key::IvrPromptKey;
use crate::publication::{Ballot, Election};
use crate::session::{
    ElectionSubmissionResult, EncryptedBallotCacheEntry, IvrSession, SubmissionStatus,
};
use crate::submit::{Effect, Event, Submission, Verdict};
use crate::turn::{reads, tokens};
use crate::voter;

/// `00#`: a fresh token, the sealed ballot, and on to saving it.
pub async fn begin(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> PhaseResult {
    tokens::fresh_for_casting(session, ctx).await?;
    let (election, ballot) = current(session, ctx)?;
    if !session.encrypted_ballots.contains_key(&election.id) {
        let sealed = seal(session, ballot, ctx).inspect_err(|_| {
            ctx.record(session, TelemetryEvent::Alert { alert: Alert::SealingFailed });
        })?;
        session.encrypted_ballots.insert(election.id, sealed);
    }
    let state = cursor(session)?;
    state.submission = Some(Submission::sealed());
    state.sub_phase = BallotSubPhase::ElectionSubmit;
    Ok(Outcome::silent(Next::Enter))
}

fn seal(
    session: &IvrSession,
    ballot: &Ballot,
    ctx: &PhaseCtx<'_>,
) -> Result<EncryptedBallotCacheEntry, IvrError> {
    let style = ballot
        .style
        .as_ref()
        .map_err(|_| IvrError::InvalidState("a ballot that cannot be cast by telephone"))?;
    let choices: Vec<_> = ballot
        .contests
        .iter()
        .map(|contest| {
            let chosen = session.votes.get(&contest.id);
            let ids = chosen.map(|v| v.selected_candidate_ids.as_slice()).unwrap_or_default();
            ivr_ballot::ContestChoice {
                contest_id: contest.wire_id.clone(),
                selected: ids
                    .iter()
                    .filter_map(|id| contest.candidate(*id))
                    .map(|candidate| candidate.wire_id.clone())
                    .collect(),
                explicit_invalid: false,
            }
        })
        .collect();
    let date = session.route.local_date(ctx.ports.clock.now());
    let mut rng = crate::entropy::rng(ctx.ports.entropy);
    let sealed = style.seal(&choices, date, &mut rng).map_err(IvrError::Sealing)?;
    Ok(EncryptedBallotCacheEntry { content: sealed.content, ballot_id: sealed.ballot_id })
}

/// Goes on with the submission where the stored state says, until it is over or the turn is.
pub async fn run(
    config: &BallotLoopConfig,
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    if submission(session)?.verdict().is_some() {
        // It was said on the turn before.
        return after_election(session);
    }
    // Either this very invocation saved the session and comes back to send, or a turn begins.
    let mut event = if ctx.take_checkpoint() { Event::Saved } else { Event::Resume };
    loop {
        let effect = submission(session)?.step(event, ctx.settings.submit);
        event = match effect {
            Effect::Save => return Ok(Outcome::silent(Next::Checkpoint)),
            Effect::Send => send(session, ctx).await?,
            Effect::AskHistory if !ctx.has_time() => Event::HistoryUnavailable,
            Effect::AskHistory => ask_history(session, ctx).await,
            Effect::Hold => {
                let (election, _) = current(session, ctx)?;
                let line = Line::of(IvrPromptKey::Hold).election(election.id);
                return Ok(Outcome::say([line], Next::GoOn));
            }
            Effect::Announce(verdict) => return announce(config, session, verdict, ctx),
        };
    }
}

fn submission(session: &mut IvrSession) -> Result<&mut Submission, IvrError> {
    cursor(session)?.submission.as_mut().ok_or(IvrError::InvalidState("nothing is being submitted"))
}

async fn send(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> Result<Event, IvrError> {
    let attempt = submission(session)?.sends();
    let (election, _) = current(session, ctx)?;
    ctx.record(session, TelemetryEvent::VoteSubmitted { election_id: election.id, attempt });
    let sealed = sealed(session, election.id)?;
    let token = session.access_token().ok_or(IvrError::InvalidState("nobody is logged in"))?;
    let request = CastRequest {
        election_id: &election.wire_id,
        ballot_id: &sealed.ballot_id,
        content: &sealed.content,
        allowed: election.allowed_ballots,
    };
    // Whatever comes back or not, there is time left to ask the history in this turn, unless the
    // turn was as good as over before.
    let within = ctx.within_leaving(ctx.settings.cast_ms, ctx.settings.read_ms);
    let reply = ctx.ports.vote_casting.cast(&session.route, request, token, within).await;
    if let CastReply::NoReply(outage) = &reply {
        reads::note_outage(session, ctx, "insert_cast_vote", outage);
    }
    Ok(Event::of(&reply))
}

/// Asks the history for our own `ballot_id`. Whatever goes wrong here is "not known yet".
async fn ask_history(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> Event {
    let Ok((election, _)) = current(session, ctx) else { return Event::HistoryUnavailable };
    let history = reads::history(session, ctx, HistoryFor::AfterSend).await;
    let Ok(history) = history else { return Event::HistoryUnavailable };
    match sealed(session, election.id) {
        Ok(sealed) if history.has(election.id, &sealed.ballot_id) => Event::Found,
        _ => {
            let allowed =
                history.allowed.get(&election.id).copied().unwrap_or(election.allowed_ballots);
            let ballots_left = allowed.left_after(history.cast_in(election.id));
            Event::NotFound { ballots_left }
        }
    }
}

/// Notes what became of the ballot and says it.
fn announce(
    config: &BallotLoopConfig,
    session: &mut IvrSession,
    verdict: Verdict,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    let (election, _) = current(session, ctx)?;
    let id = election.id;
    match verdict {
        Verdict::Recorded { found_in_history } => {
            close(session, id, SubmissionStatus::Success, Standing::VotedHere, ctx);
            ctx.record(session, TelemetryEvent::VoteRecorded { election_id: id, found_in_history });
            let mut next = Next::GoOn;
            if config.receipt_format.is_some() {
                cursor(session)?.sub_phase = BallotSubPhase::ElectionReceipt;
                next = Next::Ask;
            }
            Ok(Outcome::say([Line::of(IvrPromptKey::VoteSuccess).election(id)], next))
        }
        Verdict::Rejected(why) => {
            let event =
                TelemetryEvent::VoteRejected { election_id: id, code: why.code().to_owned() };
            ctx.record(session, event);
            if why == CastVoteRejection::BallotIdMismatch {
                ctx.record(session, TelemetryEvent::Alert { alert: Alert::BallotIntegrity });
            }
            let (key, standing) = meaning(&why);
            close(session, id, SubmissionStatus::Rejected(why), standing, ctx);
            Ok(Outcome::say([Line::of(key).election(id)], Next::GoOn))
        }
        Verdict::Misrouted(code) => {
            ctx.record(session, TelemetryEvent::Alert { alert: Alert::Misrouted });
            let status = SubmissionStatus::Failed { error: code };
            close(session, id, status, Standing::FailedHere, ctx);
            Ok(disconnect(session, IvrPromptKey::SystemError))
        }
        Verdict::Unknown => {
            ctx.record(session, TelemetryEvent::VoteUnknown { election_id: id });
            // Neither cast nor not cast: it is left out of the accounting, and named by the prompt.
            close(session, id, SubmissionStatus::Unknown, Standing::AlreadyVoted, ctx);
            Ok(disconnect(session, IvrPromptKey::VoteUnknown))
        }
    }
}

/// What a refusal is called, and how the election stands afterwards (design 5.4).
fn meaning(why: &CastVoteRejection) -> (IvrPromptKey, Standing) {
    match why {
        CastVoteRejection::DuplicateVote => (IvrPromptKey::DuplicateVote, Standing::AlreadyVoted),
        CastVoteRejection::MaxRevotesExceeded => {
            (IvrPromptKey::MaxRevotesExceeded, Standing::AlreadyVoted)
        }
        CastVoteRejection::ChannelClosed => (IvrPromptKey::ElectionClosed, Standing::Closed),
        CastVoteRejection::BallotIdMismatch | CastVoteRejection::Other(_) => {
            (IvrPromptKey::VoteFailed, Standing::FailedHere)
        }
    }
}

/// The plain choices leave the session (DECISIONS 6), and the sealed ballot too: it is settled and
/// never sent again. Its hash stays.
fn close(
    session: &mut IvrSession,
    election_id: Uuid,
    status: SubmissionStatus,
    standing: Standing,
    ctx: &PhaseCtx<'_>,
) {
    if let Some(ballot) = voter::ballot(session, ctx.publication, election_id) {
        for contest in &ballot.contests {
            session.votes.remove(&contest.id);
        }
    }
    let ballot_hash = session.encrypted_ballots.remove(&election_id).map(|b| b.ballot_id);
    session.submission_results.push(ElectionSubmissionResult { election_id, status, ballot_hash });
    set_standing(session, election_id, standing);
}

fn sealed(session: &IvrSession, id: Uuid) -> Result<&EncryptedBallotCacheEntry, IvrError> {
    session.encrypted_ballots.get(&id).ok_or(IvrError::InvalidState("no sealed ballot"))
}

fn current<'c>(
    session: &IvrSession,
    ctx: &'c PhaseCtx<'_>,
) -> Result<(&'c Election, &'c Ballot), IvrError> {
    let ballot = voter::current_ballot(session, ctx.publication)
        .ok_or(IvrError::InvalidState("no ballot is being voted"))?;
    Ok((&ctx.publication.elections[ballot.election], ballot))
}
