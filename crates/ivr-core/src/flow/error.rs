//! [`IvrError`]: what ends a call although nobody keyed in anything wrong (design 8.2).
//!
//! Wrong PIN, silence, lockout are not here: they are outcomes. Each error knows its final prompt;
//! the voter never hears the message, the log never holds a secret.

use crate::ports::{AuthError, Backend, Outage};
use crate::prompts::key::IvrPromptKey;

/// Why a turn cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum IvrError {
    /// The voter's session is over.
    #[error("the voter's session is over")]
    SessionExpired,
    /// No answer, after all tries.
    #[error("{operation}: no answer")]
    ApiTimeout {
        /// What was asked.
        operation: &'static str,
        /// The last failure.
        #[source]
        cause: Outage,
    },
    /// A failure, after all tries.
    #[error("{operation} failed")]
    ApiError {
        /// What was asked.
        operation: &'static str,
        /// The last failure.
        #[source]
        cause: Outage,
    },
    /// A token, a realm or a route that does not fit: an operator must look.
    #[error("configuration error: {0}")]
    ConfigurationError(String),
    /// The document cannot be used.
    #[error("the publication cannot be used: {0}")]
    Publication(String),
    /// A stored position that the flow does not have.
    #[error("the stored position does not match the flow")]
    PhaseStateMismatch,
    /// Something that the engine itself rules out.
    #[error("invalid state: {0}")]
    InvalidState(&'static str),
    /// A ballot could not be sealed.
    #[error("the ballot could not be sealed")]
    Sealing(#[source] ivr_ballot::SealError),
    /// Another invocation wrote the session first; never heard by a voter (design 4.1).
    #[error("another invocation wrote the session first")]
    SessionRaced,
    /// The session could not be stored or read.
    #[error("the session could not be stored or read")]
    Session(#[source] crate::ports::Cause),
}

impl IvrError {
    /// The final prompt.
    pub fn prompt_key(&self) -> IvrPromptKey {
        match self {
            Self::SessionExpired => IvrPromptKey::SessionExpired,
            Self::ApiTimeout { .. }
            | Self::ApiError { .. }
            | Self::ConfigurationError(_)
            | Self::Publication(_)
            | Self::PhaseStateMismatch
            | Self::InvalidState(_)
            | Self::Sealing(_)
            | Self::SessionRaced
            | Self::Session(_) => IvrPromptKey::SystemError,
        }
    }

    /// The backend to blame, if one is.
    pub fn backend(&self) -> Option<Backend> {
        match self {
            Self::ApiTimeout { cause, .. } | Self::ApiError { cause, .. } => Some(cause.backend()),
            Self::SessionExpired => Some(Backend::Keycloak),
            Self::Publication(_) => Some(Backend::S3),
            Self::Session(_) | Self::SessionRaced => Some(Backend::Dynamo),
            _ => None,
        }
    }

    /// An outage of an operation.
    pub fn outage(operation: &'static str, cause: Outage) -> Self {
        match cause {
            Outage::TimedOut { .. } => Self::ApiTimeout { operation, cause },
            Outage::Unavailable { .. } => Self::ApiError { operation, cause },
            Outage::Misconfigured { backend, detail } => {
                Self::ConfigurationError(format!("{backend}: {detail}"))
            }
        }
    }

    /// A failed refresh, where it is fatal.
    pub fn auth(operation: &'static str, error: AuthError) -> Self {
        match error {
            AuthError::SessionExpired => Self::SessionExpired,
            AuthError::KeycloakUnavailable(cause) => Self::outage(operation, cause),
            AuthError::ConfigurationError(detail) => Self::ConfigurationError(detail),
        }
    }
}
