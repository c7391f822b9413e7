//! [`HasuraElectionStatus`]: what is open by telephone (design 5.2, DECISIONS 32, facts 7).
//!
//! The platform reads a status leniently: whatever is missing has its default. We read the same
//! words the same way. What the platform could not read either cannot be voted on any channel.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::ports::{Availability, Deadline, ElectionStatusPort, ReadError, VotingStatus};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use serde_json::Value;
use uuid::Uuid;

use super::client::{Cover, HasuraClient};
use super::documents::{
    Document as _, GetElectionEventStatus, GetElections, get_election_event_status, get_elections,
};
use super::failure::Failure;

/// What is open, asked with the voter's token.
#[derive(Debug)]
pub struct HasuraElectionStatus {
    client: Arc<HasuraClient>,
}

impl HasuraElectionStatus {
    /// Through a client.
    pub fn new(client: Arc<HasuraClient>) -> Self {
        Self { client }
    }

    async fn ask(
        &self,
        route: &Route,
        token: &Secret<String>,
        within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, Failure> {
        let question =
            self.client.question(&route.hasura_url, token, Cover::Guarded, within).await?;
        let event_id = route.election_event_id;
        let event = question
            .ask::<GetElectionEventStatus>(get_election_event_status::Variables { event_id });
        let elections = question.ask::<GetElections>(get_elections::Variables { event_id });
        let (event, elections) = tokio::try_join!(event, elections)?;
        let event = event_status(&event)?;
        let rows = elections.sequent_backend_election;
        Ok(rows
            .iter()
            .map(|row| {
                let availability = election(event, row).unwrap_or_else(|_| {
                    self.client.meter().odd_row(GetElections::NAME);
                    Availability::NotByPhone
                });
                (row.id, availability)
            })
            .collect())
    }
}

#[async_trait]
impl ElectionStatusPort for HasuraElectionStatus {
    async fn availability(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, ReadError> {
        self.ask(route, access_token, within).await.map_err(Failure::read_error)
    }
}

/// A status that the platform could not read either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// The telephone's part of a `status` column: no column, no object, no key and null are the
/// platform's default, not started.
pub fn telephone_status(status: Option<&Value>) -> Result<VotingStatus, Unreadable> {
    let status = match status {
        None | Some(Value::Null) => return Ok(VotingStatus::default()),
        Some(Value::Object(status)) => status.get("telephone_voting_status"),
        Some(_) => return Err(Unreadable),
    };
    match status {
        None | Some(Value::Null) => Ok(VotingStatus::default()),
        Some(Value::String(word)) => match word.as_str() {
            "NOT_STARTED" => Ok(VotingStatus::NotStarted),
            "OPEN" => Ok(VotingStatus::Open),
            "PAUSED" => Ok(VotingStatus::Paused),
            "CLOSED" => Ok(VotingStatus::Closed),
            _ => Err(Unreadable),
        },
        Some(_) => Err(Unreadable),
    }
}

/// Whether a `voting_channels` column has the telephone on; it is off unless it says so.
pub fn telephone_is_on(channels: Option<&Value>) -> Result<bool, Unreadable> {
    let channels = match channels {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::Object(channels)) => channels.get("telephone"),
        Some(_) => return Err(Unreadable),
    };
    match channels {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(on)) => Ok(*on),
        Some(_) => Err(Unreadable),
    }
}

/// The event's part: an archived event is over.
pub fn event_status(
    answer: &get_election_event_status::ResponseData,
) -> Result<VotingStatus, Failure> {
    let Some(event) = &answer.sequent_backend_election_event_by_pk else {
        return Err(Failure::Unusable(
            "the routed event is not there, or not of the voter's tenant",
        ));
    };
    if event.is_archived {
        return Ok(VotingStatus::Closed);
    }
    telephone_status(event.status.as_ref())
        .map_err(|Unreadable| Failure::Unusable("the event's status cannot be read"))
}

/// One election's part.
pub fn election(
    event: VotingStatus,
    row: &get_elections::GetElectionsSequentBackendElection,
) -> Result<Availability, Unreadable> {
    let status = telephone_status(row.status.as_ref())?;
    let telephone = telephone_is_on(row.voting_channels.as_ref())?;
    Ok(Availability::of(event, status, telephone))
}
