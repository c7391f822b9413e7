//! [`TokenEndpoint`]: one grant, asked with whichever secret the realm knows.
//!
//! `oauth2` builds the requests and reads the tokens. Its errors drop status and content type and
//! keep the body, so they are thrown away: what the answer was is recorded on its way, and
//! [`refusal`] says what it means.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ivr_core::ports::{Backend, Deadline, Outage};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RefreshToken,
    ResourceOwnerPassword, ResourceOwnerUsername, TokenResponse as _, TokenUrl,
};
use url::form_urlencoded;

use super::realm::Realm;
use super::refusal::{self, Asked, Refusal, Said};
use super::secrets::{ClientSecrets, KeycloakClient, Keyring, SecretsError};
use crate::adapters::http::{Http, HttpError, Reply, SMALL_BODY};

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
    fn asked(&self) -> Asked {
        match self {
            Self::Password { .. } => Asked::Login,
            Self::Refresh(_) => Asked::Refresh,
            Self::ClientCredentials => Asked::Service,
        }
    }

    fn client(&self) -> KeycloakClient {
        match self {
            Self::Password { .. } | Self::Refresh(_) => KeycloakClient::Voting,
            Self::ClientCredentials => KeycloakClient::Service,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VotingProbe {
    /// Its secret is accepted and it may use the grant.
    Ready,
    /// It cannot.
    Refused(Refusal),
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
    ///
    /// One request, and another only after the server refused the *client*: it looks at the client
    /// before it looks at a voter or at a refresh token, so nothing was counted, used or begun.
    pub(super) async fn ask(
        &self,
        route: &Route,
        grant: Grant<'_>,
        within: Deadline,
    ) -> Result<Granted, NoGrant> {
        let url = Realm::of(route).token_url().ok_or(NoGrant::NoUrl)?;
        let (asked, client) = (grant.asked(), grant.client());
        self.with_secrets(route, client, within, async |secret| {
            let client = BasicClient::new(ClientId::new(client.id().to_owned()))
                .set_client_secret(ClientSecret::new(secret.expose().clone()))
                .set_auth_type(AuthType::RequestBody)
                .set_token_uri(TokenUrl::from_url(url.clone()));
            // What came back, whatever the library makes of it.
            let recorded = Mutex::new(None);
            let send = |request: HttpRequest| self.record(request, within, &recorded);
            let answer: Option<BasicTokenResponse> = match &grant {
                Grant::Password { username, password, others } => {
                    let username = ResourceOwnerUsername::new((*username).expose().clone());
                    // RFC 6749 4.3.2 asks for the parameter. To a flow without a password step it
                    // is nothing; to one that has the step, empty and missing are the same
                    // (facts 6.1).
                    let password = password.map(Secret::expose).cloned().unwrap_or_default();
                    let password = ResourceOwnerPassword::new(password);
                    let mut request = client.exchange_password(&username, &password);
                    for (name, value) in *others {
                        let value = Cow::Borrowed(value.expose().as_str());
                        request = request.add_extra_param(Cow::Borrowed(*name), value);
                    }
                    request.request_async(&send).await.ok()
                }
                Grant::Refresh(token) => {
                    let token = RefreshToken::new(token.expose().clone());
                    client.exchange_refresh_token(&token).request_async(&send).await.ok()
                }
                Grant::ClientCredentials => {
                    client.exchange_client_credentials().request_async(&send).await.ok()
                }
            };
            let recorded = recorded.into_inner().unwrap_or_else(PoisonError::into_inner);
            match (answer, recorded) {
                (Some(tokens), _) => Ok(granted(&tokens)),
                (None, Some(Ok(reply))) => Err(NoGrant::Refused(refusal::read(asked, &reply))),
                (None, Some(Err(error))) => Err(NoGrant::Http(error)),
                // The library made no request of what it was given.
                (None, None) => Err(NoGrant::NoUrl),
            }
        })
        .await
    }

    /// Ends a voter's session.
    pub(super) async fn log_out(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), NoGrant> {
        let url = Realm::of(route).logout_url().ok_or(NoGrant::NoUrl)?;
        self.with_secrets(route, KeycloakClient::Voting, within, async |secret| {
            let form = [
                ("client_id", KeycloakClient::Voting.id()),
                ("client_secret", secret.expose()),
                ("refresh_token", refresh_token.expose()),
            ];
            let reply = self.post(url.clone(), &form, within).await.map_err(NoGrant::Http)?;
            match reply.status {
                200..=299 => Ok(()),
                _ => Err(NoGrant::Refused(refusal::read(Asked::Logout, &reply))),
            }
        })
        .await
    }

    /// Asks for a voter's tokens without naming a voter: the server checks client, secret and
    /// grant, then says that the user name is missing. Nothing is counted (facts 6.1).
    pub async fn probe_voting(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<VotingProbe, Outage> {
        let realm = Realm::of(route);
        let Some(url) = realm.token_url() else {
            return Ok(VotingProbe::Refused(Refusal::Misconfigured(NO_URL)));
        };
        let asked = self.with_secrets(route, KeycloakClient::Voting, within, async |secret| {
            let form = [
                ("grant_type", "password"),
                ("client_id", KeycloakClient::Voting.id()),
                ("client_secret", secret.expose()),
            ];
            let reply = self.post(url.clone(), &form, within).await.map_err(NoGrant::Http)?;
            match refusal::read(Asked::Login, &reply) {
                Refusal::Misconfigured(Said {
                    status: 400 | 401,
                    error: "invalid_request",
                    description: "Missing parameter",
                }) => Ok(()),
                other => Err(NoGrant::Refused(other)),
            }
        });
        match asked.await {
            Ok(()) => Ok(VotingProbe::Ready),
            Err(refused) => match (refused.as_outage(), refused) {
                (Some(outage), _) => Err(outage),
                (None, NoGrant::Refused(refusal)) => Ok(VotingProbe::Refused(refusal)),
                (None, other) => Err(Outage::Misconfigured {
                    backend: Backend::Keycloak,
                    detail: other.detail(&realm, KeycloakClient::Voting),
                }),
            },
        }
    }

    async fn with_secrets<T>(
        &self,
        route: &Route,
        client: KeycloakClient,
        within: Deadline,
        ask: impl AsyncFn(&Secret<String>) -> Result<T, NoGrant>,
    ) -> Result<T, NoGrant> {
        let now = self.http.clock().now();
        let first = self.keyring.candidates(route, client, now, within).await;
        let mut waiting = first.map_err(NoGrant::Secrets)?;
        waiting.reverse();
        let mut tried: Vec<Secret<String>> = Vec::new();
        let mut last = NoGrant::NoUrl;
        while let Some(secret) = waiting.pop() {
            let answer = ask(&secret).await;
            match answer {
                Err(NoGrant::Refused(Refusal::SecretRefused(said))) => {
                    last = NoGrant::Refused(Refusal::SecretRefused(said));
                    tried.push(secret);
                    let now = self.http.clock().now();
                    let left = self.keyring.after_refusal(route, client, &tried, now, within);
                    waiting = left.await;
                    waiting.reverse();
                    // Two secrets, and two more if they changed while we asked.
                    if tried.len() >= 4 {
                        break;
                    }
                }
                answer => {
                    if !matches!(answer, Err(NoGrant::Http(_))) {
                        self.keyring.worked(route, client, &secret);
                    }
                    return answer;
                }
            }
        }
        Err(last)
    }

    async fn post(
        &self,
        url: url::Url,
        form: &[(&str, &str)],
        within: Deadline,
    ) -> Result<Reply, HttpError> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = reqwest::Request::new(reqwest::Method::POST, url);
        let kind = reqwest::header::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(reqwest::header::CONTENT_TYPE, kind);
        *request.body_mut() = Some(body.into());
        self.http.send(request, SMALL_BODY, within).await
    }

    async fn record(
        &self,
        request: HttpRequest,
        within: Deadline,
        recorded: &Mutex<Option<Result<Reply, HttpError>>>,
    ) -> Result<HttpResponse, HttpError> {
        let reply = match reqwest::Request::try_from(request) {
            Ok(request) => self.http.send(request, SMALL_BODY, within).await,
            Err(_) => Err(HttpError::NoClient),
        };
        *recorded.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply.clone());
        let reply = reply?;
        let mut response = HttpResponse::new(reply.body);
        *response.status_mut() =
            oauth2::http::StatusCode::from_u16(reply.status).map_err(|_| HttpError::Broken)?;
        if let Ok(kind) = oauth2::http::HeaderValue::from_str(&reply.content_type)
            && !kind.is_empty()
        {
            response.headers_mut().insert(oauth2::http::header::CONTENT_TYPE, kind);
        }
        Ok(response)
    }
}

const NO_URL: Said = Said { status: 0, error: "", description: "keycloak_url is not a URL" };

fn granted(tokens: &BasicTokenResponse) -> Granted {
    Granted {
        access_token: Secret::new(tokens.access_token().secret().clone()),
        refresh_token: tokens.refresh_token().map(|token| Secret::new(token.secret().clone())),
        expires_in: tokens.expires_in(),
    }
}
