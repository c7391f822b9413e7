//! [`Question`]: what a turn asks: its menu, its words, and what silence means.
//!
//! A question is a pure function of the stored session and the pinned publication. So it is not
//! stored: a repeat, a retried function and the matching of input all build it again.

use super::context::PhaseCtx;
use super::phase::FlowPhase;
use super::position::{BallotSubPhase, PhaseState, SimpleState, phase_at};
use crate::line::Line;
use crate::menu::{Action, Keys, Menu};
use crate::phases;
use crate::phases::ballot_loop::{candidate_select, transitions};
use crate::session::IvrSession;

/// What a turn asks.
#[derive(Debug, Clone)]
pub struct Question {
    /// The keys and what they mean.
    pub menu: Menu,
    /// Said before the list.
    pub head: Vec<Line>,
    /// The list: groups of lines that are not torn apart.
    pub list: Vec<Vec<Line>>,
    /// Said after the list.
    pub tail: Vec<Line>,
    /// Up to this many groups are read in one go (DECISIONS 41).
    pub groups_per_part: usize,
    /// What silence means after the last part.
    pub on_silence: Silence,
}

/// What silence means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// A failure.
    Charged,
    /// An action, uncharged.
    Means(Action),
}

/// Billed characters that the list of one part may take; the rest of an answer's 3,000
/// (DECISIONS 19) is left for what is said around it.
pub(crate) const PART_BUDGET: usize = 1_800;
/// What a group takes besides its names.
const GROUP_COST: usize = 60;

impl Question {
    /// A question that is just said.
    pub fn plain(menu: Menu, lines: Vec<Line>) -> Self {
        Self {
            menu,
            head: lines,
            list: Vec::new(),
            tail: Vec::new(),
            groups_per_part: usize::MAX,
            on_silence: Silence::Charged,
        }
    }

    /// Leaves out of the head what was said on the way to the question, and what comes before it.
    pub fn begun_by(&mut self, said: &[Line]) {
        if let Some(last) = self.head.iter().rposition(|line| said.contains(line)) {
            self.head.drain(..=last);
        }
    }

    /// Where the parts of the list begin; `cost` tells what the names of a group take.
    pub fn part_starts(&self, cost: impl Fn(&[Line]) -> usize) -> Vec<usize> {
        let mut starts = vec![0];
        let (mut groups, mut used) = (0, 0);
        for (i, group) in self.list.iter().enumerate() {
            let cost = GROUP_COST + cost(group);
            if groups > 0 && (groups >= self.groups_per_part || used + cost > PART_BUDGET) {
                starts.push(i);
                (groups, used) = (0, 0);
            }
            groups += 1;
            used += cost;
        }
        starts
    }

    /// The menu and the lines of a part.
    pub fn into_part(self, starts: &[usize], part: usize) -> (Menu, Vec<Line>) {
        let begin = starts.get(part).copied().unwrap_or(0);
        let end = starts.get(part + 1).copied().unwrap_or(self.list.len());
        let mut lines = if part == 0 { self.head } else { Vec::new() };
        lines.extend(self.list.into_iter().take(end).skip(begin).flatten());
        if part + 1 >= starts.len() {
            lines.extend(self.tail);
        }
        (self.menu, lines)
    }
}

/// The menu of the question, without its words: all that a pressed key is matched against. The
/// words of a list of candidates would be made to be dropped.
pub fn menu(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Option<Menu> {
    if let PhaseState::BallotLoop(state) = &session.position.state
        && state.sub_phase == BallotSubPhase::CandidateSelect
        && matches!(phase_at(ctx.flow(), session.position.phase_index), FlowPhase::BallotLoop(_))
    {
        let (_, contest) = transitions::current_contest(session, ctx).ok()?;
        let mut menu = candidate_select::menu(state, contest, ctx)?;
        menu.offer(Keys::Star, Action::Repeat);
        return Some(menu);
    }
    question(session, ctx).map(|question| question.menu)
}

/// The question of the stored position, if it asks one. Star is added here, for all of them.
pub fn question(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Option<Question> {
    use SimpleState::WaitingForInput;
    let phase = phase_at(ctx.flow(), session.position.phase_index);
    let mut question = match (phase, &session.position.state) {
        (FlowPhase::Announcement(config), PhaseState::Announcement(state))
            if state.simple == WaitingForInput =>
        {
            phases::announcement::question(config, state)
        }
        (FlowPhase::LanguageSelect, PhaseState::LanguageSelect(WaitingForInput)) => {
            Some(phases::language_select::question(ctx))
        }
        (FlowPhase::Auth, PhaseState::Auth(state)) if state.simple == WaitingForInput => {
            phases::auth::question(state, session)
        }
        (FlowPhase::BallotLoop(config), PhaseState::BallotLoop(state)) => {
            phases::ballot_loop::question(config, state, session, ctx)
        }
        _ => None,
    }?;
    question.menu.offer(Keys::Star, Action::Repeat);
    Some(question)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::menu::InputKind;
    use crate::prompts::key::IvrPromptKey;

    fn list(groups: usize) -> Question {
        Question {
            list: (0..groups).map(|_| vec![Line::of(IvrPromptKey::CandidateOption)]).collect(),
            groups_per_part: 10,
            ..Question::plain(
                Menu::new(InputKind::OneKey),
                vec![Line::of(IvrPromptKey::ContestIntro)],
            )
        }
    }

    #[test]
    fn lists_are_read_in_tens() {
        assert_eq!(list(0).part_starts(|_| 0), [0]);
        assert_eq!(list(10).part_starts(|_| 0), [0]);
        assert_eq!(list(11).part_starts(|_| 0), [0, 10]);
        assert_eq!(list(95).part_starts(|_| 0).len(), 10);
    }

    #[test]
    fn long_names_make_shorter_parts() {
        let starts = list(10).part_starts(|_| 500);
        assert_eq!(starts, [0, 3, 6, 9]);
        assert_eq!(list(3).part_starts(|_| 5_000), [0, 1, 2], "a part is never empty");
    }

    #[test]
    fn a_question_goes_on_from_what_was_said_of_it() {
        let line = Line::of;
        let (intro, chosen, done) = (
            line(IvrPromptKey::ContestIntro),
            line(IvrPromptKey::CandidateChosen).count(1),
            line(IvrPromptKey::SelectionDone),
        );
        let left = |said: &[Line]| {
            let mut question = list(1);
            question.head = vec![intro.clone(), chosen.clone(), done.clone()];
            question.begun_by(said);
            question.head
        };
        let all = [intro.clone(), chosen.clone(), done.clone()];
        assert_eq!(left(&[line(IvrPromptKey::InvalidInput)]), all);
        assert_eq!(left(&[line(IvrPromptKey::ElectionIntro), intro.clone()]), all[1..]);
        assert_eq!(left(std::slice::from_ref(&chosen)), all[2..]);
        assert_eq!(left(&[chosen.clone().count(2)]), all, "another choice");
    }

    #[test]
    fn the_head_is_said_first_and_the_tail_last() {
        let mut question = list(12);
        question.tail = vec![Line::of(IvrPromptKey::SelectionBlank)];
        let starts = question.part_starts(|_| 0);
        let (_, first) = question.clone().into_part(&starts, 0);
        let (_, last) = question.clone().into_part(&starts, 1);
        assert_eq!((first.len(), last.len()), (11, 3));
        assert_eq!(first[0], question.head[0]);
        assert_eq!(last[2], question.tail[0]);
    }
}
