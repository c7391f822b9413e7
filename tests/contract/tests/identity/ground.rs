//! A realm as a telephone needs it, and the adapters that speak to it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use chrono::TimeDelta;
use contract::admin::Admin;
use ivr_core::ports::{Clock, Credential, Deadline};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use ivr_lambda::adapters::http::{Http, Transport};
use ivr_lambda::adapters::keycloak::{
    CachePolicy, ClientSecrets, KeycloakClient, KeycloakIvrConfig, MemoryRealmCache, RefreshReuse,
    SecretPair, SecretsError, ServiceSettings, ServiceTokens, TokenEndpoint, TokenManager,
};
use ivr_lambda::live::{SystemClock, realm_route};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const VOTER: &str = "12345678";
/// Eight digits, for four stand in some time stamp or hash of a log by chance.
pub(crate) const PIN: &str = "47110815";
pub(crate) const WRONG: &str = "90817263";
pub(crate) const BORN: &str = "19600102";
pub(crate) const BORN_KEYED: &str = "01021960";
/// Characters that a form, Basic authentication and a URL each treat in their own way.
pub(crate) const SECRET: &str = "voting/secret+1&=% ä";
pub(crate) const SERVICE_SECRET: &str = "service:secret?#2";

/// What a voter shows.
pub(crate) type Factors = &'static [(&'static str, &'static str)];

/// A realm that exists as long as this does.
pub(crate) struct Ground<'a> {
    pub(crate) admin: &'a Admin<'a>,
    pub(crate) route: Route,
}

impl Drop for Ground<'_> {
    fn drop(&mut self) {
        let _ = self.admin.delete(&format!("/realms/{}", self.route.keycloak_realm));
    }
}

fn claim(name: &str, mapper: &str, config: Value) -> Value {
    let mut all = json!({
        "claim.name": format!("https://hasura\\.io/jwt/claims.{name}"),
        "jsonType.label": "String", "access.token.claim": "true",
    });
    if let (Some(all), Some(config)) = (all.as_object_mut(), config.as_object()) {
        all.extend(config.clone());
    }
    json!({"name": name, "protocol": "openid-connect", "protocolMapper": mapper, "config": all})
}

fn mappers() -> Value {
    let attribute = "oidc-usermodel-attribute-mapper";
    json!([
        claim("x-hasura-default-role", "oidc-hardcoded-claim-mapper", json!({"claim.value": "user"})),
        claim("x-hasura-tenant-id", attribute, json!({"user.attribute": "tenant-id"})),
        claim("x-hasura-user-id", "oidc-usermodel-property-mapper", json!({"user.attribute": "id"})),
        claim("x-hasura-area-id", attribute, json!({"user.attribute": "area-id"})),
        claim("x-hasura-allowed-roles", "oidc-usermodel-realm-role-mapper", json!({"multivalued": "true"})),
        claim("authorized-election-ids", attribute,
            json!({"user.attribute": "authorized-election-ids", "multivalued": "true"})),
        {"name": "auth_time", "protocol": "openid-connect", "protocolMapper": "ivr-auth-time-mapper",
            "config": {"access.token.claim": "true"}},
    ])
}

