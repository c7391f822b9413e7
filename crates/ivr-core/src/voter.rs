//! The voter's own ballots: those of their area and their elections (DECISIONS 30).

use uuid::Uuid;

use crate::publication::{Ballot, Contest, Publication};
use crate::session::IvrSession;

/// The ballots of the voter who logged in; empty without an area.
pub fn ballots<'p>(session: &IvrSession, publication: &'p Publication) -> Vec<&'p Ballot> {
    let Some(login) = &session.login else { return Vec::new() };
    let claims = &login.tokens.claims;
    let Some(area) = claims.area_id else { return Vec::new() };
    publication.ballots_for(area, &claims.authorized_election_ids)
}

/// The voter's ballot of an election.
pub fn ballot<'p>(
    session: &IvrSession,
    publication: &'p Publication,
    election_id: Uuid,
) -> Option<&'p Ballot> {
    let area = session.login.as_ref()?.tokens.claims.area_id?;
    publication.ballot(area, election_id)
}

/// The ballot that is being voted.
pub fn current_ballot<'p>(
    session: &IvrSession,
    publication: &'p Publication,
) -> Option<&'p Ballot> {
    ballot(session, publication, session.current_election()?)
}

/// A contest of the ballot that an election has for this voter.
pub fn contest<'p>(
    session: &IvrSession,
    publication: &'p Publication,
    election_id: Uuid,
    contest_id: Uuid,
) -> Option<&'p Contest> {
    ballot(session, publication, election_id)?.contest(contest_id)
}
