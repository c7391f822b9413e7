//! From a session to an [`Answer`]: what was said last is rendered, never stored.

use crate::answer::{Answer, Ask, ConnectResponse};
use crate::flow::context::PhaseCtx;
use crate::flow::engine;
use crate::flow::question::{Question, question};
use crate::language::Language;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::name::PromptName;
use crate::render::{self, Surroundings};
use crate::session::{Ending, IvrSession, Place, Then};

/// Renders what the session says its last answer was made of.
pub fn answer(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Answer {
    answer_with(session, question(session, ctx), ctx)
}

/// The same, where the question that stands is at hand.
pub(super) fn answer_with(
    session: &IvrSession,
    standing: Option<Question>,
    ctx: &PhaseCtx<'_>,
) -> Answer {
    let last = &session.last_response;
    let asked = match last.then {
        Then::Ask => standing,
        Then::GoOn | Then::End(_) => None,
    };
    let mut said = Vec::new();
    let mut ask = None;
    let mut place = last.place.clone();
    if let Some(mut asked) = asked {
        asked.begun_by(&last.lines);
        let starts = render::part_starts(&asked, session, ctx);
        let part = usize::from(session.part);
        let (menu, lines) = asked.into_part(&starts, part);
        said = lines;
        let timing = menu.kind.timing(part + 1 < starts.len());
        place = engine::place(session, ctx);
        ask = Some(Ask { menu, timing });
    }
    let around = Surroundings {
        session,
        ctx,
        language: &last.language,
        election: place.election,
        menu: ask.as_ref().map(|ask| &ask.menu),
    };
    let lines = || last.lines.iter().chain(&said);
    let prompt_text = render::speak(lines(), around);
    Answer {
        response: ConnectResponse {
            prompt_text,
            expect_input: ask.is_some(),
            valid_inputs: ask.as_ref().map(|ask| ask.menu.valid_inputs()).unwrap_or_default(),
            input_timeout: ask.as_ref().map_or(0, |ask| ask.timing.first_key_s),
            should_disconnect: matches!(last.then, Then::End(_)),
        },
        prompt_keys: lines().map(|line| line.name.clone()).collect(),
        place,
        language: last.language.clone(),
        ask,
        turn_token: session.turn,
        ending: match last.then {
            Then::End(ending) => Some(ending),
            Then::Ask | Then::GoOn => None,
        },
        submissions: session.submission_results.clone(),
    }
}

/// Says nothing: an event that came too late.
pub(super) fn no_op(session: &IvrSession) -> Answer {
    let mut answer = nowhere(IvrPromptKey::SystemError, session.effective_language());
    answer.response.prompt_text = "<speak></speak>".into();
    answer.response.should_disconnect = false;
    answer.prompt_keys.clear();
    answer.ending = None;
    answer.turn_token = session.turn;
    answer
}

/// Ends a call that has no session: built-in words alone.
pub(super) fn nowhere(key: IvrPromptKey, language: &Language) -> Answer {
    let name = PromptName::Known(key);
    Answer {
        response: ConnectResponse {
            prompt_text: render::speak_builtin(&name, language),
            expect_input: false,
            valid_inputs: String::new(),
            input_timeout: 0,
            should_disconnect: true,
        },
        prompt_keys: vec![name],
        place: Place::default(),
        language: language.clone(),
        ask: None,
        turn_token: 0,
        ending: Some(Ending::Disconnected(key)),
        submissions: Vec::new(),
    }
}
