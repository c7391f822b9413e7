//! selection_check: asks before a contest is left blank or declined (DECISIONS 38).

use super::cursor;
use super::transitions::{current_contest, keep_vote, restart_contest};
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::position::BallotLoopState;
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::key::IvrPromptKey;
use crate::session::{ContestVote, IvrSession};
use ivr_ballot::style::BlankVotePolicy;

/// `1` yes, `2` start the contest over.
pub fn question(
    state: &BallotLoopState,
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Option<Question> {
    let (_, contest) = current_contest(session, ctx).ok()?;
    let mut lines = Vec::new();
    if contest.blank_vote_policy == BlankVotePolicy::Warn {
        lines.push(Line::of(IvrPromptKey::BlankWarning).contest(contest.id));
    }
    let key = if state.declining {
        IvrPromptKey::DeclineConfirm
    } else {
        IvrPromptKey::BlankBallotConfirm
    };
    lines.push(
        Line::of(key)
            .contest(contest.id)
            .candidates(contest.explicit_blank.iter().filter(|_| state.declining).map(|c| c.id))
            .count(usize::from(state.dropped_selections)),
    );
    Some(Question::plain(yes_or_over(), lines))
}

/// The menu of both confirmations: `1` is yes, `2` starts over, everywhere.
pub(super) fn yes_or_over() -> Menu {
    let mut menu = Menu::new(InputKind::OneKey);
    menu.offer(Keys::Digit(1), Action::Confirm);
    menu.offer(Keys::Digit(2), Action::Change);
    menu
}

/// Keeps the blank, or starts over.
pub fn run(session: &mut IvrSession, input: PhaseInput<'_>, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let (_, contest) = current_contest(session, ctx)?;
    match input {
        PhaseInput::Enter => Ok(Outcome::silent(Next::Ask)),
        PhaseInput::Action { action: Action::Confirm, .. } => {
            let declining = cursor(session)?.declining;
            let vote = ContestVote {
                contest_id: contest.id,
                selected_candidate_ids: Vec::new(),
                is_blank: !declining,
                is_declined: declining,
            };
            keep_vote(session, vote, ctx)
        }
        PhaseInput::Action { .. } => restart_contest(session, contest),
    }
}
