//! The requests themselves, each sent once.
//!
//! `oauth2` builds the grants and reads the tokens. Its errors drop status and content type and
//! keep the body, so they are thrown away: what the answer was is recorded on its way, and
//! [`refusal`] says what it means.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use ivr_core::ports::Deadline;
use ivr_core::secret::Secret;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::http::{HeaderValue, StatusCode, header};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RefreshToken,
    ResourceOwnerPassword, ResourceOwnerUsername, TokenResponse as _, TokenUrl,
};
use url::{Url, form_urlencoded};

use super::refusal::{self, Asked, Refusal, Said};
use super::secrets::KeycloakClient;
use super::token_endpoint::{Grant, Granted, NoGrant};
use crate::adapters::http::{Http, HttpError, Reply, SMALL_BODY};

/// Asks for tokens.
pub(super) async fn tokens(
    http: &Http,
    url: &Url,
    secret: &Secret<String>,
    grant: &Grant<'_>,
    within: Deadline,
) -> Result<Granted, NoGrant> {
    let client = BasicClient::new(ClientId::new(grant.client().id().to_owned()))
        .set_client_secret(ClientSecret::new(secret.expose().clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(url.clone()));
    let recorder = Recorder { http, within, reply: Mutex::default() };
    let answer: Option<BasicTokenResponse> = match grant {
        Grant::Password { username, password, others } => {
            let username = ResourceOwnerUsername::new((*username).expose().clone());
            // RFC 6749 4.3.2 asks for the parameter. To a flow without a password step it is
            // nothing; to one that has the step, empty and missing are the same (facts 6.1).
            let password = password.map(Secret::expose).cloned().unwrap_or_default();
            let password = ResourceOwnerPassword::new(password);
            let mut request = client.exchange_password(&username, &password);
            for (name, value) in *others {
                let value = Cow::Borrowed(value.expose().as_str());
                request = request.add_extra_param(Cow::Borrowed(*name), value);
            }
            request.request_async(&recorder).await.ok()
        }
        Grant::Refresh(token) => {
            let token = RefreshToken::new((*token).expose().clone());
            client.exchange_refresh_token(&token).request_async(&recorder).await.ok()
        }
        Grant::ClientCredentials => {
            client.exchange_client_credentials().request_async(&recorder).await.ok()
        }
    };
    match (answer, recorder.reply.into_inner().unwrap_or_else(PoisonError::into_inner)) {
        (Some(tokens), _) => Ok(granted(&tokens)),
        (None, Some(Ok(reply))) => Err(NoGrant::Refused(refusal::read(grant.asked(), &reply))),
        (None, Some(Err(error))) => Err(NoGrant::Http(error)),
        // The library made no request of what it was given.
        (None, None) => Err(NoGrant::NoUrl),
    }
}

/// Ends a voter's session.
pub(super) async fn log_out(
    http: &Http,
    url: &Url,
    secret: &Secret<String>,
    refresh_token: &Secret<String>,
    within: Deadline,
) -> Result<(), NoGrant> {
    let form = [("client_secret", secret.expose()), ("refresh_token", refresh_token.expose())];
    let reply = post(http, url, &form, within).await?;
    match reply.status {
        200..=299 => Ok(()),
        _ => Err(NoGrant::Refused(refusal::read(Asked::Logout, &reply))),
    }
}

/// A login that names no voter: well is "the user name is missing".
pub(super) async fn probe(
    http: &Http,
    url: &Url,
    secret: &Secret<String>,
    within: Deadline,
) -> Result<(), NoGrant> {
    let grant = "password".to_owned();
    let form = [("grant_type", &grant), ("client_secret", secret.expose())];
    let reply = post(http, url, &form, within).await?;
    match refusal::read(Asked::Login, &reply) {
        Refusal::Misconfigured(Said {
            status: 400 | 401,
            error: "invalid_request",
            description: "Missing parameter",
        }) => Ok(()),
        other => Err(NoGrant::Refused(other)),
    }
}

async fn post(
    http: &Http,
    url: &Url,
    form: &[(&str, &String)],
    within: Deadline,
) -> Result<Reply, NoGrant> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", KeycloakClient::Voting.id())
        .extend_pairs(form)
        .finish();
    let mut request = reqwest::Request::new(reqwest::Method::POST, url.clone());
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    *request.body_mut() = Some(body.into());
    http.send(request, SMALL_BODY, within).await.map_err(NoGrant::Http)
}

/// Sends what `oauth2` built, and keeps what came back, whatever the library makes of it.
struct Recorder<'a> {
    http: &'a Http,
    within: Deadline,
    reply: Mutex<Option<Result<Reply, HttpError>>>,
}

impl<'c> AsyncHttpClient<'c> for Recorder<'_> {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let reply = match reqwest::Request::try_from(request) {
                Ok(request) => self.http.send(request, SMALL_BODY, self.within).await,
                Err(_) => Err(HttpError::NoClient),
            };
            let recorded = reply.clone();
            *self.reply.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
            response(reply?)
        })
    }
}

fn response(reply: Reply) -> Result<HttpResponse, HttpError> {
    let mut response = HttpResponse::new(reply.body);
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(|_| HttpError::Broken)?;
    if let Ok(kind) = HeaderValue::from_str(&reply.content_type)
        && !kind.is_empty()
    {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    Ok(response)
}

fn granted(tokens: &BasicTokenResponse) -> Granted {
    Granted {
        access_token: Secret::new(tokens.access_token().secret().clone()),
        refresh_token: tokens.refresh_token().map(|token| Secret::new(token.secret().clone())),
        expires_in: tokens.expires_in(),
    }
}
