//! The ElectionStatus port: what is open by telephone (design 5.2, DECISIONS 32).

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::outage::{Deadline, ReadError};
use crate::route::Route;
use crate::secret::Secret;

/// The platform's status of a channel (facts 7); a missing key means not started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VotingStatus {
    /// Has not begun.
    #[default]
    NotStarted,
    /// Open.
    Open,
    /// Interrupted; will go on.
    Paused,
    /// Over.
    Closed,
}

/// Whether an election can be voted by telephone now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    /// Open.
    Open,
    /// Interrupted; will go on.
    Paused,
    /// Has not begun.
    NotStarted,
    /// Over.
    Closed,
    /// Not on the telephone channel.
    NotByPhone,
}

impl Availability {
    /// Open only when the event and the election are open and the channel is on.
    pub fn of(event: VotingStatus, election: VotingStatus, telephone: bool) -> Self {
        use VotingStatus::{Closed, NotStarted, Open, Paused};
        if !telephone {
            return Self::NotByPhone;
        }
        match (event, election) {
            (Closed, _) | (_, Closed) => Self::Closed,
            (NotStarted, _) | (_, NotStarted) => Self::NotStarted,
            (Paused, _) | (_, Paused) => Self::Paused,
            (Open, Open) => Self::Open,
        }
    }
}

/// What is open.
#[async_trait]
pub trait ElectionStatusPort: Send + Sync {
    /// The availability of every election of the event that the voter may see; one that is missing
    /// counts as not started. Safe to repeat.
    async fn availability(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, ReadError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_means_open_on_both_and_on_the_channel() {
        use VotingStatus::*;
        assert_eq!(Availability::of(Open, Open, true), Availability::Open);
        assert_eq!(Availability::of(Open, Open, false), Availability::NotByPhone);
        assert_eq!(Availability::of(Paused, Open, true), Availability::Paused);
        assert_eq!(Availability::of(Open, Paused, true), Availability::Paused);
        assert_eq!(Availability::of(Closed, Paused, true), Availability::Closed);
        assert_eq!(Availability::of(Open, NotStarted, true), Availability::NotStarted);
    }
}
