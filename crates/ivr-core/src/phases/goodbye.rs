//! goodbye, and every other way a call ends: never in silence, never leaving the voter guessing
//! whether the vote counted (DECISIONS 33, 44).

use uuid::Uuid;

use crate::flow::context::{Next, Outcome, PhaseResult};
use crate::flow::position::Standing;
use crate::line::Line;
use crate::prompts::key::IvrPromptKey;
use crate::session::{Ending, IvrSession, SubmissionStatus};

/// The farewell.
pub fn run(session: &mut IvrSession) -> PhaseResult {
    let mut lines = accounting(session);
    lines.push(Line::of(IvrPromptKey::Goodbye));
    Ok(Outcome::say(lines, Next::End(Ending::Completed)))
}

/// Ends the call with a final prompt.
pub fn disconnect(session: &IvrSession, reason: IvrPromptKey) -> Outcome {
    disconnect_with(session, reason, [about_the_ballot(session, Line::of(reason))])
}

/// Ends the call with several lines; the last one is that of the reason.
pub fn disconnect_with(
    session: &IvrSession,
    reason: IvrPromptKey,
    final_lines: impl IntoIterator<Item = Line>,
) -> Outcome {
    let mut lines = accounting(session);
    lines.extend(final_lines);
    Outcome::say(lines, Next::End(Ending::Disconnected(reason)))
}

/// What was cast in this call and what was not; nothing before the voter is known.
fn accounting(session: &IvrSession) -> Vec<Line> {
    if session.login.is_none() {
        return Vec::new();
    }
    let unknown = unknown(session);
    let mut cast_so_far = Line::of(IvrPromptKey::CastSoFar);
    cast_so_far.about.elections = Some(session.recorded().map(|r| r.election_id).collect());
    cast_so_far.about.not_cast = session
        .elections
        .iter()
        .filter(|entry| matches!(entry.standing, Standing::Open | Standing::FailedHere))
        .map(|entry| entry.election_id)
        .filter(|id| !unknown.contains(id))
        .collect();
    let nothing = session.votes_recorded() == 0 && cast_so_far.about.not_cast.is_empty();
    // Where a ballot may be recorded, "no ballot was cast" is not known (DECISIONS 66).
    let mut lines = Vec::new();
    if !nothing || unknown.is_empty() {
        lines.push(cast_so_far);
    }
    if session.ballot_is_filled() && !on_its_way(session) {
        lines.push(about_the_ballot(session, Line::of(IvrPromptKey::NotCastYet)));
    }
    lines
}

/// Elections with a ballot of which nobody knows whether it was recorded.
fn unknown(session: &IvrSession) -> Vec<Uuid> {
    let told = session.submission_results.iter();
    let told = told.filter(|r| r.status == SubmissionStatus::Unknown).map(|r| r.election_id);
    told.chain(session.sent_unseen()).collect()
}

/// A ballot that was sent is not "not cast".
fn on_its_way(session: &IvrSession) -> bool {
    session.position.ballot_loop().is_some_and(|state| state.submission.is_some())
}

fn about_the_ballot(session: &IvrSession, line: Line) -> Line {
    match session.current_election() {
        Some(id) => line.election(id),
        None => line,
    }
}
