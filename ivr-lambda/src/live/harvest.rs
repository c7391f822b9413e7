//! [`LiveHarvest`]: casting, from a file of `--live`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ivr_core::fakes::AcceptedBallot;
use ivr_core::ports::{CastReply, CastRequest, Deadline, History, VoteCastingPort};
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::file::{DoorName, HarvestSection};
use super::keycloak::LiveKeycloak;
use crate::adapters::harvest::{Door, HarvestVoteCasting};
use crate::adapters::meter::Totals;

/// Casting at one door.
pub struct LiveHarvest {
    /// Harvest's base URL; through Hasura it is not needed.
    pub url: String,
    /// Which door.
    pub door: Door,
    casting: HarvestVoteCasting,
    accepted: Accepted,
}

impl std::fmt::Debug for LiveHarvest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveHarvest").field("door", &self.door).finish_non_exhaustive()
    }
}

/// Ballots that Harvest accepted, for `--ballots`: its reply said so, or a history has them since.
#[derive(Clone, Default)]
pub struct Accepted(Arc<Mutex<Vec<Sent>>>);

struct Sent {
    ballot: AcceptedBallot,
    accepted: bool,
}

/// Ballots are nobody's business.
impl std::fmt::Debug for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accepted(…)")
    }
}

impl Accepted {
    /// Those so far.
    pub fn ballots(&self) -> Vec<AcceptedBallot> {
        let sent = self.sent();
        sent.iter().filter(|one| one.accepted).map(|one| one.ballot.clone()).collect()
    }

    /// Looks into a history for ballots whose reply was not seen.
    pub fn seen(&self, history: &History) {
        for one in self.sent().iter_mut() {
            let election = one.ballot.election_id.parse();
            one.accepted |= election.is_ok_and(|id| history.has(id, &one.ballot.ballot_id));
        }
    }

    /// A ballot leaves; once, however often it does.
    fn sends(&self, request: &CastRequest<'_>) {
        let mut sent = self.sent();
        if sent.iter().any(|one| one.ballot.ballot_id == request.ballot_id) {
            return;
        }
        let ballot = AcceptedBallot {
            election_id: request.election_id.to_owned(),
            ballot_id: request.ballot_id.to_owned(),
            content: request.content.to_owned(),
            // The token knows; the file does not want to.
            user_id: String::new(),
        };
        sent.push(Sent { ballot, accepted: false });
    }

    fn recorded(&self, ballot_id: &str) {
        for one in self.sent().iter_mut().filter(|one| one.ballot.ballot_id == ballot_id) {
            one.accepted = true;
        }
    }

    fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LiveHarvest {
    /// Sets up what a section names, on the connections of a Keycloak. Nothing is sent yet.
    pub fn open(section: &HarvestSection, keycloak: &LiveKeycloak, totals: Arc<Totals>) -> Self {
        let door = match section.door {
            DoorName::Direct => Door::Direct,
            DoorName::Hasura => Door::ThroughHasura,
        };
        let url = section.url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let casting = HarvestVoteCasting::new(Arc::clone(&keycloak.http), door, totals);
        Self { url, door, casting, accepted: Accepted::default() }
    }

    /// What it will have accepted.
    pub fn accepted(&self) -> Accepted {
        self.accepted.clone()
    }
}

#[async_trait]
impl VoteCastingPort for LiveHarvest {
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        self.accepted.sends(&request);
        let reply = self.casting.cast(route, request, access_token, within).await;
        if matches!(reply, CastReply::Recorded) {
            self.accepted.recorded(request.ballot_id);
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use ivr_core::ports::CastVote;
    use ivr_core::publication::AllowedBallots;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_ballot_is_accepted_when_a_reply_or_a_history_says_so() {
        let election_id = Uuid::from_u128(1);
        let id = election_id.to_string();
        let request = |ballot_id| CastRequest {
            election_id: &id,
            ballot_id,
            content: "{}",
            allowed: AllowedBallots::AtMost(1),
        };
        let accepted = Accepted::default();
        for ballot_id in ["replied", "lost", "lost", "nowhere"] {
            accepted.sends(&request(ballot_id));
        }
        accepted.recorded("replied");
        accepted.seen(&History::default());
        let now = || accepted.ballots().into_iter().map(|one| one.ballot_id).collect::<Vec<_>>();
        assert_eq!(now(), ["replied"]);
        let ballots = vec![CastVote { election_id, ballot_id: "lost".to_owned() }];
        accepted.seen(&History { ballots, ..History::default() });
        assert_eq!(now(), ["replied", "lost"], "each once");
        // A later history that fails to mention it takes nothing back.
        accepted.seen(&History::default());
        assert_eq!(now(), ["replied", "lost"]);
    }
}
