//! [`TokenManager`]: a voter's tokens (design 5.1.9).
//!
//! It keeps nothing: tokens and their expiry live in the session, absolute, and the engine decides
//! when to refresh (`ivr_core::turn`). A login is sent once (DECISIONS 26): its answer may be lost,
//! but a second grant in flight would be told "wrong PIN".

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use ivr_core::ports::{
    AuthError, AuthPort, Backend, Credential, Deadline, LoginOutcome, Outage, VoterTokens,
};
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::claims::{self, ClaimsError};
use super::realm::Realm;
use super::refusal::Refusal;
use super::secrets::KeycloakClient;
use super::steps::is_protocol_parameter;
use super::token_endpoint::{Grant, Granted, NoGrant, TokenEndpoint};

/// Whether the realm lets a refresh token be used twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefreshReuse {
    /// Perhaps not: a second use would end the voter's session. Never asked twice.
    #[default]
    Careful,
    /// The realm does not revoke refresh tokens (`revokeRefreshToken` off): after a failure on the
    /// way, one more try is safe.
    Allowed,
}

/// Less than this is not enough for another try.
const WORTH_A_TRY: TimeDelta = TimeDelta::milliseconds(800);
/// Before the other try.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

/// Logs voters in and out, and refreshes their tokens.
#[derive(Debug)]
pub struct TokenManager {
    endpoint: Arc<TokenEndpoint>,
    reuse: RefreshReuse,
}

impl TokenManager {
    /// A manager for realms that all rotate refresh tokens, or all do not.
    pub fn new(endpoint: Arc<TokenEndpoint>, reuse: RefreshReuse) -> Self {
        Self { endpoint, reuse }
    }
}

#[async_trait]
impl AuthPort for TokenManager {
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        within: Deadline,
    ) -> Result<LoginOutcome, AuthError> {
        let sorted = Sorted::of(credentials)?;
        let grant = Grant::Password {
            username: sorted.username,
            password: sorted.password,
            others: &sorted.others,
        };
        match self.endpoint.ask(route, grant, within).await {
            Ok(granted) => Ok(LoginOutcome::Granted(voter_tokens(route, granted)?)),
            Err(NoGrant::Refused(Refusal::WrongCredentials)) => Ok(LoginOutcome::WrongCredentials),
            Err(NoGrant::Refused(Refusal::AccountDisabled)) => Ok(LoginOutcome::AccountDisabled),
            Err(NoGrant::Refused(Refusal::ActionRequired)) => Ok(LoginOutcome::ActionRequired),
            Err(NoGrant::Refused(Refusal::Locked)) => Ok(LoginOutcome::Locked),
            Err(other) => Err(auth_error(route, &other)),
        }
    }

    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        let ask = || self.endpoint.ask(route, Grant::Refresh(refresh_token), within);
        let mut answer = ask().await;
        let on_its_way = matches!(&answer, Err(failed) if failed.as_outage().is_some());
        if on_its_way
            && self.reuse == RefreshReuse::Allowed
            && self.endpoint.http.left(within) > WORTH_A_TRY
        {
            tokio::time::sleep(PAUSE).await;
            answer = ask().await;
        }
        answer
            .map_err(|failed| auth_error(route, &failed))
            .and_then(|granted| voter_tokens(route, granted))
    }

    async fn logout(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), AuthError> {
        match self.endpoint.log_out(route, refresh_token, within).await {
            // Over already: that is what was wanted.
            Ok(()) | Err(NoGrant::Refused(Refusal::SessionOver)) => Ok(()),
            Err(failed) => Err(auth_error(route, &failed)),
        }
    }
}

/// Credentials by what the grant does with them.
struct Sorted<'a> {
    username: &'a Secret<String>,
    password: Option<&'a Secret<String>>,
    others: Vec<(&'a str, &'a Secret<String>)>,
}

impl<'a> Sorted<'a> {
    fn of(credentials: &'a [Credential]) -> Result<Self, AuthError> {
        let (mut username, mut password, mut others) = (None, None, Vec::new());
        for credential in credentials {
            let (name, value) = credential.parameter();
            let again = match name {
                "username" => username.replace(value).is_some(),
                "password" => password.replace(value).is_some(),
                name if is_protocol_parameter(name) => {
                    let detail = format!("a step maps to {name:?}, a parameter of the protocol");
                    return Err(AuthError::ConfigurationError(detail));
                }
                name => {
                    let again = others.iter().any(|(other, _)| *other == name);
                    others.push((name, value));
                    again
                }
            };
            if again {
                let detail = format!("two steps map to {name:?}");
                return Err(AuthError::ConfigurationError(detail));
            }
        }
        let username = username.ok_or_else(|| {
            AuthError::ConfigurationError("no step asks for the username".to_owned())
        })?;
        Ok(Self { username, password, others })
    }
}

fn voter_tokens(route: &Route, granted: Granted) -> Result<VoterTokens, AuthError> {
    let claims = claims::voter(granted.access_token.expose()).map_err(|error| match error {
        // Cut off or mangled on the way: nobody's configuration.
        ClaimsError::NotAJwt => AuthError::KeycloakUnavailable(Outage::Unavailable {
            backend: Backend::Keycloak,
            cause: Some(Box::new(error)),
        }),
        error => {
            let realm = &route.keycloak_realm;
            AuthError::ConfigurationError(format!("realm {realm}, a voter's token: {error}"))
        }
    })?;
    Ok(VoterTokens {
        access_token: granted.access_token,
        refresh_token: granted.refresh_token,
        claims,
    })
}

fn auth_error(route: &Route, failed: &NoGrant) -> AuthError {
    if let Some(outage) = failed.as_outage() {
        return AuthError::KeycloakUnavailable(outage);
    }
    match failed {
        NoGrant::Refused(Refusal::SessionOver) => AuthError::SessionExpired,
        other => {
            let detail = other.detail(&Realm::of(route), KeycloakClient::Voting);
            AuthError::ConfigurationError(detail)
        }
    }
}
