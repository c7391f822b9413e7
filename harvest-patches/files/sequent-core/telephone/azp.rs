// SPDX-License-Identifier: Apache-2.0
//! Which client a voter's token was made for, and which channel that is.

use crate::ballot::{ElectionStatus, VotingStatus, VotingStatusChannel};
use crate::types::hasura::core::VotingChannels;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The clients through which voters vote: the claim `azp`.
///
/// A client that acts for itself, `ivr-service` among them, is none of these on purpose: its token
/// names no voter and casts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzpClient {
    /// The voting portal.
    VotingPortal,
    /// The portal at a polling station.
    VotingPortalKiosk,
    /// The telephone.
    IvrVoting,
}

/// The client is none through which voters vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownClient;

/// What some realms still call the polling station's client.
const LEGACY_KIOSK: &str = "onsite-voting-portal";

static LEGACY_KIOSK_SEEN: AtomicU64 = AtomicU64::new(0);

/// How often the legacy name was read since the process started. When it stays zero everywhere for
/// an election cycle, the alias can go.
pub fn legacy_kiosk_seen() -> u64 {
    LEGACY_KIOSK_SEEN.load(Ordering::Relaxed)
}

impl AzpClient {
    /// The client's name in Keycloak; never the legacy one.
    pub fn as_str(self) -> &'static str {
        match self {
            AzpClient::VotingPortal => "voting-portal",
            AzpClient::VotingPortalKiosk => "voting-portal-kiosk",
            AzpClient::IvrVoting => "ivr-voting",
        }
    }

    /// The channel of a vote that comes through this client.
    pub fn to_voting_channel(self, window: PortalTimeWindow) -> VotingStatusChannel {
        match (self, window) {
            (AzpClient::VotingPortal, PortalTimeWindow::Online) => VotingStatusChannel::ONLINE,
            (AzpClient::VotingPortal, PortalTimeWindow::EarlyVoting) => {
                VotingStatusChannel::EARLY_VOTING
            }
            (AzpClient::VotingPortalKiosk, _) => VotingStatusChannel::KIOSK,
            (AzpClient::IvrVoting, _) => VotingStatusChannel::TELEPHONE,
        }
    }
}

impl FromStr for AzpClient {
    type Err = UnknownClient;

    fn from_str(azp: &str) -> Result<Self, UnknownClient> {
        match azp {
            "voting-portal" => Ok(AzpClient::VotingPortal),
            "voting-portal-kiosk" => Ok(AzpClient::VotingPortalKiosk),
            "ivr-voting" => Ok(AzpClient::IvrVoting),
            LEGACY_KIOSK => {
                LEGACY_KIOSK_SEEN.fetch_add(1, Ordering::Relaxed);
                Ok(AzpClient::VotingPortalKiosk)
            }
            _ => Err(UnknownClient),
        }
    }
}

impl fmt::Display for AzpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UnknownClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unknown Client")
    }
}

impl std::error::Error for UnknownClient {}

/// Whether a vote through the portal falls into the voter's early voting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortalTimeWindow {
    /// Ordinary voting.
    Online,
    /// Early voting.
    EarlyVoting,
}

impl PortalTimeWindow {
    /// The window, from the area's policy and the election.
    ///
    /// Early is a vote from an area that may vote early, while the election's early voting is open
    /// and its ordinary voting has not begun. Where the election does not name early voting among
    /// its channels, the vote stays an ordinary one, as it was before there was a choice.
    pub fn of(
        area_votes_early: bool,
        channels: &VotingChannels,
        status: &ElectionStatus,
    ) -> PortalTimeWindow {
        let early = area_votes_early
            && channels.early_voting == Some(true)
            && status.status_by_channel(VotingStatusChannel::EARLY_VOTING) == VotingStatus::OPEN
            && status.status_by_channel(VotingStatusChannel::ONLINE) == VotingStatus::NOT_STARTED;
        if early { PortalTimeWindow::EarlyVoting } else { PortalTimeWindow::Online }
    }
}
