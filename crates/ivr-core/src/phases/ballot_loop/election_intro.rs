//! election_intro: names the ballot; said at the head of its first question.

use super::cursor;
use crate::flow::context::{Next, Outcome, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::position::BallotSubPhase;
use crate::line::Line;
use crate::prompts::key::IvrPromptKey;
use crate::session::IvrSession;

/// Speaks and goes on to the first contest.
pub fn run(session: &mut IvrSession) -> PhaseResult {
    let election =
        session.current_election().ok_or(IvrError::InvalidState("no election is being voted"))?;
    cursor(session)?.sub_phase = BallotSubPhase::ContestIntro;
    Ok(Outcome::say(
        [
            Line::of(IvrPromptKey::ElectionIntro).election(election),
            Line::of(IvrPromptKey::RepeatInstruction),
        ],
        Next::Enter,
    ))
}
