//! The CastVoteHistory port: what this voter has cast (design 3.5.2, 9.3).

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;

use super::outage::{Deadline, ReadError};
use crate::publication::AllowedBallots;
use crate::route::Route;
use crate::secret::Secret;

/// One recorded ballot of the voter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastVote {
    /// The election.
    pub election_id: Uuid,
    /// The ballot.
    pub ballot_id: String,
}

/// What the voter has cast in the event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The recorded ballots.
    pub ballots: Vec<CastVote>,
    /// How many ballots each election allows now; where it is silent the publication tells.
    pub allowed: BTreeMap<Uuid, AllowedBallots>,
}

impl History {
    /// How many ballots were cast in an election.
    pub fn cast_in(&self, election_id: Uuid) -> u32 {
        let n = self.ballots.iter().filter(|b| b.election_id == election_id).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    /// Whether a ballot is recorded.
    pub fn has(&self, election_id: Uuid, ballot_id: &str) -> bool {
        self.ballots.iter().any(|b| b.election_id == election_id && b.ballot_id == ballot_id)
    }
}

/// Why the history is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryFor {
    /// To say what is left to vote. An adapter may refuse to ask a backend that has just failed.
    Entry,
    /// To learn what became of a ballot that was sent. It is always asked (DECISIONS 69).
    AfterSend,
}

/// What this voter has cast.
#[async_trait]
pub trait CastVoteHistoryPort: Send + Sync {
    /// The voter's ballots in the event. Safe to repeat.
    async fn history(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        why: HistoryFor,
        within: Deadline,
    ) -> Result<History, ReadError>;
}
