//! The Telemetry port: typed events for operators (design 10.2, 5.1.9).
//!
//! Nothing here can hold a choice, a credential, a token or a telephone number: the fields are
//! ids, enums and counts. A test walks whole calls and looks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::outage::Backend;
use super::phone_hasher::PhoneHash;
use crate::language::Language;
use crate::prompts::key::IvrPromptKey;

/// What happened, and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TelemetryRecord {
    /// When.
    pub at: DateTime<Utc>,
    /// Which call.
    pub contact_id: String,
    /// The caller's salted hash, if there is a number and a salt.
    pub caller: Option<CallerHash>,
    /// The tenant, once it is known.
    pub tenant_id: Option<Uuid>,
    /// The election event, once it is known.
    pub election_event_id: Option<Uuid>,
    /// The phase, in the design's spelling.
    pub phase: Option<&'static str>,
    /// The sub-phase of the ballot loop.
    pub sub_phase: Option<&'static str>,
    /// Milliseconds since the turn began.
    pub latency_ms: i64,
    /// The event.
    pub event: TelemetryEvent,
}

/// A hashed caller.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallerHash {
    /// Lowercase hexadecimal.
    pub hash: String,
    /// Which salt.
    pub salt_gen: String,
}

impl From<&PhoneHash> for CallerHash {
    fn from(hash: &PhoneHash) -> Self {
        Self { hash: hash.hash.clone(), salt_gen: hash.salt_gen.clone() }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TelemetryEvent {
    /// A session was created.
    CallStarted,
    /// The caller chose a language, or has only one.
    LanguageSelected {
        /// Which.
        language: Language,
    },
    /// Credentials were sent.
    AuthAttempt,
    /// They were right.
    AuthSuccess,
    /// They were not, or could not be checked.
    AuthFailed {
        /// Why, as far as the server tells.
        reason: AuthFailure,
    },
    /// An election was entered.
    ElectionSelected {
        /// Which.
        election_id: Uuid,
    },
    /// A ballot was sealed and saved and is about to be sent.
    VoteSubmitted {
        /// The election.
        election_id: Uuid,
        /// How many times it was sent, this time included.
        attempt: u8,
    },
    /// A ballot is recorded.
    VoteRecorded {
        /// The election.
        election_id: Uuid,
        /// Whether the history told, rather than the reply.
        found_in_history: bool,
    },
    /// A ballot was refused.
    VoteRejected {
        /// The election.
        election_id: Uuid,
        /// The raw code or its class.
        code: String,
    },
    /// It is not known whether a ballot was recorded.
    VoteUnknown {
        /// The election.
        election_id: Uuid,
    },
    /// The flow reached its end.
    CallCompleted {
        /// Ballots recorded in this call.
        votes: u32,
    },
    /// The engine ended the call.
    CallAbandoned {
        /// The final prompt.
        reason: IvrPromptKey,
        /// Ballots recorded in this call.
        votes: u32,
    },
    /// A token was refreshed.
    TokenRefreshed,
    /// A token could not be refreshed.
    TokenRefreshFailed {
        /// The class (design 5.1.9).
        class: RefreshFailure,
        /// Whether a ballot was waiting for it: page somebody.
        ballot_waiting: bool,
    },
    /// A prompt override could not be used; the built-in words were spoken.
    PromptFellBack {
        /// The prompt key.
        key: String,
        /// Why.
        reason: String,
    },
    /// Another invocation wrote the session first.
    SessionRaced {
        /// What was done about it.
        decision: RaceDecision,
    },
    /// A stored position did not match the flow.
    PhaseStateMismatch,
    /// An operator must look.
    Alert {
        /// At what.
        alert: Alert,
    },
    /// A backend failed.
    Error {
        /// Which.
        backend: Backend,
        /// What was asked.
        operation: &'static str,
        /// The error, free of secrets.
        detail: String,
    },
}

impl TelemetryEvent {
    /// The counters of design 5.1.9 that this event adds one to.
    pub fn token_metrics(&self) -> &'static [&'static str] {
        const SUBMISSION: &str = "ivr.vote.submission.failed.token_error";
        const TRANSIENT: &str = "ivr.token.refresh.failure.transient";
        const EXPIRED: &str = "ivr.token.refresh.failure.expired";
        const UNAUTHORIZED: &str = "ivr.token.refresh.failure.unauthorized";
        let Self::TokenRefreshFailed { class, ballot_waiting } = self else {
            return match self {
                Self::TokenRefreshed => &["ivr.token.refresh.success"],
                _ => &[],
            };
        };
        match (class, ballot_waiting) {
            (RefreshFailure::Transient, false) => &[TRANSIENT],
            (RefreshFailure::Transient, true) => &[TRANSIENT, SUBMISSION],
            (RefreshFailure::Expired, false) => &[EXPIRED],
            (RefreshFailure::Expired, true) => &[EXPIRED, SUBMISSION],
            (RefreshFailure::Unauthorized, false) => &[UNAUTHORIZED],
            (RefreshFailure::Unauthorized, true) => &[UNAUTHORIZED, SUBMISSION],
        }
    }
}

/// Why a login did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthFailure {
    /// Wrong, or locked: the server does not tell.
    WrongCredentials,
    /// Deactivated.
    AccountDisabled,
    /// Not fully set up.
    ActionRequired,
    /// Locked, and the server says so.
    Locked,
    /// Could not be checked.
    Unavailable,
    /// Misconfigured.
    Configuration,
}

/// Why a refresh failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshFailure {
    /// Network, 5xx.
    Transient,
    /// The session is over.
    Expired,
    /// Client or realm misconfigured.
    Unauthorized,
}

/// What was done about a lost race.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RaceDecision {
    /// The other invocation did the work: this one is dropped.
    Dropped,
    /// Written once more on the fresh version.
    WroteAgain,
    /// Lost twice: the call ends.
    GaveUp,
}

/// What an operator must look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// The blacklist could not be asked; the call went on.
    BlacklistUnavailable,
    /// An account is not fully set up.
    AccountIncomplete,
    /// A token does not belong to the route.
    TokenRouteMismatch,
    /// Client or realm misconfigured.
    Misconfigured,
    /// A ballot was refused because tenant, area or event do not match.
    Misrouted,
    /// A ballot's hash did not match.
    BallotIntegrity,
    /// A ballot could not be sealed.
    SealingFailed,
    /// The dialled number has no enabled entry.
    UnknownNumber,
}

/// What operators see. It never fails and never blocks a call.
pub trait Telemetry: Send + Sync {
    /// Takes note.
    fn record(&self, record: TelemetryRecord);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ballot_that_waits_for_a_token_pages_somebody() {
        let failed = |class, ballot_waiting| {
            TelemetryEvent::TokenRefreshFailed { class, ballot_waiting }.token_metrics()
        };
        for (class, name) in [
            (RefreshFailure::Transient, "ivr.token.refresh.failure.transient"),
            (RefreshFailure::Expired, "ivr.token.refresh.failure.expired"),
            (RefreshFailure::Unauthorized, "ivr.token.refresh.failure.unauthorized"),
        ] {
            assert_eq!(failed(class, false), [name]);
            assert_eq!(failed(class, true), [name, "ivr.vote.submission.failed.token_error"]);
        }
        let refreshed = TelemetryEvent::TokenRefreshed.token_metrics();
        assert_eq!(refreshed, ["ivr.token.refresh.success"]);
        assert_eq!(TelemetryEvent::CallStarted.token_metrics(), [""; 0]);
    }
}
