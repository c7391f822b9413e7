//! contest_intro: introduces a contest at the head of its first question: what the question says
//! at the head of every list, and what is said only once.

use super::cursor;
use super::transitions::current_contest;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseResult};
use crate::flow::position::BallotSubPhase;
use crate::line::Line;
use crate::prompts::key::IvrPromptKey;
use crate::session::IvrSession;

/// Speaks and goes on to choosing.
pub fn run(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let (_, contest) = current_contest(session, ctx)?;
    let mut lines = vec![Line::of(IvrPromptKey::ContestIntro).contest(contest.id)];
    if contest.has_write_ins {
        lines.push(Line::of(IvrPromptKey::WriteInNotice).contest(contest.id));
    }
    cursor(session)?.sub_phase = BallotSubPhase::CandidateSelect;
    Ok(Outcome::say(lines, Next::Ask))
}
