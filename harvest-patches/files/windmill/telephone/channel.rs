// SPDX-License-Identifier: Apache-2.0
//! The channel of a vote.

use crate::postgres::election::get_election_by_id;
use crate::services::insert_cast_vote::CastVoteError;
use deadpool_postgres::Transaction;
use sequent_core::ballot::{ElectionStatus, VotingStatusChannel};
use sequent_core::serialization::deserialize_with_path::deserialize_value;
use sequent_core::telephone::azp::{AzpClient, PortalTimeWindow};
use sequent_core::types::hasura::core::VotingChannels;

/// The channel, from the client of the voter's token and, for the portal, the voter's window.
///
/// The window is read from the election, as the checks that follow are: the event's status does not
/// decide whether a vote is accepted.
pub async fn of_vote(
    transaction: &Transaction<'_>,
    tenant_id: &str,
    election_event_id: &str,
    election_id: &str,
    client: AzpClient,
    area_votes_early: bool,
) -> Result<VotingStatusChannel, CastVoteError> {
    if client != AzpClient::VotingPortal || !area_votes_early {
        return Ok(client.to_voting_channel(PortalTimeWindow::Online));
    }
    let failed = |cause: String| CastVoteError::CheckStatusInternalFailed(cause);
    let election = get_election_by_id(transaction, tenant_id, election_event_id, election_id)
        .await
        .map_err(|cause| failed(cause.to_string()))?
        .ok_or_else(|| failed("Election not found".to_string()))?;
    let status: ElectionStatus = match election.status {
        Some(status) => deserialize_value(status).map_err(|cause| failed(cause.to_string()))?,
        None => ElectionStatus::default(),
    };
    let channels: VotingChannels = match election.voting_channels {
        Some(channels) => deserialize_value(channels).map_err(|cause| failed(cause.to_string()))?,
        None => VotingChannels::default(),
    };
    Ok(client.to_voting_channel(PortalTimeWindow::of(area_votes_early, &channels, &status)))
}
