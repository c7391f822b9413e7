//! The VoteCasting port: takes ballots (design 5.3, 5.4; facts 4; DECISIONS 5, 68).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::outage::Deadline;
use crate::publication::AllowedBallots;
use crate::route::Route;
use crate::secret::Secret;

/// What is sent: the `insert-cast-vote` body, unchanged on every attempt.
#[derive(Clone, Copy)]
pub struct CastRequest<'a> {
    /// The election, exactly as published.
    pub election_id: &'a str,
    /// The ballot's hash.
    pub ballot_id: &'a str,
    /// The sealed ballot, JSON text.
    pub content: &'a str,
    /// How many ballots the election allows: it decides what a refusal means.
    pub allowed: AllowedBallots,
}

/// What came back.
#[derive(Debug)]
pub enum CastReply {
    /// Recorded.
    Recorded,
    /// Refused, for a reason that concerns this election.
    Rejected(CastVoteRejection),
    /// Refused because the voter, the area or the event is not where we think: every further
    /// election would meet the same. The raw code.
    Misrouted(String),
    /// No reply of the platform was seen: time-out, lost connection, an answer of something in
    /// between. The ballot may be recorded, now or later.
    NoReply(super::outage::Outage),
}

/// Why a ballot was refused (design 5.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CastVoteRejection {
    /// The one ballot allowed was cast before.
    DuplicateVote,
    /// All ballots allowed were cast before.
    MaxRevotesExceeded,
    /// The telephone channel is not open for the election.
    ChannelClosed,
    /// The hash does not match: an integrity failure.
    BallotIdMismatch,
    /// Anything else: the raw code, for the log.
    Other(String),
}

impl CastVoteRejection {
    /// A word for it in results and logs.
    pub fn code(&self) -> &str {
        match self {
            Self::DuplicateVote => "duplicate_vote",
            Self::MaxRevotesExceeded => "max_revotes_exceeded",
            Self::ChannelClosed => "channel_closed",
            Self::BallotIdMismatch => "ballot_id_mismatch",
            Self::Other(code) => code,
        }
    }
}

/// Takes ballots.
#[async_trait]
pub trait VoteCastingPort: Send + Sync {
    /// Sends a ballot. Repeating is safe only for the submit protocol ([`crate::submit`]): the
    /// platform counts a second copy as a second ballot where the limit allows one.
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply;
}
