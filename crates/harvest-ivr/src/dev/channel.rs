//! Channels: from which client, and whether one is open (facts 4.3, 7).

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::claims::Voter;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Online,
    Kiosk,
    EarlyVoting,
    Telephone,
}

impl Channel {
    /// Of a vote; the portal's is an early one where the area may vote early, early voting is open
    /// and ordinary voting has not begun.
    pub(super) fn of(client: Client, area: &Area, election: &Election, patches: &Patches) -> Self {
        match client {
            Client::Kiosk => Self::Kiosk,
            Client::Telephone => Self::Telephone,
            Client::Portal => {
                let early = patches.azp_client
                    && area.votes_early
                    && election.enables(Self::EarlyVoting)
                    && election.status_of(Self::EarlyVoting) == "OPEN"
                    && election.status_of(Self::Online) == "NOT_STARTED";
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

    fn key(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Kiosk => "kiosk",
            Self::EarlyVoting => "early_voting",
            Self::Telephone => "telephone",
        }
    }

    /// How the keys of its status begin.
    fn prefix(self) -> &'static str {
        match self {
            Self::Online => "",
            Self::Kiosk => "kiosk_",
            Self::EarlyVoting => "early_",
            Self::Telephone => "telephone_",
        }
    }
}

/// What is looked at of an election.
pub(super) struct Election {
    pub(super) voting_channels: Option<Value>,
    pub(super) status: Option<Value>,
    pub(super) num_allowed_revotes: Option<i32>,
}

impl Election {
    fn enables(&self, channel: Channel) -> bool {
        match &self.voting_channels {
            // Where nothing is said it is online voting, and nothing else.
            None | Some(Value::Null) => channel == Channel::Online,
            Some(channels) => channels[channel.key()] == Value::Bool(true),
        }
    }

    fn status_of(&self, channel: Channel) -> &str {
        let key = format!("{}voting_status", channel.prefix());
        let status = self.status.as_ref().and_then(|status| status[key].as_str());
        status.unwrap_or("NOT_STARTED")
    }

    fn date_of(&self, channel: Channel, name: &str) -> Option<DateTime<Utc>> {
        let key = format!("{}voting_period_dates", channel.prefix());
        let text = self.status.as_ref()?[key][name].as_str()?;
        DateTime::parse_from_rfc3339(text).ok().map(|date| date.to_utc())
    }

    /// Whether the voter may vote in it now through `channel`: the election's own status, never
    /// the event's.
    pub(super) fn check(
        &self,
        channel: Channel,
        now: DateTime<Utc>,
        patches: &Patches,
    ) -> Result<(), Refusal> {
        if !self.enables(channel) {
            return Err(Refusal::VotingChannelNotEnabled { own_code: patches.ballot_once });
        }
        if self.status_of(channel) != "OPEN" {
            return Err(Refusal::CheckStatusFailed("Election voting status is not open"));
        }
        let started = self.date_of(channel, "last_started_at");
        let stopped = self.date_of(channel, "last_stopped_at");
        let undone = patches.reopening && started.is_some() && started > stopped;
        match stopped {
            Some(stopped) if now > stopped && !undone => {
                Err(Refusal::CheckStatusFailed("Cannot vote outside of the voting period"))
            }
            _ => Ok(()),
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
