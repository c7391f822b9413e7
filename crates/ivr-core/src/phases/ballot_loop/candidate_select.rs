//! candidate_select: choosing, one key or code at a time (design 3.3.5, CALL.md "Candidates").

use uuid::Uuid;

use super::cursor;
use super::election_select::OPTIONS_PER_PART;
use super::transitions::{clear_selections, current_contest};
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::position::{BallotLoopState, BallotSubPhase};
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::key::IvrPromptKey;
use crate::publication::Contest;
use crate::session::IvrSession;

/// The keys: candidates by their fixed numbers; chosen ones are understood but not read again.
pub fn menu(state: &BallotLoopState, contest: &Contest, ctx: &PhaseCtx<'_>) -> Option<Menu> {
    let kind = if contest.has_codes() { InputKind::Code } else { InputKind::OneKey };
    // Besides the candidates: the number sign, zero and star.
    let mut menu = Menu::with_room(kind, contest.candidates.len() + 3);
    let several = contest.max_votes > 1;
    // Who has chosen somebody hears how to finish before the list, else after it.
    let done_first = several && !state.pending_selections.is_empty();
    if done_first {
        menu.offer(Keys::Hash, Action::Done);
    }
    for (number, index) in (1..).zip(contest.candidate_order(&ctx.seed).iter()) {
        let candidate = contest.candidates.get(*index)?;
        let keys = match kind {
            InputKind::Code => Keys::Code(number),
            _ => Keys::Digit(number),
        };
        if state.pending_selections.contains(&candidate.id) {
            menu.understand(keys, Action::AlreadyChosen(candidate.id));
        } else {
            menu.offer(keys, Action::ChooseCandidate(candidate.id));
        }
    }
    if several && !done_first {
        menu.offer(Keys::Hash, Action::Done);
    }
    if contest.blank_allowed() {
        menu.offer(Keys::Zero, Action::Blank);
    } else {
        menu.understand(Keys::Zero, Action::BlankRefused);
    }
    Some(menu)
}

/// The menu and its words: what to choose, then whoever has a key and is not chosen yet.
///
/// The question begins with the contest and its rules, so that who hears it again after a slip or
/// a change knows what is asked. An answer that said so already, or who was just chosen, goes on
/// from there ([`Question::begun_by`]).
pub fn question(
    state: &BallotLoopState,
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Option<Question> {
    let (_, contest) = current_contest(session, ctx).ok()?;
    let menu = menu(state, contest, ctx)?;
    let list = menu
        .entries
        .iter()
        .filter_map(|entry| match entry.action {
            Action::ChooseCandidate(id) => Some(vec![option(contest, id, entry.keys)]),
            _ => None,
        })
        .collect();
    let mut head = vec![Line::of(IvrPromptKey::ContestIntro).contest(contest.id)];
    let mut tail = Vec::new();
    head.extend(state.pending_selections.last().map(|id| chosen(state, contest, *id)));
    if contest.max_votes > 1 {
        let how_to_finish = Line::of(IvrPromptKey::SelectionDone).contest(contest.id);
        // As in the menu.
        if state.pending_selections.is_empty() { &mut tail } else { &mut head }.push(how_to_finish);
    }
    if contest.blank_allowed() {
        tail.push(
            Line::of(IvrPromptKey::SelectionBlank)
                .contest(contest.id)
                .candidates(contest.explicit_blank.iter().map(|c| c.id)),
        );
    }
    Some(Question { list, tail, groups_per_part: OPTIONS_PER_PART, ..Question::plain(menu, head) })
}

/// Who was chosen last, and how many of how many.
fn chosen(state: &BallotLoopState, contest: &Contest, last: Uuid) -> Line {
    let count = state.pending_selections.len();
    Line::of(IvrPromptKey::CandidateChosen).contest(contest.id).candidates([last]).count(count)
}

fn option(contest: &Contest, candidate: Uuid, keys: Keys) -> Line {
    Line::of(IvrPromptKey::CandidateOption).contest(contest.id).candidates([candidate]).keys(keys)
}

/// Takes a choice, the end of choosing, or a blank.
pub fn run(session: &mut IvrSession, input: PhaseInput<'_>, ctx: &PhaseCtx<'_>) -> PhaseResult {
    let PhaseInput::Action { action, .. } = input else {
        return Ok(Outcome::silent(Next::Ask));
    };
    let (_, contest) = current_contest(session, ctx)?;
    let state = cursor(session)?;
    match action {
        Action::ChooseCandidate(id) => Ok(choose(state, contest, *id)),
        Action::AlreadyChosen(id) => {
            let line =
                Line::of(IvrPromptKey::AlreadySelected).contest(contest.id).candidates([*id]);
            Ok(Outcome::say([line], Next::AskSamePart))
        }
        Action::BlankRefused => {
            let line = Line::of(IvrPromptKey::BlankRefused).contest(contest.id);
            Ok(Outcome::say([line], Next::AskSamePart))
        }
        Action::Blank => Ok(leave_blank(state, contest.explicit_blank.is_some())),
        _ => Ok(finish(state, contest)),
    }
}

/// Choosing ends by itself at `max_votes` or when nobody is left.
fn choose(state: &mut BallotLoopState, contest: &Contest, id: Uuid) -> Outcome {
    state.pending_selections.push(id);
    let count = state.pending_selections.len();
    let full = count >= usize::try_from(contest.max_votes).unwrap_or(usize::MAX);
    if full || count >= contest.candidates.len() {
        state.sub_phase = BallotSubPhase::VoteConfirm;
        return Outcome::silent(Next::Ask);
    }
    Outcome::say([chosen(state, contest, id)], Next::Ask)
}

/// The number sign: with nobody chosen it is a blank, where that can be cast.
fn finish(state: &mut BallotLoopState, contest: &Contest) -> Outcome {
    let chosen = u32::try_from(state.pending_selections.len()).unwrap_or(u32::MAX);
    if chosen == 0 && contest.blank_allowed() {
        return leave_blank(state, false);
    }
    if chosen < contest.choices_needed() {
        let line = Line::of(IvrPromptKey::MinVotesNeeded)
            .contest(contest.id)
            .count(state.pending_selections.len());
        return Outcome::say([line], Next::Ask);
    }
    state.sub_phase = BallotSubPhase::VoteConfirm;
    Outcome::silent(Next::Ask)
}

/// What was chosen is dropped now; the question that follows says how many.
fn leave_blank(state: &mut BallotLoopState, declining: bool) -> Outcome {
    let dropped = u8::try_from(state.pending_selections.len()).unwrap_or(u8::MAX);
    clear_selections(state);
    state.dropped_selections = dropped;
    state.declining = declining;
    state.sub_phase = BallotSubPhase::SelectionCheck;
    Outcome::silent(Next::Ask)
}
