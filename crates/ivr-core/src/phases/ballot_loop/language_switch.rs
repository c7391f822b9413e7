//! language_switch: the language of one ballot (design 3.3.3, DECISIONS 48).
//!
//! It writes the override of the ballot and never `session.language`.

use super::cursor;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::position::BallotSubPhase;
use crate::flow::question::{Question, Silence};
use crate::language::Language;
use crate::line::Line;
use crate::menu::{Action, Menu};
use crate::phases::language_selector::{Choice, choose, offer};
use crate::prompts::key::IvrPromptKey;
use crate::publication::LanguageConf;
use crate::session::IvrSession;

/// What the ballot's languages ask for.
enum Need {
    /// The language of the call serves.
    Nothing,
    /// The ballot has one language, another one.
    Only(Language),
    /// Enabled, but the ballot's default is another: an offer.
    Offer(Menu),
    /// Not enabled: a real choice.
    Choice(Menu),
}

fn need(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Need {
    let Some(languages) = languages(session, ctx) else { return Need::Nothing };
    let current = &session.language;
    if !languages.enabled.contains(current) {
        return match choose(&languages.enabled, Action::SwitchLanguage) {
            Choice::Only(language) => Need::Only(language),
            Choice::Ask(menu) => Need::Choice(menu),
        };
    }
    if languages.default == *current || languages.enabled.len() == 1 {
        return Need::Nothing;
    }
    Need::Offer(offer(&languages.enabled, current))
}

fn languages<'c>(session: &IvrSession, ctx: &'c PhaseCtx<'_>) -> Option<&'c LanguageConf> {
    let (_, election) = ctx.publication.election(session.current_election()?)?;
    election.languages.as_ref().filter(|languages| !languages.enabled.is_empty())
}

/// The offer or the choice.
pub fn question(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Option<Question> {
    let (menu, on_silence) = match need(session, ctx) {
        Need::Nothing | Need::Only(_) => return None,
        Need::Offer(menu) => (menu, Silence::Means(Action::KeepLanguage)),
        Need::Choice(menu) => (menu, Silence::Charged),
    };
    let line = Line::of(IvrPromptKey::LanguageSwitch).election(session.current_election()?);
    Some(Question { on_silence, ..Question::plain(menu, vec![line]) })
}

/// Asks if there is something to ask, then introduces the ballot.
pub fn run(session: &mut IvrSession, input: PhaseInput<'_>, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let language = match input {
        PhaseInput::Enter => match need(session, ctx) {
            Need::Nothing => None,
            Need::Only(language) => Some(language),
            Need::Offer(_) | Need::Choice(_) => return Ok(Outcome::silent(Next::Ask)),
        },
        PhaseInput::Action { action: Action::SwitchLanguage(language), .. } => {
            Some(language.clone())
        }
        PhaseInput::Action { .. } => None,
    };
    let state = cursor(session)?;
    if language.is_some() {
        state.election_language_override = language;
    }
    state.sub_phase = BallotSubPhase::ElectionIntro;
    Ok(Outcome::silent(Next::Enter))
}
