//! election_select: the list of the voter's ballots; zero leaves it.

use uuid::Uuid;

use super::cursor;
use super::transitions::advance_to_election;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::position::{ElectionEntry, Standing};
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::ports::TelemetryEvent;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::vars::Variant;
use crate::session::IvrSession;

/// Options read in one go.
pub const OPTIONS_PER_PART: usize = 10;

/// The list: selectable ballots with their keys, the others in their own words.
pub fn question(session: &IvrSession) -> Question {
    let selectable = session.elections.iter().filter(|e| e.standing.selectable()).count();
    let kind = if selectable > 9 { InputKind::Code } else { InputKind::OneKey };
    let mut menu = Menu::new(kind);
    // The introduction of the list says how to leave it.
    menu.offer(Keys::Zero, Action::Exit);
    let mut list = Vec::new();
    let mut number = 0;
    for entry in &session.elections {
        if entry.standing.selectable() && number < 99 {
            number += 1;
            let keys = match kind {
                InputKind::Code => Keys::Code(number),
                _ => Keys::Digit(number),
            };
            menu.offer(keys, Action::ChooseElection(entry.election_id));
            list.push(vec![line(entry).keys(keys)]);
        } else {
            list.push(vec![line(entry)]);
        }
    }
    let intro = Line::of(IvrPromptKey::ElectionList)
        .count(selectable)
        .variant(if selectable == 0 { Variant::NothingSelectable } else { Variant::Plain });
    Question { list, groups_per_part: OPTIONS_PER_PART, ..Question::plain(menu, vec![intro]) }
}

fn line(entry: &ElectionEntry) -> Line {
    let (key, variant) = match entry.standing {
        Standing::Open => (IvrPromptKey::ElectionOption, Variant::Plain),
        Standing::OpenAgain => (IvrPromptKey::ElectionOptionAgain, Variant::Plain),
        Standing::AlreadyVoted | Standing::VotedHere => {
            (IvrPromptKey::ElectionAlreadyVoted, Variant::Plain)
        }
        Standing::Closed => (IvrPromptKey::ElectionNotOpen, Variant::Closed),
        Standing::Paused => (IvrPromptKey::ElectionNotOpen, Variant::Paused),
        Standing::NotStarted => (IvrPromptKey::ElectionNotOpen, Variant::NotStarted),
        Standing::NotByPhone => (IvrPromptKey::ElectionNotByPhone, Variant::Plain),
        Standing::FailedHere => (IvrPromptKey::VoteFailed, Variant::Plain),
    };
    Line::of(key).election(entry.election_id).variant(variant)
}

/// Enters a ballot, or leaves the loop.
pub fn run(session: &mut IvrSession, input: PhaseInput<'_>, ctx: &PhaseCtx<'_>) -> PhaseResult {
    match input {
        PhaseInput::Enter => Ok(Outcome::silent(Next::Ask)),
        PhaseInput::Action { action: Action::ChooseElection(id), .. } => {
            let index = index_of(session, *id)?;
            advance_to_election(cursor(session)?, index);
            ctx.record(session, TelemetryEvent::ElectionSelected { election_id: *id });
            Ok(Outcome::silent(Next::Enter))
        }
        PhaseInput::Action { .. } => Ok(Outcome::silent(Next::Advance)),
    }
}

fn index_of(session: &IvrSession, id: Uuid) -> Result<usize, IvrError> {
    session
        .elections
        .iter()
        .position(|entry| entry.election_id == id)
        .ok_or(IvrError::InvalidState("no such election"))
}
