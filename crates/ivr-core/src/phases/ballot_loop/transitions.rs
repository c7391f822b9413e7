//! The sole owners of transitions between elections and contests (design 3.3.4, 3.3.6).

use uuid::Uuid;

use super::cursor;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::position::{BallotLoopState, BallotSubPhase, Standing};
use crate::line::Line;
use crate::prompts::key::IvrPromptKey;
use crate::publication::{Ballot, Contest};
use crate::session::{ContestVote, IvrSession};
use crate::voter;

/// Enters an election: the one owner of every election boundary. Whatever belonged to another
/// election, the language of its ballot included, is gone.
pub fn advance_to_election(state: &mut BallotLoopState, next_index: usize) {
    leave_election(state);
    state.election_index = Some(next_index);
    state.sub_phase = BallotSubPhase::LanguageSwitch;
}

/// Leaves an election behind.
fn leave_election(state: &mut BallotLoopState) {
    state.election_index = None;
    state.contest_index = 0;
    state.edit_target_contest = None;
    state.election_language_override = None;
    state.submission = None;
    clear_selections(state);
}

/// Starts a contest over from the summary: the one owner of that transition. The prior choice is
/// gone before the voter chooses again, so the two can never merge.
pub fn enter_contest_edit(
    session: &mut IvrSession,
    contest_index: usize,
    contest_id: Uuid,
) -> Result<(), IvrError> {
    session.votes.remove(&contest_id);
    let state = cursor(session)?;
    clear_selections(state);
    state.edit_target_contest = Some(contest_index);
    state.contest_index = contest_index;
    state.sub_phase = BallotSubPhase::CandidateSelect;
    Ok(())
}

/// Forgets what was chosen in the contest so far.
pub fn clear_selections(state: &mut BallotLoopState) {
    state.pending_selections.clear();
    state.dropped_selections = 0;
    state.declining = false;
}

/// Starts the contest over, with nothing chosen; what introduces it is said again.
pub fn restart_contest(session: &mut IvrSession, contest: &Contest) -> PhaseResult {
    let state = cursor(session)?;
    clear_selections(state);
    if state.edit_target_contest.is_some() {
        state.sub_phase = BallotSubPhase::CandidateSelect;
        let line = Line::of(IvrPromptKey::SummaryEditRestart).contest(contest.id);
        return Ok(Outcome::say([line], Next::Ask));
    }
    state.sub_phase = BallotSubPhase::ContestIntro;
    Ok(Outcome::silent(Next::Enter))
}

/// Keeps a choice and goes on: to the summary after a change, else to the next contest.
pub fn keep_vote(session: &mut IvrSession, vote: ContestVote, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let (ballot, _) = current_contest(session, ctx)?;
    let contests = ballot.contests.len();
    session.votes.insert(vote.contest_id, vote);
    let state = cursor(session)?;
    clear_selections(state);
    let changed_from_summary = state.edit_target_contest.take().is_some();
    if changed_from_summary || state.contest_index + 1 >= contests {
        state.sub_phase = BallotSubPhase::ElectionSummary;
        return Ok(Outcome::silent(Next::Ask));
    }
    state.contest_index += 1;
    state.sub_phase = BallotSubPhase::ContestIntro;
    Ok(Outcome::silent(Next::Enter))
}

/// After a ballot was cast or refused: back to the list while an election not yet voted is open,
/// otherwise on to the goodbye (DECISIONS 44).
pub fn after_election(session: &mut IvrSession) -> PhaseResult {
    let more = session.elections.iter().any(|entry| entry.standing == Standing::Open);
    let state = cursor(session)?;
    leave_election(state);
    if !more {
        return Ok(Outcome::silent(Next::Advance));
    }
    state.sub_phase = BallotSubPhase::ElectionSelect;
    Ok(Outcome::silent(Next::Ask))
}

/// Notes how an election stands from now on.
pub fn set_standing(session: &mut IvrSession, election_id: Uuid, standing: Standing) {
    for entry in session.elections.iter_mut().filter(|e| e.election_id == election_id) {
        entry.standing = standing;
    }
}

/// The ballot and the contest being voted.
pub fn current_contest<'c>(
    session: &IvrSession,
    ctx: &'c PhaseCtx<'_>,
) -> Result<(&'c Ballot, &'c Contest), IvrError> {
    let state = session.position.ballot_loop().ok_or(IvrError::PhaseStateMismatch)?;
    let ballot = voter::current_ballot(session, ctx.publication)
        .ok_or(IvrError::InvalidState("no ballot is being voted"))?;
    let contest = ballot
        .contest_order(&ctx.seed)
        .get(state.contest_index)
        .and_then(|index| ballot.contests.get(*index))
        .ok_or(IvrError::InvalidState("no such contest"))?;
    Ok((ballot, contest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::phase::{BallotLoopConfig, FlowPhase};
    use crate::flow::position::FlowPosition;
    use crate::language::Language;
    use crate::submit::Submission;

    fn busy() -> BallotLoopState {
        let position = FlowPosition::new(&[FlowPhase::BallotLoop(BallotLoopConfig::default())]);
        let mut state = position.ballot_loop().unwrap().clone();
        state.election_index = Some(0);
        state.contest_index = 4;
        state.sub_phase = BallotSubPhase::ElectionSubmit;
        state.pending_selections = vec![Uuid::nil()];
        state.dropped_selections = 2;
        state.declining = true;
        state.edit_target_contest = Some(3);
        state.election_language_override = Some(Language::new("fr"));
        state.submission = Some(Submission::sealed());
        state
    }

    #[test]
    fn nothing_of_one_election_reaches_the_next() {
        let mut state = busy();
        advance_to_election(&mut state, 1);
        assert_eq!(state.election_index, Some(1));
        assert_eq!(state.sub_phase, BallotSubPhase::LanguageSwitch);
        assert_eq!(state.contest_index, 0);
        assert!(state.pending_selections.is_empty());
        assert_eq!((state.dropped_selections, state.declining), (0, false));
        assert_eq!(state.edit_target_contest, None);
        assert_eq!(state.election_language_override, None, "the language was of that ballot alone");
        assert_eq!(state.submission, None);
    }
}
