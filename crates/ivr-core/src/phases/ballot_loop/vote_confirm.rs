//! vote_confirm: reads the choice back and asks.

use super::cursor;
use super::selection_check::yes_or_over;
use super::transitions::{current_contest, keep_vote, restart_contest};
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::position::BallotLoopState;
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::Action;
use crate::prompts::key::IvrPromptKey;
use crate::publication::Contest;
use crate::render::in_pieces;
use crate::session::{ContestVote, IvrSession};
use ivr_ballot::style::UnderVotePolicy;

/// `1` yes, `2` start the contest over; a warning first where the policy wants one.
pub fn question(
    state: &BallotLoopState,
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Option<Question> {
    let (_, contest) = current_contest(session, ctx).ok()?;
    let chosen = &state.pending_selections;
    let mut lines = Vec::new();
    let warns =
        matches!(contest.under_vote_policy, UnderVotePolicy::Warn | UnderVotePolicy::WarnAndAlert);
    if warns && is_under_vote(contest, chosen.len()) {
        lines
            .push(Line::of(IvrPromptKey::UnderVoteWarning).contest(contest.id).count(chosen.len()));
    }
    let menu = yes_or_over();
    let confirm = Line::of(IvrPromptKey::VoteConfirm)
        .contest(contest.id)
        .candidates(chosen.iter().copied())
        .count(chosen.len());
    let list = in_pieces(confirm, &menu, session, ctx);
    Some(Question { list, groups_per_part: 1, ..Question::plain(menu, lines) })
}

/// Whether more could have been chosen.
pub(super) fn is_under_vote(contest: &Contest, chosen: usize) -> bool {
    let most = usize::try_from(contest.max_votes).unwrap_or(usize::MAX);
    chosen > 0 && chosen < most.min(contest.candidates.len())
}

/// Keeps the choice, or starts over.
pub fn run(session: &mut IvrSession, input: PhaseInput<'_>, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let (_, contest) = current_contest(session, ctx)?;
    match input {
        PhaseInput::Enter => Ok(Outcome::silent(Next::Ask)),
        PhaseInput::Action { action: Action::Confirm, .. } => {
            let selected = std::mem::take(&mut cursor(session)?.pending_selections);
            let vote = ContestVote {
                contest_id: contest.id,
                selected_candidate_ids: selected,
                is_blank: false,
                is_declined: false,
            };
            keep_vote(session, vote, ctx)
        }
        PhaseInput::Action { .. } => restart_contest(session, contest),
    }
}
