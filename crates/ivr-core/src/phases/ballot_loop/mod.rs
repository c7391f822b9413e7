//! ballot_loop: a closed state machine that casts one ballot after the other (design 3.3, 3.5.4).
//!
//! One sub-phase a file. Transitions between elections and into a changed contest have one owner
//! each, in [`transitions`]; no sub-phase moves those fields by itself.

pub mod candidate_select;
pub mod contest_intro;
pub mod election_intro;
pub mod election_receipt;
pub mod election_select;
pub mod election_submit;
pub mod election_summary;
pub mod entry;
pub mod language_switch;
pub mod selection_check;
pub mod transitions;
pub mod vote_confirm;

use crate::flow::context::{PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::phase::BallotLoopConfig;
use crate::flow::position::{BallotLoopState, BallotSubPhase};
use crate::flow::question::Question;
use crate::session::IvrSession;

/// The question of the current sub-phase, if it asks one.
pub fn question(
    config: &BallotLoopConfig,
    state: &BallotLoopState,
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Option<Question> {
    match state.sub_phase {
        BallotSubPhase::Entry
        | BallotSubPhase::ElectionIntro
        | BallotSubPhase::ContestIntro
        | BallotSubPhase::ElectionSubmit => None,
        BallotSubPhase::ElectionSelect => Some(election_select::question(session)),
        BallotSubPhase::LanguageSwitch => language_switch::question(session, ctx),
        BallotSubPhase::CandidateSelect => candidate_select::question(state, session, ctx),
        BallotSubPhase::SelectionCheck => selection_check::question(state, session, ctx),
        BallotSubPhase::VoteConfirm => vote_confirm::question(state, session, ctx),
        BallotSubPhase::ElectionSummary => election_summary::question(session, ctx),
        BallotSubPhase::ElectionReceipt => election_receipt::question(config, session),
    }
}

/// Runs the current sub-phase.
pub async fn run(
    config: &BallotLoopConfig,
    session: &mut IvrSession,
    input: PhaseInput<'_>,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    let sub_phase = session.position.ballot_loop().map(|state| state.sub_phase);
    match sub_phase.ok_or(IvrError::PhaseStateMismatch)? {
        BallotSubPhase::Entry => entry::run(session, ctx).await,
        BallotSubPhase::ElectionSelect => election_select::run(session, input, ctx),
        BallotSubPhase::LanguageSwitch => language_switch::run(session, input, ctx),
        BallotSubPhase::ElectionIntro => election_intro::run(session),
        BallotSubPhase::ContestIntro => contest_intro::run(session, ctx),
        BallotSubPhase::CandidateSelect => candidate_select::run(session, input, ctx),
        BallotSubPhase::SelectionCheck => selection_check::run(session, input, ctx),
        BallotSubPhase::VoteConfirm => vote_confirm::run(session, input, ctx),
        BallotSubPhase::ElectionSummary => election_summary::run(session, input, ctx).await,
        BallotSubPhase::ElectionSubmit => election_submit::run(config, session, ctx).await,
        BallotSubPhase::ElectionReceipt => election_receipt::run(session),
    }
}

/// The cursor; its absence means that the stored position does not match the flow.
fn cursor(session: &mut IvrSession) -> Result<&mut BallotLoopState, IvrError> {
    session.position.ballot_loop_mut().ok_or(IvrError::PhaseStateMismatch)
}
