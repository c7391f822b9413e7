//! eligibility_check: speaks, and on the next turn checks that the voter has a ballot here and
//! that something is open (CALL.md, "Casting and after").

use uuid::Uuid;

use super::goodbye::{disconnect, disconnect_with};
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseResult};
use crate::flow::position::{PhaseState, SimpleState};
use crate::line::Line;
use crate::ports::Availability;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::vars::Variant;
use crate::session::IvrSession;
use crate::turn::reads;
use crate::voter;

/// Speaks, then checks.
pub async fn run(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> PhaseResult {
    if session.position.state == PhaseState::EligibilityCheck(SimpleState::Entry) {
        session.position.state = PhaseState::EligibilityCheck(SimpleState::WaitingForInput);
        return Ok(Outcome::say([Line::of(IvrPromptKey::EligibilityCheck)], Next::GoOn));
    }
    let ballots = voter::ballots(session, ctx.publication);
    if ballots.is_empty() {
        return Ok(disconnect(session, IvrPromptKey::NotEligible));
    }
    let elections: Vec<_> =
        ballots.iter().map(|ballot| ctx.publication.elections[ballot.election].id).collect();
    let availability = reads::availability(session, ctx).await?;
    let of = |id| availability.get(&id).copied().unwrap_or(Availability::NotStarted);
    Ok(match nothing_open(elections.into_iter().map(|id| (id, of(id)))) {
        Some((reason, lines)) => disconnect_with(session, reason, lines),
        None => Outcome::silent(Next::Advance),
    })
}

/// Each way in which an election is not open, and its own words, as the last of the call and
/// before others. What is still to come is said after what is over.
const NOT_OPEN: [(Availability, IvrPromptKey, IvrPromptKey, Variant); 4] = {
    use Availability::{Closed, NotByPhone, NotStarted, Paused};
    use IvrPromptKey as Key;
    [
        (NotByPhone, Key::ElectionNotByPhone, Key::ElectionNotByPhone, Variant::Plain),
        (Closed, Key::ElectionClosed, Key::ElectionNotOpen, Variant::Closed),
        (NotStarted, Key::VotingNotStarted, Key::ElectionNotOpen, Variant::NotStarted),
        (Paused, Key::VotingPaused, Key::ElectionNotOpen, Variant::Paused),
    ]
};

/// Why nothing can be voted, in the words of every election that cannot; the last line is that of
/// the reason.
fn nothing_open(
    elections: impl Iterator<Item = (Uuid, Availability)> + Clone,
) -> Option<(IvrPromptKey, Vec<Line>)> {
    if elections.clone().any(|(_, is)| is == Availability::Open) {
        return None;
    }
    let that = |is| elections.clone().filter(move |e| e.1 == is).map(|e| e.0).collect::<Vec<_>>();
    let mut groups: Vec<_> = NOT_OPEN
        .into_iter()
        .map(|(is, last, before, variant)| (that(is), last, before, variant))
        .filter(|(ids, ..)| !ids.is_empty())
        .collect();
    let (ids, reason, ..) = groups.pop()?;
    // What holds for every election of the voter needs no names; but there are other ways to vote
    // than by telephone, and those are of an election.
    let named = !groups.is_empty() || reason == IvrPromptKey::ElectionNotByPhone;
    let line = |key, ids| {
        let mut line = Line::of(key);
        line.about.elections = Some(ids);
        line
    };
    let last = if named { line(reason, ids) } else { Line::of(reason) };
    let before = groups.into_iter().map(|(ids, _, key, variant)| line(key, ids).variant(variant));
    let lines = before.chain([last]).collect();
    Some((reason, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line's key, and the elections that it names.
    type Told = (String, Vec<u128>);

    /// The reason, and what is said.
    fn told(list: &[Availability]) -> Option<(IvrPromptKey, Vec<Told>)> {
        let elections = (0..).map(Uuid::from_u128).zip(list.iter().copied());
        let (reason, lines) = nothing_open(elections)?;
        let tell = |line: Line| {
            let ids = line.about.elections.unwrap_or_default();
            (line.name.to_string(), ids.iter().map(Uuid::as_u128).collect())
        };
        Some((reason, lines.into_iter().map(tell).collect()))
    }

    #[test]
    fn what_is_still_to_come_is_the_reason_before_what_is_over() {
        use Availability::*;
        let reason = |list: &[Availability]| told(list).map(|told| told.0);
        assert_eq!(reason(&[Closed, Open]), None);
        assert_eq!(reason(&[NotByPhone, Open]), None);
        assert_eq!(reason(&[Closed, NotByPhone]), Some(IvrPromptKey::ElectionClosed));
        assert_eq!(reason(&[NotByPhone, NotByPhone]), Some(IvrPromptKey::ElectionNotByPhone));
        assert_eq!(reason(&[NotStarted, Closed]), Some(IvrPromptKey::VotingNotStarted));
        assert_eq!(reason(&[Paused, NotStarted]), Some(IvrPromptKey::VotingPaused));
        assert_eq!(reason(&[NotStarted, Paused]), Some(IvrPromptKey::VotingPaused));
    }

    #[test]
    fn every_election_is_announced_in_its_own_words() {
        use Availability::*;
        let lines = |list: &[Availability]| told(list).map(|told| told.1).unwrap_or_default();
        let line = |key: &str, ids: &[u128]| (key.to_owned(), ids.to_vec());
        assert_eq!(lines(&[Closed, Closed]), [line("election_closed", &[])]);
        assert_eq!(lines(&[NotByPhone]), [line("election_not_by_phone", &[0])]);
        assert_eq!(lines(&[NotByPhone, NotByPhone]), [line("election_not_by_phone", &[0, 1])]);
        assert_eq!(
            lines(&[Paused, NotByPhone, Closed, NotByPhone]),
            [
                line("election_not_by_phone", &[1, 3]),
                line("election_not_open", &[2]),
                line("voting_paused", &[0]),
            ]
        );
    }
}