/// A user profile without required names; attributes that nobody declared are kept.
fn profile() -> Value {
    let attribute = |name: &str| json!({"name": name, "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}});
    let attributes: Vec<_> =
        ["username", "email", "firstName", "lastName"].into_iter().map(attribute).collect();
    json!({"attributes": attributes, "unmanagedAttributePolicy": "ADMIN_EDIT"})
}

impl<'a> Ground<'a> {
    /// A realm whose voters show `factors`: authenticators, each REQUIRED. `with` is merged over it.
    pub(crate) fn new(
        admin: &'a Admin<'a>,
        base: &str,
        factors: Factors,
        with: &Value,
    ) -> anyhow::Result<Self> {
        let uuid = |bytes: [u8; 16]| Uuid::from_bytes(bytes);
        let event = uuid(unique());
        Self::of(
            admin,
            base,
            (Uuid::from_u128(0x7e), event),
            (Uuid::from_u128(0xa), vec![Uuid::from_u128(0xe1)]),
            factors,
            with,
        )
    }

    /// A realm whose own Direct Grant flow decides: no flow is bound to the telephone's client.
    pub(crate) fn by_branch(
        admin: &'a Admin<'a>,
        base: &str,
        mut with: Value,
    ) -> anyhow::Result<Self> {
        if let Some(with) = with.as_object_mut() {
            with.remove("clients");
        }
        let ground = Self::new(admin, base, PIN_FLOW, &json!({}))?;
        // The ground's own clients, without the override, in a realm of the given flows.
        let mut clients = Vec::new();
        for name in ["ivr-voting", "ivr-service"] {
            let mut client = ground.find("/clients", "clientId", name)?;
            if let Some(client) = client.as_object_mut() {
                client.remove("id");
                client.insert("authenticationFlowBindingOverrides".into(), json!({}));
                let mappers = client.get_mut("protocolMappers").and_then(Value::as_array_mut);
                for mapper in mappers.into_iter().flatten() {
                    mapper.as_object_mut().and_then(|mapper| mapper.remove("id"));
                }
            }
            clients.push(client);
        }
        with["clients"] = json!(clients);
        Self::new(admin, base, PIN_FLOW, &with)
    }

    /// The same for a tenant and an event, with an area and its elections.
    pub(crate) fn of(
        admin: &'a Admin<'a>,
        base: &str,
        (tenant, event): (Uuid, Uuid),
        (area, elections): (Uuid, Vec<Uuid>),
        factors: Factors,
        with: &Value,
    ) -> anyhow::Result<Self> {
        let name = format!("tenant-{tenant}-event-{event}");
        let flow = Uuid::from_bytes(unique());
        let executions: Vec<_> = (10..)
            .step_by(10)
            .zip(factors)
            .map(|(priority, (authenticator, config))| {
                let mut execution = json!({"authenticator": authenticator,
                    "requirement": "REQUIRED", "priority": priority});
                if !config.is_empty() {
                    execution["authenticatorConfig"] = (*config).into();
                }
                execution
            })
            .collect();
        let mut realm = json!({
            "realm": name, "enabled": true,
            "passwordPolicy": "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)",
            "roles": {"realm": [{"name": "user"}, {"name": "can_read_phone_blacklist"}]},
            "authenticationFlows": [{"id": flow, "alias": "ivr direct grant",
                "providerId": "basic-flow", "topLevel": true, "builtIn": false,
                "authenticationExecutions": executions}],
            "authenticatorConfig": [{"alias": "ivr dob", "config": {"field_name": "dob",
                "max_digits": "8", "terminator": "#", "maps_to": "dob",
                "stored_format": "YYYYMMDD", "keyed_format": "MMDDYYYY"}}],
            "clients": [
                {"clientId": "ivr-voting", "enabled": true, "publicClient": false,
                    "secret": SECRET, "standardFlowEnabled": false,
                    "directAccessGrantsEnabled": true, "webOrigins": ["https://ivr.invalid"],
                    "fullScopeAllowed": false, "protocolMappers": mappers(),
                    "authenticationFlowBindingOverrides": {"direct_grant": flow}},
                {"clientId": "ivr-service", "enabled": true, "publicClient": false,
                    "secret": SERVICE_SECRET, "standardFlowEnabled": false,
                    "serviceAccountsEnabled": true, "fullScopeAllowed": false}],
            "scopeMappings": [{"client": "ivr-voting", "roles": ["user"]},
                {"client": "ivr-service", "roles": ["can_read_phone_blacklist"]}],
            "users": [
                {"username": VOTER, "enabled": true, "realmRoles": ["user"],
                    "credentials": [{"type": "password", "value": PIN}],
                    "attributes": {"tenant-id": [tenant], "area-id": [area],
                        "authorized-election-ids": elections, "dateOfBirth": [BORN]}},
                {"username": "service-account-ivr-service", "enabled": true,
                    "serviceAccountClientId": "ivr-service",
                    "realmRoles": ["can_read_phone_blacklist"]}],
            "components": {"org.keycloak.userprofile.UserProfileProvider": [{
                "name": "declarative-user-profile", "providerId": "declarative-user-profile",
                "config": {"kc.user.profile.config": [profile().to_string()]}}]},
        });
        if let (Some(realm), Some(with)) = (realm.as_object_mut(), with.as_object()) {
            realm.extend(with.clone());
        }
        admin.post("/realms", &realm)?;
        let route = realm_route(base, &name).context("the realm's name")?;
        Ok(Self { admin, route })
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/realms/{}{rest}", self.route.keycloak_realm)
    }

    /// The first of a list in this realm that has a value at a name.
    pub(crate) fn find(&self, list: &str, name: &str, value: &str) -> anyhow::Result<Value> {
        let all = self.admin.get(&self.path(list))?;
        let mut all = all.as_array().context("no list")?.iter();
        Ok(all.find(|one| one[name] == value).with_context(|| format!("no {value}"))?.clone())
    }

    pub(crate) fn change_voter(&self, change: &Value) -> anyhow::Result<()> {
        let voter = self.find("/users", "username", VOTER)?;
        let id = voter["id"].as_str().context("no id")?;
        Ok(self.admin.put(&self.path(&format!("/users/{id}")), change)?)
    }

    pub(crate) fn change_client(&self, client: &str, change: &Value) -> anyhow::Result<()> {
        let found = self.find("/clients", "clientId", client)?;
        let id = found["id"].as_str().context("no id")?;
        let mut changed = json!({"clientId": client});
        if let (Some(changed), Some(change)) = (changed.as_object_mut(), change.as_object()) {
            changed.extend(change.clone());
        }
        Ok(self.admin.put(&self.path(&format!("/clients/{id}")), &changed)?)
    }
}

/// Bytes that no other realm of this server has.
fn unique() -> [u8; 16] {
    use std::hash::{BuildHasher as _, RandomState};
    let hash = || RandomState::new().hash_one(std::time::Instant::now()).to_le_bytes();
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&hash());
    bytes[8..].copy_from_slice(&hash());
    bytes
}

/// Secrets that a test can change.
pub(crate) struct Secrets {
    pub(crate) service: Mutex<(String, Option<String>)>,
    pub(crate) voting: Mutex<(String, Option<String>)>,
}

#[async_trait]
impl ClientSecrets for Secrets {
    async fn secrets(
        &self,
        _cluster: &str,
        _environment: &str,
        client: KeycloakClient,
        _within: Deadline,
    ) -> Result<SecretPair, SecretsError> {
        let pair = match client {
            KeycloakClient::Service => &self.service,
            KeycloakClient::Voting => &self.voting,
        };
        let (current, previous) = pair.lock().map_err(|_| SecretsError::Unavailable)?.clone();
        Ok(SecretPair { current: Secret::new(current), previous: previous.map(Secret::new) })
    }
}

/// A clock that can be put forward: what is remembered for seconds is not waited for.
#[derive(Default)]
pub(crate) struct Ahead(Mutex<TimeDelta>);

impl Ahead {
    pub(crate) fn by(&self, seconds: i64) {
        if let Ok(mut ahead) = self.0.lock() {
            *ahead += TimeDelta::seconds(seconds);
        }
    }
}

impl Clock for Ahead {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        SystemClock.now() + self.0.lock().map(|ahead| *ahead).unwrap_or_default()
    }
}

