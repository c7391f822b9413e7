//! announcement: play a prompt; with an `accept_key`, wait for it.

use crate::flow::context::{Next, Outcome, PhaseInput, PhaseResult};
use crate::flow::phase::AnnouncementConfig;
use crate::flow::position::{AnnouncementState, PhaseState, SimpleState};
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::name::PromptName;
use crate::session::IvrSession;

fn line(config: &AnnouncementConfig) -> Line {
    Line::named(PromptName::from(config.prompt_key.as_str()))
}

/// The acceptance question, if there is a key.
pub fn question(config: &AnnouncementConfig) -> Option<Question> {
    let keys = match config.accept_key?.digit() {
        0 => Keys::Zero,
        digit => Keys::Digit(digit),
    };
    let mut menu = Menu::new(InputKind::OneKey);
    menu.offer(keys, Action::Accept);
    Some(Question::plain(menu, vec![line(config)]))
}

/// Speaks, or takes the acceptance.
pub fn run(
    config: &AnnouncementConfig,
    session: &mut IvrSession,
    input: PhaseInput<'_>,
) -> PhaseResult {
    Ok(match input {
        PhaseInput::Enter if config.accept_key.is_some() => {
            let waiting = AnnouncementState { simple: SimpleState::WaitingForInput };
            session.position.state = PhaseState::Announcement(waiting);
            Outcome::silent(Next::Ask)
        }
        PhaseInput::Enter => Outcome::say([line(config)], Next::GoOnToNextPhase),
        PhaseInput::Action { .. } => Outcome::silent(Next::Advance),
    })
}
