//! What can go wrong with any outside question, apart from its answer.

use chrono::{DateTime, TimeDelta, Utc};

/// The moment by which a port has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(pub DateTime<Utc>);

impl Deadline {
    /// What is left at `now`, never negative.
    pub fn left(self, now: DateTime<Utc>) -> TimeDelta {
        (self.0 - now).max(TimeDelta::zero())
    }

    /// The earlier of this deadline and `limit` from `now`.
    #[must_use]
    pub fn at_most(self, limit: TimeDelta, now: DateTime<Utc>) -> Self {
        Self(self.0.min(now + limit))
    }

    /// An earlier deadline that leaves `reserve` until this one, or half of what is left if that
    /// is less.
    #[must_use]
    pub fn leaving(self, reserve: TimeDelta, now: DateTime<Utc>) -> Self {
        Self(self.0 - reserve.min(self.left(now) / 2))
    }
}

/// The cause of an error, opaque to the domain.
pub type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A backend could not be asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Outage {
    /// No answer by the deadline. Whether the question arrived is unknown.
    #[error("no answer from {backend} in time")]
    TimedOut {
        /// Which backend.
        backend: Backend,
    },
    /// An answer that is none: a refused connection, a 5xx, a body that cannot be read.
    #[error("{backend} is unavailable")]
    Unavailable {
        /// Which backend.
        backend: Backend,
        /// Why, for the log.
        #[source]
        cause: Option<Cause>,
    },
    /// The backend refuses us: a wrong secret, a missing right, a wrong address. An operator's
    /// mistake that no retry mends.
    #[error("{backend} is misconfigured: {detail}")]
    Misconfigured {
        /// Which backend.
        backend: Backend,
        /// What it said, free of secrets.
        detail: String,
    },
}

impl Outage {
    /// Which backend it is about.
    pub fn backend(&self) -> Backend {
        match self {
            Self::TimedOut { backend }
            | Self::Unavailable { backend, .. }
            | Self::Misconfigured { backend, .. } => *backend,
        }
    }
}

/// A backend, for metrics and alerts (design 8.2: variants, not strings).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// Voter identity and service tokens.
    Keycloak,
    /// Status, history, blacklist, call log.
    Hasura,
    /// Casting.
    Harvest,
    /// Routing and publications.
    S3,
    /// Sessions.
    Dynamo,
    /// Keys and salts.
    SecretsManager,
}

impl std::fmt::Display for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keycloak => "Keycloak",
            Self::Hasura => "Hasura",
            Self::Harvest => "Harvest",
            Self::S3 => "S3",
            Self::Dynamo => "DynamoDB",
            Self::SecretsManager => "Secrets Manager",
        })
    }
}

/// Why a question asked with the voter's token has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The token is no longer accepted. The engine refreshes it, at most once a turn, and asks
    /// again; an adapter never refreshes (DECISIONS 62).
    #[error("the access token has expired")]
    TokenExpired,
    /// The backend did not answer.
    #[error(transparent)]
    Outage(#[from] Outage),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_deadline_leaves_time_for_what_comes_after() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let in_ms = |ms| Deadline(now + TimeDelta::milliseconds(ms));
        for (left, expected) in [(7000, 5000), (4000, 2000), (3000, 1500), (400, 200), (0, 0)] {
            let earlier = in_ms(left).leaving(TimeDelta::milliseconds(2000), now);
            assert_eq!(earlier, in_ms(expected), "{left}");
        }
        // One that is over does not come back.
        assert_eq!(in_ms(-500).leaving(TimeDelta::milliseconds(2000), now), in_ms(-500));
    }
}
