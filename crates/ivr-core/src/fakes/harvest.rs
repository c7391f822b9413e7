//! A Harvest that checks ballots in the platform's order (facts 4.3) and keeps what it accepts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ivr_ballot::verify::{VerifyError, verify};
use uuid::Uuid;

use super::clock::FakeClock;
use super::config::{FakeConfig, FakeVoter};
use super::state::{RecordedBallot, WorldState};
use crate::ports::{
    Backend, CastReply, CastRequest, Clock as _, Deadline, Outage, VoteCastingPort, VotingStatus,
    classify_refusal,
};
use crate::route::Route;
use crate::secret::Secret;

/// A business refusal is tried six times before it is answered (facts 4.4).
const REFUSAL_MS: u64 = 3_100;

/// A ballot that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedBallot {
    /// The election, as sent.
    pub election_id: String,
    /// The ballot's hash.
    pub ballot_id: String,
    /// The sealed ballot.
    pub content: String,
    /// Whose.
    pub user_id: String,
}

/// Takes ballots.
pub(super) struct FakeHarvest {
    pub(super) config: Arc<FakeConfig>,
    pub(super) state: Arc<Mutex<WorldState>>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) accepted: Mutex<Vec<AcceptedBallot>>,
}

/// A refusal as it is on the wire, and whether the platform retried before it.
struct Refusal(u16, &'static str, bool);

impl FakeHarvest {
    fn state(&self) -> MutexGuard<'_, WorldState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(
        &self,
        request: &CastRequest<'_>,
        token: &Secret<String>,
    ) -> Result<(FakeVoter, Uuid, Uuid), Refusal> {
        let unauthorized = || Refusal(401, "Unauthorized", false);
        let now = self.clock.now().timestamp();
        let user_id =
            self.state().voter_of(token, now).map(str::to_owned).ok_or_else(unauthorized)?;
        let voter =
            self.config.voters.iter().find(|v| v.user_id == user_id).ok_or_else(unauthorized)?;
        let area = voter.area_id.ok_or_else(unauthorized)?;
        let election: Uuid = request.election_id.parse().map_err(|_| Refusal(422, "", false))?;
        if !self.config.elections_of(voter).contains(&election) {
            return Err(unauthorized());
        }
        let publication = &self.config.publication;
        let area_exists = publication.ballots.iter().any(|ballot| ballot.area_id == area);
        if !area_exists {
            return Err(Refusal(404, "AreaNotFound", true));
        }
        // The kind comes from the event; every ballot of it has the same.
        let kind = publication.ballots.iter().find_map(|b| b.style.as_ref().ok()).map(|s| s.kind());
        let kind = kind.ok_or(Refusal(404, "ElectionEventNotFound", true))?;
        verify(request.ballot_id, request.content, request.election_id, kind).map_err(|error| {
            let status =
                if matches!(error, VerifyError::BallotVoterSignatureFailed) { 500 } else { 400 };
            Refusal(status, wire_code(&error), false)
        })?;

        if self.config.telephone_disabled.contains(&election)
            || self.config.status_of(election) != VotingStatus::Open
        {
            return Err(Refusal(401, "CheckStatusFailed", true));
        }
        self.check_votes(voter, area, election, request.ballot_id)?;
        Ok((voter.clone(), area, election))
    }

    fn check_votes(
        &self,
        voter: &FakeVoter,
        area: Uuid,
        election: Uuid,
        ballot_id: &str,
    ) -> Result<(), Refusal> {
        let state = self.state();
        let mine = || {
            let of_mine = |b: &&RecordedBallot| b.user_id == voter.user_id;
            state.ballots.iter().filter(of_mine).filter(|b| b.election_id == election)
        };
        if mine().any(|b| b.area_id != area) {
            return Err(Refusal(400, "CheckVotesInOtherAreasFailed", true));
        }
        if self.config.unique_ballot_id && state.ballots.iter().any(|b| b.ballot_id == ballot_id) {
            return Err(Refusal(400, "DuplicateVote", true));
        }
        let cast = u32::try_from(mine().count()).unwrap_or(u32::MAX);
        let allowed = self.config.publication.election(election).map(|(_, e)| e.allowed_ballots);
        if !allowed.is_some_and(|allowed| allowed.left_after(cast)) {
            return Err(Refusal(400, "CheckRevotesFailed", true));
        }
        Ok(())
    }
}

/// The code on the wire; a bad signature is a plain internal error there.
fn wire_code(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::BallotVoterSignatureFailed => "InternalServerError",
        other => other.platform_name(),
    }
}

#[async_trait]
impl VoteCastingPort for FakeHarvest {
    async fn cast(
        &self,
        _route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        match self.check(&request, access_token) {
            Ok((voter, area_id, election_id)) => {
                self.state().ballots.push(RecordedBallot {
                    user_id: voter.user_id.clone(),
                    election_id,
                    area_id,
                    ballot_id: request.ballot_id.to_owned(),
                });
                self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(AcceptedBallot {
                    election_id: request.election_id.to_owned(),
                    ballot_id: request.ballot_id.to_owned(),
                    content: request.content.to_owned(),
                    user_id: voter.user_id,
                });
                CastReply::Recorded
            }
            Err(Refusal(status, code, retried)) => {
                if retried && self.clock.pass(REFUSAL_MS, within) && self.clock.is_virtual() {
                    return CastReply::NoReply(Outage::TimedOut { backend: Backend::Harvest });
                }
                classify_refusal(status, (!code.is_empty()).then_some(code), request.allowed)
            }
        }
    }
}
