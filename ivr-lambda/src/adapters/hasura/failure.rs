//! [`Failure`]: why a question has no answer, and what the engine is told.

use ivr_core::ports::{Backend, Outage, ReadError};

use super::refusal::{Refusal, Severity};
use crate::adapters::http::HttpError;

/// Why a question has no answer. Words of ours throughout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nothing came back that could be read.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Something came back, and it was no answer.
    #[error("{0}")]
    Refused(Refusal),
    /// The host failed so often that it is not asked for a while.
    #[error("not asked: it failed several times in a row a moment ago")]
    BreakerOpen,
    /// The route does not say where.
    #[error("hasura_url is not a URL")]
    NoUrl,
    /// A token with characters that no header can hold.
    #[error("the token cannot be sent")]
    NoToken,
    /// The answer was well-formed and made no sense.
    #[error("{0}")]
    Unusable(&'static str),
}

impl Failure {
    /// For metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Http(HttpError::TimedOut) => "timed_out",
            Self::Http(HttpError::Unreachable(_) | HttpError::NoClient) => "unreachable",
            Self::Http(HttpError::Broken) => "broken",
            Self::Http(HttpError::TooLong) => "too_long",
            Self::Refused(refusal) => refusal.class(),
            Self::BreakerOpen => "breaker_open",
            Self::NoUrl | Self::NoToken => "not_sent",
            Self::Unusable(_) => "unusable",
        }
    }

    /// Whether the host is to blame: what a breaker counts.
    pub fn is_the_hosts(&self) -> bool {
        match self {
            Self::Http(_) => true,
            Self::Refused(refusal) => refusal.severity() == Severity::Transient,
            Self::BreakerOpen | Self::NoUrl | Self::NoToken | Self::Unusable(_) => false,
        }
    }

    /// Whether another token might be accepted.
    pub fn is_about_the_token(&self) -> bool {
        matches!(self, Self::Refused(Refusal::TokenExpired | Refusal::SignatureUnknown))
    }

    /// As the engine sees it.
    pub fn outage(self) -> Outage {
        let backend = Backend::Hasura;
        match self {
            Self::Http(error) => error.outage(backend),
            failure if failure.is_the_hosts() || failure == Self::BreakerOpen => {
                Outage::Unavailable { backend, cause: Some(Box::new(failure)) }
            }
            failure => Outage::Misconfigured { backend, detail: failure.to_string() },
        }
    }

    /// To a question with the voter's token: the engine refreshes an expired one, nobody else does
    /// (DECISIONS 62).
    pub fn read_error(self) -> ReadError {
        match self {
            Self::Refused(Refusal::TokenExpired) => ReadError::TokenExpired,
            other => other.outage().into(),
        }
    }
}