/// The adapters.
pub(crate) struct Adapters {
    pub(crate) clock: Arc<Ahead>,
    pub(crate) http: Arc<Http>,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) endpoint: Arc<TokenEndpoint>,
    pub(crate) manager: TokenManager,
    pub(crate) tokens: Arc<ServiceTokens>,
    pub(crate) ivr_config: KeycloakIvrConfig,
}

impl Adapters {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let clock = Arc::new(Ahead::default());
        let http = Http::new(Arc::clone(&clock) as Arc<dyn Clock>, Transport::PlainAllowed)?;
        let http = Arc::new(http);
        let secrets = Arc::new(Secrets {
            service: Mutex::new((SERVICE_SECRET.into(), None)),
            voting: Mutex::new((SECRET.into(), None)),
        });
        let source = Arc::clone(&secrets) as Arc<dyn ClientSecrets>;
        let endpoint = Arc::new(TokenEndpoint::new(Arc::clone(&http), source));
        let tokens =
            Arc::new(ServiceTokens::new(Arc::clone(&endpoint), ServiceSettings::default()));
        let cache = Arc::new(MemoryRealmCache::new(1));
        Ok(Self {
            manager: TokenManager::new(Arc::clone(&endpoint), RefreshReuse::Careful),
            ivr_config: KeycloakIvrConfig::new(
                Arc::clone(&http),
                Arc::clone(&tokens),
                cache,
                CachePolicy::Off,
            ),
            clock,
            http,
            secrets,
            endpoint,
            tokens,
        })
    }

    /// Long: the machine may be busy, and what is tested is not its speed.
    pub(crate) fn soon(&self) -> Deadline {
        self.within(Duration::from_secs(120))
    }

    pub(crate) fn within(&self, time: Duration) -> Deadline {
        Deadline(self.clock.now() + TimeDelta::from_std(time).unwrap_or_default())
    }
}

pub(crate) fn credentials(factors: &[(&str, &str)]) -> Vec<Credential> {
    factors.iter().map(|(name, value)| Credential::new(name, (*value).to_owned())).collect()
}

pub(crate) fn with_pin(pin: &str) -> Vec<Credential> {
    credentials(&[("username", VOTER), ("password", pin)])
}

pub(crate) const PIN_FLOW: Factors =
    &[("direct-grant-validate-username", ""), ("direct-grant-validate-password", "")];
pub(crate) const DOB_FLOW: Factors =
    &[("direct-grant-validate-username", ""), ("ivr-dob-authenticator", "ivr dob")];

/// Runs a test that waits for sockets.
pub(crate) fn wait<T>(test: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    ivr_lambda::live::runtime()?.block_on(test)
}
