//! [`KeycloakIvrConfig`]: `GET /realms/{realm}/ivr-config` (design 5.1.2, C.8.2).

use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::ports::{
    AuthError, AuthStep, Backend, Deadline, IvrConfigError, IvrConfigPort, Outage, ServiceToken,
    ServiceTokenPort as _,
};
use ivr_core::route::Route;
use serde_json::Value;

use super::realm::Realm;
use super::realm_cache::{CachePolicy, RealmCache};
use super::service_tokens::ServiceTokens;
use super::steps;
use crate::adapters::http::{Http, HttpError, Reply, SMALL_BODY};
use crate::adapters::request;

/// What realms ask of voters.
pub struct KeycloakIvrConfig {
    http: Arc<Http>,
    tokens: Arc<ServiceTokens>,
    cache: Arc<dyn RealmCache>,
    policy: CachePolicy,
}

impl std::fmt::Debug for KeycloakIvrConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeycloakIvrConfig").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl KeycloakIvrConfig {
    /// Asks through a client; a token that is refused is replaced from `tokens`.
    pub fn new(
        http: Arc<Http>,
        tokens: Arc<ServiceTokens>,
        cache: Arc<dyn RealmCache>,
        policy: CachePolicy,
    ) -> Self {
        Self { http, tokens, cache, policy }
    }

    async fn ask(
        &self,
        realm: &Realm,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Reply, IvrConfigError> {
        let no_url = || IvrConfigError::Unusable { detail: "keycloak_url is not a URL".into() };
        let url = realm.ivr_config_url().ok_or_else(no_url)?;
        let request = request::get(url, &token.0);
        let request = request.map_err(|_| HttpError::Broken.outage(Backend::Keycloak))?;
        let answer = self.http.send(request, SMALL_BODY, within).await;
        Ok(answer.map_err(|error| error.outage(Backend::Keycloak))?)
    }

    async fn fetch(
        &self,
        route: &Route,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Vec<AuthStep>, IvrConfigError> {
        let realm = Realm::of(route);
        let mut reply = self.ask(&realm, token, within).await?;
        if reply.status != 401 {
            return read(&realm, &reply, token);
        }
        // A key was rotated away, or the service account was reset: once anew, then it is the
        // operator's.
        self.tokens.forget(route, token);
        let anew = self.tokens.get_service_token(route, within).await;
        let anew = anew.map_err(|error| match error {
            AuthError::KeycloakUnavailable(outage) => outage.into(),
            other => IvrConfigError::Unusable { detail: other.to_string() },
        })?;
        reply = self.ask(&realm, &anew, within).await?;
        if reply.status == 401 {
            self.tokens.forget(route, &anew);
        }
        read(&realm, &reply, &anew)
    }
}

#[async_trait]
impl IvrConfigPort for KeycloakIvrConfig {
    async fn auth_steps(
        &self,
        route: &Route,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Vec<AuthStep>, IvrConfigError> {
        let CachePolicy::For(ttl) = self.policy else {
            return self.fetch(route, token, within).await;
        };
        let realm = Realm::of(route);
        let now = self.http.clock().now();
        if let Ok(Some(steps)) = self.cache.get(&realm, now, within).await {
            return Ok(steps);
        }
        let steps = self.fetch(route, token, within).await?;
        let until = self.http.clock().now() + ttl;
        // Whoever cannot write has at least read.
        let _ = self.cache.put(&realm, &steps, until, within).await;
        Ok(steps)
    }
}

fn read(
    realm: &Realm,
    reply: &Reply,
    token: &ServiceToken,
) -> Result<Vec<AuthStep>, IvrConfigError> {
    let unusable = |detail: String| IvrConfigError::Unusable {
        detail: format!("realm {}: {detail}", realm.name),
    };
    let problem = problem(reply, token);
    match reply.status {
        200 if reply.is_json() => steps::read(&reply.body).map_err(unusable),
        200 => Err(unusable("/ivr-config did not answer JSON".to_owned())),
        // 500 with a reason is the extension's word on a flow; without one it is a failure.
        500 if problem.is_some() => Err(unusable(said(500, problem))),
        408 | 425 | 429 | 500..=599 => {
            let cause = Some(format!("HTTP {}", reply.status).into());
            Err(Outage::Unavailable { backend: Backend::Keycloak, cause }.into())
        }
        404 if problem.as_deref() != Some("Realm does not exist") => {
            Err(unusable("HTTP 404 from /ivr-config: is the extension installed?".to_owned()))
        }
        status => Err(unusable(said(status, problem))),
    }
}

fn said(status: u16, problem: Option<String>) -> String {
    let problem = problem.map(|problem| format!(": {problem}")).unwrap_or_default();
    format!("HTTP {status} from /ivr-config{problem}")
}

/// The words of a problem: printable, bounded, and without the token that the request carried.
fn problem(reply: &Reply, token: &ServiceToken) -> Option<String> {
    const LONGEST: usize = 400;
    if !reply.is_json() {
        return None;
    }
    let body: Value = serde_json::from_slice(&reply.body).ok()?;
    // The server's own failure: it says nothing of the flow.
    if body.get("error").and_then(Value::as_str) == Some("unknown_error") {
        return None;
    }
    let names = ["code", "error", "title", "message", "error_description", "detail"];
    let texts: Vec<&str> =
        names.iter().filter_map(|name| body.get(*name)).filter_map(Value::as_str).collect();
    if texts.is_empty() {
        return None;
    }
    let text = texts.join(": ");
    if holds_part_of(&text, token.0.expose()) {
        return Some("(words that repeat the request are not shown)".to_owned());
    }
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    Some(text.chars().take(LONGEST).map(clean).collect())
}

/// Whether a text repeats a piece of a token that could be of use to anybody.
fn holds_part_of(text: &str, token: &str) -> bool {
    const PIECE: usize = 16;
    let token = token.as_bytes();
    let text = text.as_bytes();
    if token.len() < PIECE {
        return !token.is_empty() && text.windows(token.len()).any(|piece| piece == token);
    }
    // Any run of 32 characters of the token holds an aligned piece of 16.
    token.chunks_exact(PIECE).any(|piece| text.windows(PIECE).any(|window| window == piece))
}
