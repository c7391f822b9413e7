//! What a fault looks like to whoever asked, port by port.

use crate::ports::{
    AuthError, Backend, CastReply, IvrConfigError, LoginOutcome, Outage, ReadError, SessionError,
    classify_refusal,
};
use crate::publication::AllowedBallots;

/// A question without its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// As a 503 would be.
    Unavailable,
    /// No answer by the deadline.
    TimedOut,
    /// A refusal.
    Refused(Wire),
}

/// A refusal as it is on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wire {
    pub(super) status: u16,
    pub(super) code: Option<String>,
    pub(super) message: String,
}

impl Wire {
    fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }

    fn is_transient(&self) -> bool {
        self.status == 429 || self.status >= 500
    }

    fn says(&self, word: &str) -> bool {
        self.code().contains(word) || self.message.contains(word)
    }

    /// A client that Keycloak does not accept: the operator's matter.
    fn is_about_the_client(&self) -> bool {
        matches!(self.code(), "invalid_client" | "unauthorized_client")
    }

    fn text(&self) -> String {
        format!("HTTP status {} {} {}", self.status, self.code(), self.message)
            .trim_end()
            .to_owned()
    }
}

impl Failure {
    /// To a read that has no token of the voter.
    pub(super) fn outage(self, backend: Backend) -> Outage {
        match self {
            Self::TimedOut => Outage::TimedOut { backend },
            Self::Unavailable => unavailable(backend, "HTTP status 503".into()),
            Self::Refused(wire) if matches!(wire.status, 401 | 403 | 404) => {
                Outage::Misconfigured { backend, detail: wire.text() }
            }
            Self::Refused(wire) => unavailable(backend, wire.text()),
        }
    }

    /// To whoever asks what the realm asks.
    pub(super) fn ivr_config(self) -> IvrConfigError {
        match self {
            // The realm's own complaint about its flow; only others of its kind are outages.
            Self::Refused(wire) if wire.status == 500 && wire.code.is_some() => {
                IvrConfigError::Unusable { detail: wire.text() }
            }
            other => match other.outage(Backend::Keycloak) {
                Outage::Misconfigured { detail, .. } => IvrConfigError::Unusable { detail },
                outage => outage.into(),
            },
        }
    }

    /// To a read with the voter's token.
    pub(super) fn read(self, backend: Backend) -> ReadError {
        match self {
            Self::Refused(wire) if wire.status == 401 || wire.code() == "invalid-jwt" => {
                ReadError::TokenExpired
            }
            other => other.outage(backend).into(),
        }
    }

    /// To the store of calls.
    pub(super) fn session(self) -> SessionError {
        match self {
            Self::Refused(wire) if wire.says("ConditionalCheckFailed") => {
                SessionError::SessionRaced
            }
            other => other.outage(Backend::Dynamo).into(),
        }
    }

    /// To a login (DECISIONS 53).
    pub(super) fn login(self) -> Result<LoginOutcome, AuthError> {
        let Self::Refused(wire) = self else { return Err(self.service_token()) };
        if wire.is_transient() || wire.is_about_the_client() {
            return Err(Self::Refused(wire).service_token());
        }
        if wire.says("account_temporarily_disabled") || wire.says("user_disabled") {
            return Ok(LoginOutcome::Locked);
        }
        match (wire.status, wire.code(), wire.message.as_str()) {
            (401, "invalid_grant", _) => Ok(LoginOutcome::WrongCredentials),
            (400, "invalid_grant", "Account disabled") => Ok(LoginOutcome::AccountDisabled),
            (400, "invalid_grant", "Account is not fully set up") => {
                Ok(LoginOutcome::ActionRequired)
            }
            _ => Err(Self::Refused(wire).service_token()),
        }
    }

    /// To a refresh.
    pub(super) fn refresh(self) -> AuthError {
        match self {
            Self::Refused(wire)
                if matches!(wire.status, 400 | 401) && !wire.is_about_the_client() =>
            {
                AuthError::SessionExpired
            }
            other => other.service_token(),
        }
    }

    /// To whoever asks Keycloak and is no voter.
    pub(super) fn service_token(self) -> AuthError {
        match self {
            Self::Refused(wire) if !wire.is_transient() => {
                AuthError::ConfigurationError(wire.text())
            }
            other => AuthError::KeycloakUnavailable(other.outage(Backend::Keycloak)),
        }
    }

    /// To a ballot.
    pub(super) fn cast(self, allowed: AllowedBallots) -> CastReply {
        match self {
            Self::Refused(wire) => {
                let code = Some(wire.code()).filter(|code| !code.is_empty());
                classify_refusal(Backend::Harvest, wire.status, code, allowed)
            }
            other => CastReply::NoReply(other.outage(Backend::Harvest)),
        }
    }
}

fn unavailable(backend: Backend, cause: String) -> Outage {
    Outage::Unavailable { backend, cause: Some(cause.into()) }
}
