//! The outer dispatcher (design 3.5.3): star before anything else, keys matched against the menu,
//! silence and failures charged, silent phases run through until there is something to say.

use super::context::{LambdaInput, Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use super::error::IvrError;
use super::phase::FlowPhase;
use super::position::{BallotSubPhase, PhaseState, phase_at};
use super::question::{Question, Silence, menu, question};
use crate::line::Line;
use crate::menu::{Action, Pressed};
use crate::phases::{
    announcement, auth, ballot_loop, blacklist_check, eligibility_check, goodbye, language_select,
};
use crate::ports::TelemetryEvent;
use crate::prompts::key::IvrPromptKey;
use crate::render;
use crate::session::{
    Charge, ElectionSubmissionResult, Ending, IvrSession, LastResponse, Place, SubmissionStatus,
    Then,
};
use crate::turn::store::SessionStore;

/// A flow has this many silent steps at most between two answers: each phase and each sub-phase
/// once, with room to spare.
const MOST_STEPS: usize = 64;

/// Plays one turn: changes the session, and leaves in it what the answer is made of. The question
/// that stands afterwards, if one does, is handed back, so that the answer need not build it again.
///
/// An error ends the call; [`crate::turn`] says it.
pub async fn play(
    session: &mut IvrSession,
    input: &LambdaInput,
    ctx: &PhaseCtx<'_>,
    store: &SessionStore<'_>,
) -> Result<Option<Question>, IvrError> {
    let first = match input {
        LambdaInput::Dtmf(keys) => match menu(session, ctx) {
            Some(menu) => match menu.press(keys) {
                Pressed::Repeat => {
                    session.retries.key_pressed();
                    return Ok(question(session, ctx));
                }
                Pressed::StrayHash => {
                    session.retries.key_pressed();
                    Outcome::silent(Next::AskSamePart)
                }
                Pressed::Invalid => {
                    session.retries.key_pressed();
                    invalid_input(session, ctx)
                }
                Pressed::Entry { action, digits } => {
                    session.retries.key_pressed();
                    accept(session, action, &digits, ctx).await?
                }
            },
            // Nothing was asked: whatever comes in, the call goes on.
            None => dispatch(session, PhaseInput::Enter, ctx).await?,
        },
        LambdaInput::Error if !submitting(session) => {
            goodbye::disconnect(session, IvrPromptKey::SystemError)
        }
        _ => match (input, question(session, ctx)) {
            (_, None) => dispatch(session, PhaseInput::Enter, ctx).await?,
            (LambdaInput::Timeout, Some(asked)) => silence(session, &asked, ctx).await?,
            // A question stands: hear it again.
            (_, standing) => return Ok(standing),
        },
    };
    settle(session, first, ctx, store).await
}

/// Whatever is on the menu is an accepted key, and resets the count of invalid ones; also a key
/// that is only explained.
async fn accept(
    session: &mut IvrSession,
    action: &Action,
    digits: &str,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    session.retries.accepted();
    dispatch(session, PhaseInput::Action { action, digits }, ctx).await
}

fn invalid_input(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> Outcome {
    match session.retries.charge_invalid_input(&ctx.publication.event.retry_limits) {
        Charge::Exhausted => goodbye::disconnect(session, IvrPromptKey::InvalidInputFinal),
        Charge::Again | Charge::LastChance => {
            Outcome::say([Line::of(IvrPromptKey::InvalidInput)], Next::AskSamePart)
        }
    }
}

/// Silence: on to the next part of a list; or what it means there; or a failure.
async fn silence(session: &mut IvrSession, asked: &Question, ctx: &PhaseCtx<'_>) -> PhaseResult {
    if usize::from(session.part) + 1 < render::part_starts(asked, session, ctx).len() {
        session.part += 1;
        return Ok(Outcome::silent(Next::AskSamePart));
    }
    if let Silence::Means(action) = &asked.on_silence {
        return dispatch(session, PhaseInput::Action { action, digits: "" }, ctx).await;
    }
    let charge = session.retries.charge_timeout(&ctx.publication.event.retry_limits);
    if charge == Charge::Exhausted {
        return Ok(goodbye::disconnect(session, IvrPromptKey::TimeoutFinal));
    }
    let mut lines = vec![Line::of(IvrPromptKey::Timeout)];
    if charge == Charge::LastChance && session.ballot_is_filled() {
        let warning = Line::of(IvrPromptKey::TimeoutWarning);
        lines.push(match session.current_election() {
            Some(id) => warning.election(id),
            None => warning,
        });
    }
    Ok(Outcome::say(lines, Next::Ask))
}

/// Runs on until there is something to say, and notes what.
async fn settle(
    session: &mut IvrSession,
    first: Outcome,
    ctx: &PhaseCtx<'_>,
    store: &SessionStore<'_>,
) -> Result<Option<Question>, IvrError> {
    let mut outcome = first;
    let mut lines = Vec::new();
    for _ in 0..MOST_STEPS {
        lines.append(&mut outcome.lines);
        let at = (place(session, ctx), session.effective_language().clone());
        let mut asked = None;
        let then = match outcome.next {
            Next::Ask | Next::AskSamePart => {
                if outcome.next == Next::Ask {
                    session.part = 0;
                }
                asked = question(session, ctx);
                if asked.is_none() {
                    return Err(IvrError::InvalidState("nothing to ask where a question is due"));
                }
                Then::Ask
            }
            Next::GoOn => Then::GoOn,
            Next::GoOnToNextPhase => {
                advance(session, ctx);
                Then::GoOn
            }
            Next::End(ending) => Then::End(ending),
            Next::Enter => {
                outcome = dispatch(session, PhaseInput::Enter, ctx).await?;
                continue;
            }
            Next::Advance => {
                advance(session, ctx);
                outcome = dispatch(session, PhaseInput::Enter, ctx).await?;
                continue;
            }
            Next::Checkpoint => {
                store.save(session).await?;
                ctx.checkpointed.store(true, std::sync::atomic::Ordering::Relaxed);
                outcome = dispatch(session, PhaseInput::Enter, ctx).await?;
                continue;
            }
        };
        let (place, language) = at;
        session.last_response = LastResponse { lines, then, place, language };
        return Ok(asked);
    }
    Err(IvrError::InvalidState("the flow runs on without saying anything"))
}

fn advance(session: &mut IvrSession, ctx: &PhaseCtx<'_>) {
    session.position.advance(ctx.flow());
    session.retries.accepted();
    session.part = 0;
}

/// Exhaustive over phases; a position that does not match its phase is refused, not guessed at.
async fn dispatch(
    session: &mut IvrSession,
    input: PhaseInput<'_>,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    let phase = phase_at(ctx.flow(), session.position.phase_index);
    match (phase, &session.position.state) {
        (FlowPhase::Announcement(config), PhaseState::Announcement(_)) => {
            announcement::run(config, session, input, ctx)
        }
        (FlowPhase::LanguageSelect, PhaseState::LanguageSelect(_)) => {
            language_select::run(session, input, ctx)
        }
        (FlowPhase::BlacklistCheck, PhaseState::BlacklistCheck(_)) => blacklist_check::run(session),
        (FlowPhase::Auth, PhaseState::Auth(_)) => auth::run(session, input, ctx).await,
        (FlowPhase::EligibilityCheck, PhaseState::EligibilityCheck(_)) => {
            eligibility_check::run(session, ctx).await
        }
        (FlowPhase::BallotLoop(config), PhaseState::BallotLoop(_)) => {
            ballot_loop::run(config, session, input, ctx).await
        }
        (FlowPhase::Goodbye, PhaseState::Goodbye(_)) => goodbye::run(session),
        _ => Err(IvrError::PhaseStateMismatch),
    }
}

fn submitting(session: &IvrSession) -> bool {
    session
        .position
        .ballot_loop()
        .is_some_and(|state| state.sub_phase == BallotSubPhase::ElectionSubmit)
}

/// Where in the flow the caller is, as answers and logs tell it.
pub fn place(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Place {
    let phase = phase_at(ctx.flow(), session.position.phase_index).name();
    let Some(state) = session.position.ballot_loop() else {
        return Place { phase, ..Place::default() };
    };
    use BallotSubPhase::{CandidateSelect, SelectionCheck, VoteConfirm};
    let in_contest = matches!(state.sub_phase, CandidateSelect | SelectionCheck | VoteConfirm);
    let contest = in_contest
        .then(|| ballot_loop::transitions::current_contest(session, ctx).ok())
        .flatten()
        .map(|(_, contest)| contest.id);
    Place { phase, sub_phase: Some(state.sub_phase), election: session.current_election(), contest }
}

/// Ends the call because of an error: what was cast is said, then the final prompt.
pub fn end_with(session: &mut IvrSession, error: &IvrError, ctx: &PhaseCtx<'_>) {
    let mut key = error.prompt_key();
    if let Some(election_id) = session.sent_unseen() {
        // Only "recorded" and "unknown" are announced after a reply that was not seen (66).
        key = IvrPromptKey::VoteUnknown;
        let ballot_hash = session.encrypted_ballots.get(&election_id).map(|b| b.ballot_id.clone());
        let status = SubmissionStatus::Unknown;
        let result = ElectionSubmissionResult { election_id, status, ballot_hash };
        session.submission_results.push(result);
        ctx.record(session, TelemetryEvent::VoteUnknown { election_id });
    }
    let outcome = goodbye::disconnect(session, key);
    session.last_response = LastResponse {
        lines: outcome.lines,
        then: Then::End(Ending::Disconnected(key)),
        place: place(session, ctx),
        language: session.effective_language().clone(),
    };
}
