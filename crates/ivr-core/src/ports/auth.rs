//! The Auth port: credentials → tokens, refresh, logout (design 5.1, 5.1.9).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::outage::{Deadline, Outage};
use crate::route::Route;
use crate::secret::Secret;

/// One credential as keyed in, tagged by the kind of its step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// `username`: the voter id.
    VoterId(Secret<String>),
    /// `password`: the PIN.
    Password(Secret<String>),
    /// `dob`: the date of birth.
    DateOfBirth(Secret<String>),
    /// A parameter of the deployment's own authenticator.
    Custom {
        /// The name of the form parameter.
        parameter: String,
        /// What was keyed in.
        value: Secret<String>,
    },
}

impl Credential {
    /// The credential of a step that maps to a form parameter.
    pub fn new(maps_to: &str, digits: String) -> Self {
        let value = Secret::new(digits);
        match maps_to {
            "username" => Self::VoterId(value),
            "password" => Self::Password(value),
            "dob" => Self::DateOfBirth(value),
            other => Self::Custom { parameter: other.to_owned(), value },
        }
    }

    /// The form parameter and its value, for the adapter that sends it.
    pub fn parameter(&self) -> (&str, &Secret<String>) {
        match self {
            Self::VoterId(value) => ("username", value),
            Self::Password(value) => ("password", value),
            Self::DateOfBirth(value) => ("dob", value),
            Self::Custom { parameter, value } => (parameter, value),
        }
    }
}

/// The tokens of a voter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoterTokens {
    /// What other services are shown.
    pub access_token: Secret<String>,
    /// What a new access token is asked with; the newest one ever seen.
    pub refresh_token: Option<Secret<String>>,
    /// What the access token says.
    pub claims: VoterClaims,
}

/// The claims of a voter's access token that the engine reads (facts 4.2, 6.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoterClaims {
    /// `exp`: absolute, Unix seconds.
    pub expires_at: i64,
    /// `iss`.
    pub issuer: String,
    /// `azp`.
    pub authorized_party: String,
    /// `x-hasura-user-id`.
    pub user_id: String,
    /// `x-hasura-tenant-id`.
    pub tenant_id: Option<Uuid>,
    /// `x-hasura-area-id`; without one the voter is not eligible.
    pub area_id: Option<Uuid>,
    /// `authorized-election-ids`.
    pub authorized_election_ids: Vec<Uuid>,
}

impl std::fmt::Debug for VoterClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Who the voter is stays out of logs.
        f.debug_struct("VoterClaims").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What became of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginOutcome {
    /// Tokens.
    Granted(VoterTokens),
    /// Something keyed in is wrong, or the account is locked: the server does not tell (25).
    WrongCredentials,
    /// The account was deactivated.
    AccountDisabled,
    /// The account is not fully set up: the operator's mistake.
    ActionRequired,
    /// The server says that the account is locked.
    Locked,
}

/// Why tokens could not be refreshed, or a login could not be tried (design 5.1.9).
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// 400 or 401: the refresh token is dead or the session is over.
    #[error("the voter's session is over")]
    SessionExpired,
    /// Network, 5xx, or no answer in time.
    #[error("Keycloak could not be asked")]
    KeycloakUnavailable(#[source] Outage),
    /// 403 and its like: client or realm misconfigured; or a token that does not belong here.
    #[error("Keycloak is misconfigured for this realm: {0}")]
    ConfigurationError(String),
}

/// Who the voter is.
#[async_trait]
pub trait AuthPort: Send + Sync {
    /// Exchanges credentials for tokens.
    ///
    /// Never repeated by the engine inside a turn: a second grant in flight would be answered
    /// "wrong" by brute-force protection even with the right PIN (DECISIONS 26).
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        within: Deadline,
    ) -> Result<LoginOutcome, AuthError>;

    /// Exchanges the refresh token for new tokens.
    ///
    /// Not repeated by the engine: under rotation a reused refresh token ends the whole session.
    /// If the answer has no refresh token the old one stays valid.
    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<VoterTokens, AuthError>;

    /// Ends the voter's session on the server. Safe to repeat; a failure is only logged.
    async fn logout(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), AuthError>;
}
