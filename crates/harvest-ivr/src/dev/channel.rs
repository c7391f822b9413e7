//! Channels: which there are, and from which client (facts 4.2, 7).

use chrono::{DateTime, Utc};

use super::claims::Voter;
use super::election::Election;
use super::event::Area;
use super::refusal::Refusal;
use super::settings::Patches;

/// Through which client a voter came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Portal,
    Kiosk,
    Telephone,
}

impl Client {
    pub(super) fn of(azp: &str, patches: &Patches) -> Option<Self> {
        match azp {
            "voting-portal" => Some(Self::Portal),
            "voting-portal-kiosk" => Some(Self::Kiosk),
            "onsite-voting-portal" if patches.azp_client => Some(Self::Kiosk),
            "ivr-voting" if patches.azp_client && patches.telephone_channel => {
                Some(Self::Telephone)
            }
            _ => None,
        }
    }
}

/// A channel of voting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Channel {
    Online,
    Kiosk,
    EarlyVoting,
    Telephone,
}

impl Channel {
    pub(super) const ALL: [Self; 4] =
        [Self::Online, Self::Kiosk, Self::EarlyVoting, Self::Telephone];

    /// Of a vote; the portal's is an early one where the area may vote early, the election names
    /// early voting, it is open and ordinary voting has not begun.
    pub(super) fn of(client: Client, area: &Area, election: &Election, patches: &Patches) -> Self {
        match client {
            Client::Kiosk => Self::Kiosk,
            Client::Telephone => Self::Telephone,
            Client::Portal => {
                let early = patches.azp_client
                    && area.votes_early
                    && election.names(Self::EarlyVoting)
                    && election.is_before_online();
                if early { Self::EarlyVoting } else { Self::Online }
            }
        }
    }

    /// As it stands in a row.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Online => "ONLINE",
            Self::Kiosk => "KIOSK",
            Self::EarlyVoting => "EARLY_VOTING",
            Self::Telephone => "TELEPHONE",
        }
    }

    /// Its key among an election's channels.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Kiosk => "kiosk",
            Self::EarlyVoting => "early_voting",
            Self::Telephone => "telephone",
        }
    }

    /// How the keys of its status begin.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Online => "",
            Self::Kiosk => "kiosk_",
            Self::EarlyVoting => "early_",
            Self::Telephone => "telephone_",
        }
    }
}

/// The moment of the login, which no rule here goes by; only a number that is no moment refuses.
pub(super) fn check_auth_time(voter: &Voter, patches: &Patches) -> Result<(), Refusal> {
    let moment = voter.auth_time.and_then(|number| {
        if patches.auth_time {
            DateTime::<Utc>::from_timestamp(number, 0)
        } else {
            DateTime::<Utc>::from_timestamp_millis(number)
        }
    });
    let invalid = Refusal::CheckStatusFailed("auth_time is not a valid integer");
    moment.map(|_| ()).ok_or(invalid)
}
