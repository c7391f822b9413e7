//! [`LiveHarvest`]: casting, from a file of `--live`.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ivr_core::fakes::AcceptedBallot;
use ivr_core::ports::{CastReply, CastRequest, Deadline, VoteCastingPort};
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::file::{DoorName, HarvestSection};
use super::keycloak::LiveKeycloak;
use crate::adapters::harvest::{Door, HarvestVoteCasting};

/// Casting at one door.
pub struct LiveHarvest {
    /// Harvest's base URL; through Hasura it is not needed.
    pub url: String,
    /// Which door.
    pub door: Door,
    casting: HarvestVoteCasting,
    accepted: Arc<Mutex<Vec<AcceptedBallot>>>,
}

impl std::fmt::Debug for LiveHarvest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveHarvest").field("door", &self.door).finish_non_exhaustive()
    }
}

/// Ballots whose reply said "recorded", for `--ballots`.
#[derive(Clone)]
pub struct Accepted(Arc<Mutex<Vec<AcceptedBallot>>>);

impl Accepted {
    /// Those so far.
    pub fn ballots(&self) -> Vec<AcceptedBallot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LiveHarvest {
    /// Sets up what a section names, on the connections of a Keycloak. Nothing is sent yet.
    pub fn open(section: &HarvestSection, keycloak: &LiveKeycloak) -> Self {
        let door = match section.door {
            DoorName::Direct => Door::Direct,
            DoorName::Hasura => Door::ThroughHasura,
        };
        let url = section.url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let casting = HarvestVoteCasting::new(Arc::clone(&keycloak.http), door);
        Self { url, door, casting, accepted: Arc::default() }
    }

    /// What it will have accepted.
    pub fn accepted(&self) -> Accepted {
        Accepted(Arc::clone(&self.accepted))
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
        let reply = self.casting.cast(route, request, access_token, within).await;
        if matches!(reply, CastReply::Recorded) {
            let ballot = AcceptedBallot {
                election_id: request.election_id.to_owned(),
                ballot_id: request.ballot_id.to_owned(),
                content: request.content.to_owned(),
                // The token knows; the file does not want to.
                user_id: String::new(),
            };
            self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(ballot);
        }
        reply
    }
}
