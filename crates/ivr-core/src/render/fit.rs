//! Makes an answer fit (DECISIONS 19): what is left out is never a fact that the voter needs.

use super::{Surroundings, Wording, heard_name_of_election, put_together, speak_line};
use crate::line::Line;
use crate::ports::TelemetryEvent;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::name::PromptName;
use crate::prompts::placeholder::Placeholder;
use crate::ssml::speech::Speech;

/// Heard characters of one answer: the 3,000 that are billed at most, less a little for white
/// space that is billed and not heard.
const LIMIT: usize = 2_950;

/// What an answer becomes that is too long as the publication words it. Nearly none is.
///
/// First long lists of elections say how many more there are. Then overrides give way to built-in
/// words, the ones that cost most first, with a warning. At last an election and a contest are
/// named once only.
pub(super) fn speak(lines: &[&Line], around: Surroundings<'_>) -> Speech {
    let mut how = vec![Wording::default(); lines.len()];
    let whole = put_together(lines, &how, around);
    // Bytes with markup are never fewer than heard characters.
    if whole.len() <= LIMIT || fits(&whole) {
        return whole;
    }
    for wording in &mut how {
        wording.short_lists = true;
    }
    let mut speech = put_together(lines, &how, around);
    while !fits(&speech) {
        let Some(key) = costliest_override(lines, &how, around) else { break };
        for (line, wording) in lines.iter().zip(&mut how) {
            wording.built_in |= line.name == PromptName::Known(key);
        }
        let reason = format!("prompt {key}: the answer is longer than {LIMIT} characters with it");
        let event = TelemetryEvent::PromptFellBack { key: key.to_string(), reason };
        around.ctx.record(around.session, event);
        speech = put_together(lines, &how, around);
    }
    if fits(&speech) {
        return speech;
    }
    name_once(lines, &mut how, around);
    name_contest_once(lines, &mut how);
    put_together(lines, &how, around)
}

fn fits(speech: &Speech) -> bool {
    speech.heard().chars().count() <= LIMIT
}

fn heard(line: &Line, how: Wording, around: Surroundings<'_>) -> String {
    let mut speech = Speech::new();
    speak_line(line, how, around, &mut speech);
    speech.heard()
}

/// The prompt whose overrides take most more than its built-in words would.
fn costliest_override(
    lines: &[&Line],
    how: &[Wording],
    around: Surroundings<'_>,
) -> Option<IvrPromptKey> {
    let mut costs: Vec<(usize, IvrPromptKey)> = Vec::new();
    for (line, &wording) in lines.iter().zip(how) {
        // A piece was cut to fit, and its other pieces are heard in other answers.
        let PromptName::Known(key) = line.name else { continue };
        if wording.built_in || line.about.piece.is_some() {
            continue;
        }
        let length = |how| heard(line, how, around).chars().count();
        let cost = length(wording).saturating_sub(length(Wording { built_in: true, ..wording }));
        match costs.iter_mut().find(|(_, other)| *other == key) {
            Some((sum, _)) => *sum += cost,
            None => costs.push((cost, key)),
        }
    }
    costs.into_iter().filter(|(cost, _)| *cost > 0).max_by_key(|(cost, _)| *cost).map(|c| c.1)
}

/// Leaves the name of an election out of built-in words where the answer has said it before.
fn name_once(lines: &[&Line], how: &mut [Wording], around: Surroundings<'_>) {
    let mut named = Vec::new();
    for (line, wording) in lines.iter().zip(how) {
        let Some(election) = line.about.election.or(around.election) else { continue };
        if named.contains(&election) {
            wording.unnamed = leaves_room(&line.name);
            wording.built_in |= wording.unnamed;
        } else if let Some(name) = heard_name_of_election(election, around)
            && heard(line, *wording, around).contains(&name)
        {
            named.push(election);
        }
    }
}

/// Speaks of "this contest" where another line of the answer names it.
fn name_contest_once(lines: &[&Line], how: &mut [Wording]) {
    use IvrPromptKey as Key;
    let this_contest = |key| {
        matches!(
            key,
            Key::SummaryEditRestart
                | Key::BlankWarning
                | Key::UnderVoteWarning
                | Key::BlankBallotConfirm
                | Key::DeclineConfirm
                | Key::VoteConfirm
        )
    };
    let names_it = |key| {
        this_contest(key)
            || matches!(key, Key::ContestIntro | Key::SummaryItem | Key::SummaryItemBlank)
    };
    for (at, line) in lines.iter().enumerate() {
        if !matches!(line.name, PromptName::Known(key) if this_contest(key)) {
            continue;
        }
        let elsewhere = lines.iter().zip(how.iter()).enumerate().any(|(i, (other, how))| {
            i != at
                && !how.nameless_contest
                && other.about.contest == line.about.contest
                && matches!(other.name, PromptName::Known(key) if names_it(key))
        });
        how[at].nameless_contest = elsewhere;
        how[at].built_in |= elsewhere;
    }
}

/// Whether the built-in words are whole sentences without the election.
fn leaves_room(name: &PromptName) -> bool {
    use IvrPromptKey as Key;
    match name {
        PromptName::Custom(_)
        | PromptName::Known(
            Key::ElectionIntro
            | Key::ElectionAlreadyVoted
            | Key::ElectionNotOpen
            | Key::ElectionNotByPhone
            | Key::ElectionOption
            | Key::ElectionOptionAgain
            | Key::CastSoFar,
        ) => false,
        PromptName::Known(key) => key.allows(Placeholder::ElectionName),
    }
}
