//! What goes wrong, where and when: in tests, and in the world files of `step-ivr`.

use serde::{Deserialize, Serialize};

/// A port that faults can be set for. Logins and refreshes go through one port, under two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "fakes", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PortName {
    /// Stored calls: loading, creating and updating are each a call.
    Session,
    /// Login. A logout is not counted, but fails with a rule that is for every call.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "fakes", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// As a 503 would be: the question arrived nowhere.
    Error,
    /// The question arrives nowhere, and nobody says so.
    Timeout,
    /// It happened, and the answer does not arrive.
    LostReply,
    /// A refusal, as it is on the wire.
    #[serde(rename_all = "snake_case")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The platform's code or Keycloak's `error`, if there is one.
        #[serde(default)]
        code: Option<String>,
        /// The message or Keycloak's `error_description`.
        #[serde(default)]
        message: String,
    },
    /// So many milliseconds pass first. Past the deadline it is a lost reply that happened late: a
    /// ballot arrives when virtual time has come so far, and is judged then.
    SlowMs(u64),
}

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "fakes", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// At which port.
    pub port: PortName,
    /// On which call to that port, from 1; without it on every call.
    #[serde(default)]
    #[cfg_attr(feature = "fakes", schemars(range(min = 1)))]
    pub on_call: Option<u32>,
    /// What goes wrong.
    pub fault: Fault,
}

impl FaultRule {
    /// Whether it applies to the nth call of a port.
    pub(super) fn applies(&self, port: PortName, call: u32) -> bool {
        self.port == port && self.on_call.is_none_or(|n| n == call)
    }
}
