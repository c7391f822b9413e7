//! eligibility_check: speaks, and on the next turn checks that the voter has a ballot here and
//! that something is open (CALL.md, "Casting and after").

use super::goodbye::disconnect;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseResult};
use crate::flow::position::{PhaseState, SimpleState};
use crate::line::Line;
use crate::ports::Availability;
use crate::prompts::key::IvrPromptKey;
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
    let of = |id| availability.get(id).copied().unwrap_or(Availability::NotStarted);
    Ok(match nothing_open(elections.iter().map(of)) {
        Some(reason) => disconnect(session, reason),
        None => Outcome::silent(Next::Advance),
    })
}

/// Why nothing can be voted: what is still to come is said before what is over.
fn nothing_open(availability: impl Iterator<Item = Availability>) -> Option<IvrPromptKey> {
    let mut reason = IvrPromptKey::ElectionClosed;
    for one in availability {
        match one {
            Availability::Open => return None,
            Availability::Paused => reason = IvrPromptKey::VotingPaused,
            Availability::NotStarted if reason != IvrPromptKey::VotingPaused => {
                reason = IvrPromptKey::VotingNotStarted;
            }
            Availability::NotStarted | Availability::Closed | Availability::NotByPhone => {}
        }
    }
    Some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_to_come_is_said_before_what_is_over() {
        use Availability::*;
        let reason = |list: &[Availability]| nothing_open(list.iter().copied());
        assert_eq!(reason(&[Closed, Open]), None);
        assert_eq!(reason(&[Closed, NotByPhone]), Some(IvrPromptKey::ElectionClosed));
        assert_eq!(reason(&[NotStarted, Closed]), Some(IvrPromptKey::VotingNotStarted));
        assert_eq!(reason(&[Paused, NotStarted]), Some(IvrPromptKey::VotingPaused));
        assert_eq!(reason(&[NotStarted, Paused]), Some(IvrPromptKey::VotingPaused));
    }
}
