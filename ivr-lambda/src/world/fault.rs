//! What goes wrong in a call, on purpose.

use ivr_core::fakes;
use schemars::JsonSchema;
use serde::Deserialize;

/// One thing that goes wrong.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// At which port.
    pub port: Port,
    /// On which call to that port, from 1; without it on every call.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub on_call: Option<u32>,
    /// What goes wrong.
    pub fault: Fault,
}

/// A way out of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Port {
    /// Stored calls.
    Session,
    /// Login.
    Auth,
    /// Refreshing a voter's token.
    Refresh,
    /// The token of the service itself.
    ServiceToken,
    /// Which credentials are asked.
    IvrConfig,
    /// The published document.
    ElectionConfig,
    /// What is open.
    ElectionStatus,
    /// What the voter has cast.
    CastVoteHistory,
    /// Taking ballots.
    VoteCasting,
    /// The routing file.
    PhoneConfig,
    /// Blocked callers.
    Blacklist,
    /// That a call took place.
    CallLog,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// As a 503 would be.
    Error,
    /// No answer in time, and nothing happened.
    Timeout,
    /// It happened, and the answer did not arrive.
    LostReply,
    /// The wire form of a refusal.
    Rejected(Refusal),
    /// The answer takes so many milliseconds of virtual time.
    SlowMs(u32),
}

/// The wire form of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `extensions.code`, if there is one.
    #[serde(default)]
    pub code: Option<String>,
    /// `message`.
    #[serde(default)]
    pub message: String,
}

impl From<Port> for fakes::PortName {
    fn from(port: Port) -> Self {
        match port {
            Port::Session => Self::Session,
            Port::Auth => Self::Auth,
            Port::Refresh => Self::Refresh,
            Port::ServiceToken => Self::ServiceToken,
            Port::IvrConfig => Self::IvrConfig,
            Port::ElectionConfig => Self::ElectionConfig,
            Port::ElectionStatus => Self::ElectionStatus,
            Port::CastVoteHistory => Self::CastVoteHistory,
            Port::VoteCasting => Self::VoteCasting,
            Port::PhoneConfig => Self::PhoneConfig,
            Port::Blacklist => Self::Blacklist,
            Port::CallLog => Self::CallLog,
        }
    }
}
