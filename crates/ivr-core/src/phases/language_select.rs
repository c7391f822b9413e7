//! language_select: the language of the call, among those of the event.

use super::language_selector::{Choice, choose};
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::position::{PhaseState, SimpleState};
use crate::flow::question::Question;
use crate::language::Language;
use crate::line::Line;
use crate::menu::{Action, InputKind, Menu};
use crate::ports::TelemetryEvent;
use crate::prompts::key::IvrPromptKey;
use crate::session::IvrSession;

fn choice(ctx: &PhaseCtx<'_>) -> Choice {
    choose(&ctx.publication.event.languages.enabled, Action::ChooseLanguage)
}

/// The language menu.
pub fn question(ctx: &PhaseCtx<'_>) -> Question {
    let menu = match choice(ctx) {
        Choice::Ask(menu) => menu,
        Choice::Only(_) => Menu::new(InputKind::OneKey),
    };
    Question::plain(menu, vec![Line::of(IvrPromptKey::LanguageSelect)])
}

/// Asks, or takes the only language there is.
pub fn run(session: &mut IvrSession, input: PhaseInput<'_>, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let chosen = match input {
        PhaseInput::Action { action: Action::ChooseLanguage(language), .. } => language.clone(),
        PhaseInput::Enter | PhaseInput::Action { .. } => match choice(ctx) {
            Choice::Only(language) => language,
            Choice::Ask(_) => {
                session.position.state = PhaseState::LanguageSelect(SimpleState::WaitingForInput);
                return Ok(Outcome::silent(Next::Ask));
            }
        },
    };
    select(session, chosen, ctx);
    Ok(Outcome::silent(Next::Advance))
}

fn select(session: &mut IvrSession, language: Language, ctx: &PhaseCtx<'_>) {
    session.language = language.clone();
    ctx.record(session, TelemetryEvent::LanguageSelected { language });
}
