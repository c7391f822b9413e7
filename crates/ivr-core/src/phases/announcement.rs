//! announcement: play a prompt; with an `accept_key`, wait for it.
//!
//! A text that is too long for one answer (DECISIONS 19) is played in pieces; only the last one
//! takes the key.

use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::phase::AnnouncementConfig;
use crate::flow::position::{AnnouncementState, PhaseState, SimpleState};
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::name::PromptName;
use crate::render;
use crate::session::IvrSession;

fn line(config: &AnnouncementConfig) -> Line {
    Line::named(PromptName::from(config.prompt_key.as_str()))
}

fn menu(config: &AnnouncementConfig) -> Option<Menu> {
    let keys = match config.accept_key?.digit() {
        0 => Keys::Zero,
        digit => Keys::Digit(digit),
    };
    let mut menu = Menu::new(InputKind::OneKey);
    menu.offer(keys, Action::Accept);
    Some(menu)
}

/// How many pieces the text has: nearly always one.
fn pieces(config: &AnnouncementConfig, session: &IvrSession, ctx: &PhaseCtx<'_>) -> u8 {
    let pieces = render::pieces(&line(config), menu(config).as_ref(), session, ctx);
    u8::try_from(pieces).unwrap_or(u8::MAX)
}

/// A piece, marked as such only where there are several.
fn piece(config: &AnnouncementConfig, number: u8, pieces: u8) -> Line {
    let mut line = line(config);
    line.about.piece = (pieces > 1).then_some(number);
    line
}

/// The acceptance question, if there is a key.
pub fn question(config: &AnnouncementConfig, state: &AnnouncementState) -> Option<Question> {
    let menu = menu(config)?;
    let mut line = line(config);
    // After other pieces this is the last one; without them there is nothing to cut.
    line.about.piece = (state.piece > 0).then_some(state.piece);
    Some(Question::plain(menu, vec![line]))
}

/// Speaks, or takes the acceptance.
pub fn run(
    config: &AnnouncementConfig,
    session: &mut IvrSession,
    input: PhaseInput<'_>,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    let PhaseState::Announcement(state) = session.position.state else {
        return Err(IvrError::PhaseStateMismatch);
    };
    if let PhaseInput::Action { .. } = input {
        return Ok(Outcome::silent(Next::Advance));
    }
    let pieces = pieces(config, session, ctx);
    let said = piece(config, state.piece, pieces);
    if state.piece + 1 < pieces {
        let next = AnnouncementState { simple: SimpleState::Entry, piece: state.piece + 1 };
        session.position.state = PhaseState::Announcement(next);
        return Ok(Outcome::say([said], Next::GoOn));
    }
    if config.accept_key.is_none() {
        return Ok(Outcome::say([said], Next::GoOnToNextPhase));
    }
    let waiting = AnnouncementState { simple: SimpleState::WaitingForInput, ..state };
    session.position.state = PhaseState::Announcement(waiting);
    Ok(Outcome::silent(Next::Ask))
}
