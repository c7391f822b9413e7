//! What the tests are made of: a clock, secrets that can be changed, routes, tokens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use ivr_core::ports::{Clock, Credential, Deadline};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::server::Server;
use crate::adapters::http::{Http, Transport};
use crate::adapters::keycloak::{
    ClientSecrets, KeycloakClient, SecretPair, SecretsError, ServiceSettings, ServiceTokens,
    TokenEndpoint,
};

pub(super) use crate::adapters::testing::{TestClock, everything};

pub(super) const TENANT: Uuid = Uuid::from_u128(0x7e);
pub(super) const EVENT: Uuid = Uuid::from_u128(0xe7);
/// Found nowhere.
pub(super) const PIN: &str = "47114711";
pub(super) const SECRET: &str = "s3cret+with/odd&characters=%";

/// A source of secrets: each reading takes the next of a queue, the last one stays.
pub(super) struct Source {
    pairs: Mutex<VecDeque<SecretPair>>,
    pub(super) reads: Mutex<Vec<(String, String, KeycloakClient)>>,
}

impl Source {
    pub(super) fn of(
        pairs: impl IntoIterator<Item = (&'static str, Option<&'static str>)>,
    ) -> Arc<Self> {
        let secret = |text: &str| Secret::new(text.to_owned());
        let pair = |(current, previous): (&str, Option<&str>)| SecretPair {
            current: secret(current),
            previous: previous.map(secret),
        };
        let pairs = Mutex::new(pairs.into_iter().map(pair).collect());
        Arc::new(Self { pairs, reads: Mutex::default() })
    }

    pub(super) fn reads(&self) -> usize {
        self.reads.lock().unwrap().len()
    }
}

#[async_trait]
impl ClientSecrets for Source {
    async fn secrets(
        &self,
        cluster: &str,
        environment: &str,
        client: KeycloakClient,
        _within: Deadline,
    ) -> Result<SecretPair, SecretsError> {
        self.reads.lock().unwrap().push((cluster.into(), environment.into(), client));
        let mut pairs = self.pairs.lock().unwrap();
        let next = if pairs.len() > 1 { pairs.pop_front() } else { pairs.front().cloned() };
        next.ok_or(SecretsError::Unavailable)
    }
}

/// Everything that asks one server.
pub(super) struct Asking {
    pub(super) clock: Arc<TestClock>,
    pub(super) http: Arc<Http>,
    pub(super) source: Arc<Source>,
    pub(super) endpoint: Arc<TokenEndpoint>,
    pub(super) tokens: Arc<ServiceTokens>,
}

impl Asking {
    pub(super) fn new() -> Self {
        Self::with(Source::of([(SECRET, None)]))
    }

    pub(super) fn with(source: Arc<Source>) -> Self {
        let clock = TestClock::new();
        let http = Http::new(Arc::clone(&clock) as Arc<dyn Clock>, Transport::PlainAllowed);
        let http = Arc::new(http.unwrap());
        let secrets = Arc::clone(&source) as Arc<dyn ClientSecrets>;
        let endpoint = Arc::new(TokenEndpoint::new(Arc::clone(&http), secrets));
        let settings = ServiceSettings::default();
        let tokens = Arc::new(ServiceTokens::new(Arc::clone(&endpoint), settings));
        Self { clock, http, source, endpoint, tokens }
    }

    /// A deadline on the clock of the test.
    pub(super) fn within(&self, ms: i64) -> Deadline {
        Deadline(self.clock.now() + TimeDelta::milliseconds(ms))
    }

    /// A service token of five minutes, by the clock of the test.
    pub(super) fn service_body(&self) -> String {
        service_body(self.clock.now().timestamp() + 300)
    }
}

/// Any token of a service, valid until a second.
pub(super) fn service_body(exp: i64) -> String {
    let token =
        jwt(&json!({"exp": exp, "azp": "ivr-service", "jti": Uuid::from_u128(exp as u128)}));
    json!({"access_token": token, "expires_in": 300, "refresh_expires_in": 0,
        "token_type": "Bearer", "not-before-policy": 0, "scope": "email profile"})
    .to_string()
}

pub(super) fn route(server: &Server) -> Route {
    route_to(&server.url)
}

pub(super) fn route_to(url: &str) -> Route {
    Route {
        tenant_id: TENANT,
        election_event_id: EVENT,
        cluster_id: "prod1".into(),
        environment: "qa".into(),
        keycloak_url: url.to_owned(),
        harvest_url: String::new(),
        hasura_url: String::new(),
        s3_public_base_url: String::new(),
        keycloak_realm: format!("tenant-{TENANT}-event-{EVENT}"),
        time_zone: None,
    }
}

/// A token with these claims and a signature that nobody checks.
pub(super) fn jwt(claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", encode(&json!({"alg": "RS256", "typ": "JWT"})), encode(claims))
}

/// The complete claims of a voter.
pub(super) fn voter_claims(route: &Route) -> Value {
    json!({
        "exp": 1_800_000_300, "iat": 1_800_000_000, "auth_time": 1_800_000_000,
        "jti": "onrtro:186add05-3493-c3e4-c977-9fba6b818fea", "iss": route.issuer(),
        "sub": "8edc4ddb-0000-4000-8000-000000000001", "typ": "Bearer", "azp": "ivr-voting",
        "sid": "fcdeb4dc-0000-4000-8000-000000000001", "acr": "1",
        "allowed-origins": ["https://ivr.invalid"], "scope": "email profile",
        "email_verified": false, "preferred_username": "12345678",
        "https://hasura.io/jwt/claims": {
            "x-hasura-default-role": "user", "x-hasura-area-id": Uuid::from_u128(0xa),
            "x-hasura-tenant-id": TENANT, "authorized-election-ids": [Uuid::from_u128(0xe1)],
            "x-hasura-user-id": "8edc4ddb-0000-4000-8000-000000000001",
            "x-hasura-allowed-roles": ["user"]
        }
    })
}

pub(super) fn voter_body(claims: &Value, refresh: Option<&str>) -> String {
    let mut body = json!({"access_token": jwt(claims), "expires_in": 300,
        "refresh_expires_in": 1800, "token_type": "Bearer", "not-before-policy": 0,
        "session_state": "fcdeb4dc-0000-4000-8000-000000000001", "scope": "email profile"});
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
    }
    body.to_string()
}

pub(super) fn credentials() -> Vec<Credential> {
    vec![Credential::new("username", "12345678".into()), Credential::new("password", PIN.into())]
}
