// SPDX-License-Identifier: Apache-2.0
//! When the telephone stands in the way of the end of an election.

use crate::ballot::{ElectionStatus, VotingStatus, VotingStatusChannel};
use crate::types::hasura::core::VotingChannels;

/// Nobody votes by telephone any more, or ever has.
pub fn telephone_is_over(status: &ElectionStatus) -> bool {
    matches!(
        status.status_by_channel(VotingStatusChannel::TELEPHONE),
        VotingStatus::NOT_STARTED | VotingStatus::CLOSED
    )
}

/// The election has a telephone channel that was opened and is not closed.
pub fn telephone_goes_on(status: &ElectionStatus, channels: Option<&VotingChannels>) -> bool {
    let enabled = channels.map_or(false, |channels| channels.telephone == Some(true));
    enabled && !telephone_is_over(status)
}
