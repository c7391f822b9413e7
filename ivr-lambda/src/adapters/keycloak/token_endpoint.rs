//! [`TokenEndpoint`]: one grant, asked with whichever secret the realm knows.

use std::sync::Arc;
use std::time::Duration;

use ivr_core::ports::{Backend, Deadline, Outage};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use url::Url;

use super::realm::Realm;
use super::refusal::{Asked, Refusal};
use super::request;
use super::secrets::{ClientSecrets, KeycloakClient, Keyring, SecretsError};
use crate::adapters::http::{Http, HttpError};

/// A grant.
pub(super) enum Grant<'a> {
    /// A voter's credentials.
    Password {
        username: &'a Secret<String>,
        password: Option<&'a Secret<String>>,
        others: &'a [(&'a str, &'a Secret<String>)],
    },
    /// A voter's refresh token.
    Refresh(&'a Secret<String>),
    /// The service itself.
    ClientCredentials,
}

impl Grant<'_> {
    /// What a refusal of it is read as.
    pub(super) fn asked(&self) -> Asked {
        match self {
            Self::Password { .. } => Asked::Login,
            Self::Refresh(_) => Asked::Refresh,
            Self::ClientCredentials => Asked::Service,
        }
    }

    /// Who asks.
    pub(super) fn client(&self) -> KeycloakClient {
        match self {
            Self::Password { .. } | Self::Refresh(_) => KeycloakClient::Voting,
            Self::ClientCredentials => KeycloakClient::Service,
        }
    }
}

/// What is asked with a client's secret.
enum Question<'a> {
    Tokens(Grant<'a>),
    LogOut(&'a Secret<String>),
    Probe,
}

impl Question<'_> {
    fn client(&self) -> KeycloakClient {
        match self {
            Self::Tokens(grant) => grant.client(),
            Self::LogOut(_) | Self::Probe => KeycloakClient::Voting,
        }
    }
}

/// Tokens, as received.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) access_token: Secret<String>,
    pub(super) refresh_token: Option<Secret<String>>,
    pub(super) expires_in: Option<Duration>,
}

/// Why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoGrant {
    /// The server said no.
    Refused(Refusal),
    /// The server did not say anything.
    Http(HttpError),
    /// There is no secret to ask with.
    Secrets(SecretsError),
    /// The routing entry's URL is none.
    NoUrl,
}

impl NoGrant {
    /// Whether nobody knows why: overload, restart, network.
    pub(super) fn as_outage(&self) -> Option<Outage> {
        match self {
            Self::Refused(Refusal::Transient(said)) => {
                let cause = Some(said.to_string().into());
                Some(Outage::Unavailable { backend: Backend::Keycloak, cause })
            }
            Self::Http(error) => Some(error.outage(Backend::Keycloak)),
            Self::Secrets(SecretsError::Unavailable) => {
                Some(Outage::Unavailable { backend: Backend::SecretsManager, cause: None })
            }
            Self::Refused(_) | Self::Secrets(SecretsError::Missing { .. }) | Self::NoUrl => None,
        }
    }

    /// For the operator.
    pub(super) fn detail(&self, realm: &Realm, client: KeycloakClient) -> String {
        let what = match self {
            Self::Refused(refusal) => match refusal {
                Refusal::SecretRefused(said)
                | Refusal::Misconfigured(said)
                | Refusal::Transient(said) => said.to_string(),
                other => format!("unexpected answer {other:?}"),
            },
            Self::Http(error) => error.to_string(),
            Self::Secrets(error) => error.to_string(),
            Self::NoUrl => "keycloak_url is not a URL".to_owned(),
        };
        format!("realm {}, client {}: {what}", realm.name, client.id())
    }
}

/// Whether the client that logs voters in could do so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VotingProbe {
    /// Its secret is accepted and it may use the grant.
    Ready,
    /// It cannot, for this reason.
    Refused(String),
}

/// The token endpoints of all realms.
#[derive(Debug)]
pub struct TokenEndpoint {
    pub(super) http: Arc<Http>,
    keyring: Keyring,
}

impl TokenEndpoint {
    /// Asks through a client, with secrets from a source.
    pub fn new(http: Arc<Http>, secrets: Arc<dyn ClientSecrets>) -> Self {
        Self { http, keyring: Keyring::new(secrets) }
    }

    /// Asks for tokens.
    pub(super) async fn ask(
        &self,
        route: &Route,
        grant: Grant<'_>,
        within: Deadline,
    ) -> Result<Granted, NoGrant> {
        let url = Realm::of(route).token_url().ok_or(NoGrant::NoUrl)?;
        let granted = self.with_secrets(route, &url, &Question::Tokens(grant), within).await?;
        granted.ok_or(NoGrant::Http(HttpError::Broken))
    }

    /// Ends a voter's session.
    pub(super) async fn log_out(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), NoGrant> {
        let url = Realm::of(route).logout_url().ok_or(NoGrant::NoUrl)?;
        let question = Question::LogOut(refresh_token);
        self.with_secrets(route, &url, &question, within).await.map(|_| ())
    }

    /// Asks for a voter's tokens without naming a voter: the server checks client, secret and
    /// grant, then says that the user name is missing. Nothing is counted (facts 6.1).
    pub async fn probe_voting(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<VotingProbe, Outage> {
        let realm = Realm::of(route);
        let asked = match realm.token_url() {
            Some(url) => self.with_secrets(route, &url, &Question::Probe, within).await,
            None => Err(NoGrant::NoUrl),
        };
        match asked {
            Ok(_) => Ok(VotingProbe::Ready),
            Err(failed) => match failed.as_outage() {
                Some(outage) => Err(outage),
                None => Ok(VotingProbe::Refused(failed.detail(&realm, KeycloakClient::Voting))),
            },
        }
    }

    /// Asks with one secret after the other.
    ///
    /// One request, and another only after the server refused the *client*: it looks at the client
    /// before it looks at a voter or at a refresh token, so nothing was counted, used or begun.
    async fn with_secrets(
        &self,
        route: &Route,
        url: &Url,
        question: &Question<'_>,
        within: Deadline,
    ) -> Result<Option<Granted>, NoGrant> {
        let client = question.client();
        let now = self.http.clock().now();
        let first = self.keyring.candidates(route, client, now, within).await;
        let mut waiting = first.map_err(NoGrant::Secrets)?;
        let mut tried: Vec<Secret<String>> = Vec::new();
        loop {
            if waiting.is_empty() {
                return Err(NoGrant::Secrets(SecretsError::Unavailable));
            }
            let secret = waiting.remove(0);
            let answer = match question {
                Question::Tokens(grant) => {
                    request::tokens(&self.http, url, &secret, grant, within).await.map(Some)
                }
                Question::LogOut(token) => {
                    request::log_out(&self.http, url, &secret, token, within).await.map(|()| None)
                }
                Question::Probe => {
                    request::probe(&self.http, url, &secret, within).await.map(|()| None)
                }
            };
            match answer {
                Err(NoGrant::Refused(Refusal::SecretRefused(_))) => {
                    tried.push(secret);
                    let now = self.http.clock().now();
                    waiting = self.keyring.after_refusal(route, client, &tried, now, within).await;
                    // Two secrets, and two more if they changed while we asked.
                    if waiting.is_empty() || tried.len() >= 4 {
                        return answer;
                    }
                }
                answer => {
                    if !matches!(
                        answer,
                        Err(NoGrant::Http(_) | NoGrant::Refused(Refusal::Transient(_)))
                    ) {
                        self.keyring.worked(route, client, &secret);
                    }
                    return answer;
                }
            }
        }
    }
}
