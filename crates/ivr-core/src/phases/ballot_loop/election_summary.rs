//! election_summary: every contest read back; `00#` casts, `NN#` changes contest NN.

use super::election_submit;
use super::transitions::enter_contest_edit;
use super::vote_confirm::is_under_vote;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::key::IvrPromptKey;
use crate::publication::Contest;
use crate::render::in_pieces;
use crate::session::{ContestVote, IvrSession};
use crate::voter;
use ivr_ballot::style::{BlankVotePolicy, UnderVotePolicy};

/// Contests read in one go.
const CONTESTS_PER_PART: usize = 5;

/// The summary.
pub fn question(session: &IvrSession, ctx: &PhaseCtx<'_>) -> Option<Question> {
    let election = session.current_election()?;
    let ballot = voter::current_ballot(session, ctx.publication)?;
    let mut menu = Menu::new(InputKind::Code);
    menu.offer(Keys::Code(0), Action::Submit);
    let mut contests = Vec::with_capacity(ballot.contests.len());
    for (number, index) in (1..).zip(ballot.contest_order(&ctx.seed).iter()) {
        let contest = ballot.contests.get(*index)?;
        menu.offer(Keys::Code(number), Action::EditContest(contest.id));
        contests.push(contest);
    }
    let mut list = Vec::with_capacity(contests.len());
    for contest in contests {
        let mut item = item(contest, session.votes.get(&contest.id));
        let warnings = item.split_off(1);
        for line in item {
            list.append(&mut in_pieces(line, &menu, session, ctx));
        }
        if let Some(last) = list.last_mut() {
            last.extend(warnings);
        }
    }
    Some(Question {
        list,
        tail: vec![
            Line::of(IvrPromptKey::NotCastYet).election(election),
            Line::of(IvrPromptKey::SummaryEditPrompt).election(election),
        ],
        groups_per_part: CONTESTS_PER_PART,
        ..Question::plain(menu, vec![Line::of(IvrPromptKey::SummaryIntro).election(election)])
    })
}

/// A contest with what its policies warn of only here.
fn item(contest: &Contest, vote: Option<&ContestVote>) -> Vec<Line> {
    let chosen = vote.map(|v| v.selected_candidate_ids.as_slice()).unwrap_or_default();
    let declined = vote.is_some_and(|v| v.is_declined);
    if chosen.is_empty() && !declined {
        let mut lines = vec![Line::of(IvrPromptKey::SummaryItemBlank).contest(contest.id)];
        if contest.blank_vote_policy == BlankVotePolicy::WarnOnlyInReview {
            lines.push(Line::of(IvrPromptKey::BlankWarning).contest(contest.id));
        }
        return lines;
    }
    let spoken_for = contest.explicit_blank.iter().filter(|_| declined).map(|c| c.id);
    let mut lines = vec![
        Line::of(IvrPromptKey::SummaryItem)
            .contest(contest.id)
            .candidates(chosen.iter().copied().chain(spoken_for))
            .count(chosen.len()),
    ];
    if declined && contest.blank_vote_policy == BlankVotePolicy::WarnOnlyInReview {
        lines.push(Line::of(IvrPromptKey::BlankWarning).contest(contest.id));
    }
    if contest.under_vote_policy == UnderVotePolicy::WarnOnlyInReview
        && is_under_vote(contest, chosen.len())
    {
        let line = Line::of(IvrPromptKey::UnderVoteWarning).contest(contest.id);
        lines.push(line.count(chosen.len()));
    }
    lines
}

/// Casts, or changes a contest.
pub async fn run(
    session: &mut IvrSession,
    input: PhaseInput<'_>,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    match input {
        PhaseInput::Action { action: Action::Submit, .. } => {
            election_submit::begin(session, ctx).await
        }
        PhaseInput::Action { action: Action::EditContest(id), .. } => {
            let ballot = voter::current_ballot(session, ctx.publication)
                .ok_or(IvrError::InvalidState("no ballot is being voted"))?;
            let index = ballot
                .contest_order(&ctx.seed)
                .iter()
                .position(|i| ballot.contests.get(*i).is_some_and(|c| c.id == *id))
                .ok_or(IvrError::InvalidState("no such contest"))?;
            enter_contest_edit(session, index, *id)?;
            let line = Line::of(IvrPromptKey::SummaryEditRestart).contest(*id);
            Ok(Outcome::say([line], Next::Ask))
        }
        PhaseInput::Enter | PhaseInput::Action { .. } => Ok(Outcome::silent(Next::Ask)),
    }
}
