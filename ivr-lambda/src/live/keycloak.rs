//! [`LiveKeycloak`]: the identity ports of one realm, from a file of `--live`.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::ports::{
    AuthError, AuthPort, AuthStep, Clock, Credential, Deadline, IvrConfigError, IvrConfigPort,
    LoginOutcome, ServiceToken, ServiceTokenPort, VoterTokens,
};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use uuid::Uuid;

use super::file::{KeycloakSection, check_url};
use super::runtime::SystemClock;
use super::secret_ref::SecretRef;
use crate::adapters::http::{Http, HttpError, Transport};
use crate::adapters::keycloak::{
    CachePolicy, ClientSecrets, JwksSettings, KeycloakClient, KeycloakIvrConfig, MemoryRealmCache,
    Realm, RefreshReuse, SecretPair, SecretsError, ServiceSettings, ServiceTokens, TokenEndpoint,
    TokenManager, Verifier,
};
use crate::world::At;

/// The identity ports of one realm.
pub struct LiveKeycloak {
    /// For counting requests.
    pub http: Arc<Http>,
    /// For what has no port.
    pub endpoint: Arc<TokenEndpoint>,
    /// Checks signatures with the realm's own keys.
    pub verifier: Verifier,
    /// Where it all is.
    pub route: Route,
    manager: TokenManager,
    tokens: Arc<ServiceTokens>,
    ivr_config: KeycloakIvrConfig,
}

impl std::fmt::Debug for LiveKeycloak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveKeycloak").field("realm", &self.route.keycloak_realm).finish()
    }
}

/// The route to a realm: tenant and event are in its name.
pub fn realm_route(url: &str, realm: &str) -> Option<Route> {
    let (tenant, event) = realm.strip_prefix("tenant-")?.split_once("-event-")?;
    let (tenant_id, election_event_id): (Uuid, Uuid) = (tenant.parse().ok()?, event.parse().ok()?);
    let route = Route {
        tenant_id,
        election_event_id,
        cluster_id: "live".into(),
        environment: "live".into(),
        keycloak_url: url.trim_end_matches('/').to_owned(),
        harvest_url: String::new(),
        hasura_url: String::new(),
        s3_public_base_url: String::new(),
        keycloak_realm: format!("tenant-{tenant_id}-event-{election_event_id}"),
        time_zone: None,
    };
    // Upper case, braces: Keycloak's names are exact.
    (route.keycloak_realm == realm).then_some(route)
}

impl LiveKeycloak {
    /// Checks a section and sets up what it names. Nothing is sent yet.
    pub fn open(file: &Path, section: &KeycloakSection) -> anyhow::Result<Self> {
        let at =
            |field: &str, message: String| At::new(file, format!("$.keycloak.{field}"), message);
        let route = realm_route(&section.url, &section.realm).ok_or_else(|| {
            at("realm", "write tenant-{tenant id}-event-{event id}, as the realm is named".into())
        })?;
        check_url(file, "$.keycloak.url", &section.url)?;
        for (field, secret) in
            [("voting_secret", &section.voting_secret), ("service_secret", &section.service_secret)]
        {
            secret.read().map_err(|error| at(field, error.to_string()))?;
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let http = Arc::new(Http::new(clock, Transport::PlainAllowed)?);
        let secrets = Arc::new(FileSecrets {
            voting: section.voting_secret.clone(),
            service: section.service_secret.clone(),
        });
        let endpoint = Arc::new(TokenEndpoint::new(Arc::clone(&http), secrets));
        let reuse =
            if section.refresh_reuse { RefreshReuse::Allowed } else { RefreshReuse::Careful };
        let tokens =
            Arc::new(ServiceTokens::new(Arc::clone(&endpoint), ServiceSettings::default()));
        let jwks = Realm::of(&route).jwks_url().ok_or(HttpError::NoClient)?;
        Ok(Self {
            manager: TokenManager::new(Arc::clone(&endpoint), reuse),
            ivr_config: KeycloakIvrConfig::new(
                Arc::clone(&http),
                Arc::clone(&tokens),
                Arc::new(MemoryRealmCache::new(1)),
                // Who edits a flow wants to see it now.
                CachePolicy::Off,
            ),
            verifier: Verifier::new(Arc::clone(&http), jwks, JwksSettings::default()),
            http,
            endpoint,
            tokens,
            route,
        })
    }
}

impl LiveKeycloak {
    /// For backends that refuse a token of the service.
    pub fn service_tokens(&self) -> Arc<ServiceTokens> {
        Arc::clone(&self.tokens)
    }
}

/// Secrets where a file of `--live` says they are, read each time they are asked for.
struct FileSecrets {
    voting: SecretRef,
    service: SecretRef,
}

#[async_trait]
impl ClientSecrets for FileSecrets {
    async fn secrets(
        &self,
        cluster: &str,
        environment: &str,
        client: KeycloakClient,
        _within: Deadline,
    ) -> Result<SecretPair, SecretsError> {
        let at = match client {
            KeycloakClient::Voting => &self.voting,
            KeycloakClient::Service => &self.service,
        };
        let current = at.read().map_err(|error| SecretsError::Missing {
            client: client.id(),
            cluster: cluster.to_owned(),
            environment: environment.to_owned(),
            detail: error.to_string(),
        })?;
        Ok(SecretPair { current, previous: None })
    }
}

#[async_trait]
impl AuthPort for LiveKeycloak {
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        within: Deadline,
    ) -> Result<LoginOutcome, AuthError> {
        self.manager.login(route, credentials, within).await
    }

    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        self.manager.refresh(route, refresh_token, within).await
    }

    async fn logout(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), AuthError> {
        self.manager.logout(route, refresh_token, within).await
    }
}

#[async_trait]
impl ServiceTokenPort for LiveKeycloak {
    async fn get_service_token(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<ServiceToken, AuthError> {
        self.tokens.get_service_token(route, within).await
    }
}

#[async_trait]
impl IvrConfigPort for LiveKeycloak {
    async fn auth_steps(
        &self,
        route: &Route,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Vec<AuthStep>, IvrConfigError> {
        self.ivr_config.auth_steps(route, token, within).await
    }
}
