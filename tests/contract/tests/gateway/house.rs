//! An election as the telephone meets it: a realm made by `realm`, a gateway that believes it, one
//! voter's token and one of the service, and the adapters of the Lambda.

use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use contract::operator::{self, Secrets};
use ivr_core::ports::{Clock, Deadline, ServiceToken};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use ivr_lambda::adapters::hasura::{
    GatewaySettings, HasuraBlacklist, HasuraCallLog, HasuraCastVoteHistory, HasuraClient,
    HasuraElectionStatus,
};
use ivr_lambda::adapters::http::{Http, Transport};
use ivr_lambda::adapters::meter::Totals;
use ivr_lambda::live::{SystemClock, realm_route};
use serde_json::Value;
use test_servers::keycloak::Keycloak;
use uuid::Uuid;

use super::server::{Gateway, Machine};
use super::tokens::{Issuer, Signer, by_url, claims};

pub(crate) const VOTER: &str = "1001";
/// Eight digits, for four stand in some time stamp of a log by chance.
pub(crate) const PIN: &str = "47110815";
pub(crate) const VOTING_SECRET: &str = "the-voting-secret-of-a-test";
pub(crate) const SERVICE_SECRET: &str = "the-service-secret-of-a-test";
const SECRETS: Secrets = Secrets { voting: VOTING_SECRET, service: SERVICE_SECRET };

/// A clock that can be put forward, so that nobody waits for a breaker.
#[derive(Default)]
pub(crate) struct Ahead(Mutex<TimeDelta>);

impl Ahead {
    pub(crate) fn by(&self, time: TimeDelta) {
        if let Ok(mut ahead) = self.0.lock() {
            *ahead += time;
        }
    }
}

impl Clock for Ahead {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0.lock().map(|ahead| *ahead).unwrap_or_default()
    }
}

/// One event with two elections, and who may ask about it.
pub(crate) struct House {
    pub(crate) gateway: Gateway,
    pub(crate) route: Route,
    pub(crate) elections: [Uuid; 2],
    pub(crate) area: Uuid,
    /// The subject of the voter's token.
    pub(crate) voter_id: String,
    pub(crate) voter: Secret<String>,
    pub(crate) service: ServiceToken,
    pub(crate) clock: Arc<Ahead>,
    runtime: tokio::runtime::Runtime,
}

impl House {
    /// With ids that nobody else has.
    pub(crate) fn new(machine: &Machine) -> anyhow::Result<Self> {
        let [tenant, event, first, second, area] = [(); 5].map(|()| Uuid::new_v4());
        Self::of(machine, (tenant, event), area, [first, second])
    }

    /// Of an event that has two elections.
    pub(crate) fn of(
        machine: &Machine,
        (tenant, event): (Uuid, Uuid),
        area: Uuid,
        elections: [Uuid; 2],
    ) -> anyhow::Result<Self> {
        let [first, second] = elections;
        let realm = format!("tenant-{tenant}-event-{event}");
        let (gateway, voter, service) = match &machine.keycloak {
            Some(keycloak) => {
                make_realm(keycloak, &realm, area, elections)?;
                let secret = by_url(&operator::certs(keycloak, &realm)).to_string();
                let gateway = machine.start_believing(&secret, Issuer::Own(Signer::generate()?))?;
                let (voter, service) = log_in(keycloak, &realm)?;
                (gateway, voter, service)
            }
            None => {
                let signer = Signer::generate()?;
                let (voter, service) = sign(&signer, tenant, event, area, elections)?;
                let issuer = Issuer::Own(signer);
                (machine.start_believing(&issuer.jwt_secret()?, issuer)?, voter, service)
            }
        };
        gateway.develop()?;
        gateway.admin.run_sql(
            "fill the tables",
            &format!(
                "INSERT INTO sequent_backend.tenant (id, slug) VALUES ('{tenant}', 'own');
                 INSERT INTO sequent_backend.election_event (id, tenant_id, name, status)
                 VALUES ('{event}', '{tenant}', 'own', '{{\"telephone_voting_status\": \"OPEN\"}}');
                 INSERT INTO sequent_backend.area (id, tenant_id, election_event_id)
                 VALUES ('{area}', '{tenant}', '{event}');
                 INSERT INTO sequent_backend.election (id, tenant_id, election_event_id, name,
                   status, voting_channels, num_allowed_revotes)
                 SELECT id, '{tenant}', '{event}', 'one', '{{\"telephone_voting_status\": \"OPEN\"}}',
                   '{{\"telephone\": true}}', 0 FROM unnest('{{{first},{second}}}'::uuid[]) AS id;"
            ),
        )?;
        gateway.wait_until_believed(&voter)?;
        let base = machine.keycloak.as_ref().map_or("http://127.0.0.1", |k| k.base_url());
        let mut route = realm_route(base, &realm).context("the realm's name")?;
        gateway.server.url().clone_into(&mut route.hasura_url);
        Ok(Self {
            voter_id: subject(&voter)?,
            gateway,
            route,
            elections,
            area,
            voter: Secret::new(voter),
            service: ServiceToken(Secret::new(service)),
            clock: Arc::default(),
            runtime: ivr_lambda::live::runtime()?,
        })
    }

    /// The four adapters on a client.
    pub(crate) fn adapters(&self) -> anyhow::Result<Adapters> {
        let (client, totals) = client(Arc::clone(&self.clock))?;
        Ok(Adapters {
            status: HasuraElectionStatus::new(Arc::clone(&client)),
            history: HasuraCastVoteHistory::new(Arc::clone(&client)),
            blacklist: HasuraBlacklist::new(Arc::clone(&client), None),
            call_log: HasuraCallLog::new(client, None),
            totals,
        })
    }

    /// Long: the machine may be busy, and what is tested is not its speed.
    pub(crate) fn soon(&self) -> Deadline {
        Deadline(self.clock.now() + TimeDelta::seconds(60))
    }

    /// Runs what waits for sockets. Not for what blocks, which servers' handles do.
    pub(crate) fn wait<T>(
        &self,
        test: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        self.runtime.block_on(test)
    }

    pub(crate) fn sql(&self, sql: &str) -> anyhow::Result<()> {
        self.gateway.admin.run_sql("change something", sql)?;
        Ok(())
    }
}

/// A client of the Lambda's, with its own connections, and what it counts.
pub(crate) fn client(clock: Arc<Ahead>) -> anyhow::Result<(Arc<HasuraClient>, Arc<Totals>)> {
    let http = Arc::new(Http::new(clock, Transport::PlainAllowed)?);
    let totals = Arc::new(Totals::default());
    let meter = Arc::clone(&totals);
    let client = HasuraClient::with_meter(http, GatewaySettings::default(), meter);
    Ok((Arc::new(client), totals))
}

/// The adapters that a call has.
pub(crate) struct Adapters {
    pub(crate) status: HasuraElectionStatus,
    pub(crate) history: HasuraCastVoteHistory,
    pub(crate) blacklist: HasuraBlacklist,
    pub(crate) call_log: HasuraCallLog,
    pub(crate) totals: Arc<Totals>,
}

/// As an operator does it.
fn make_realm(
    keycloak: &Keycloak,
    realm: &str,
    area: Uuid,
    elections: [Uuid; 2],
) -> anyhow::Result<()> {
    let [first, second] = elections;
    let voters = format!(
        "username,area_id,password,authorized_election_ids\n{VOTER},{area},{PIN},{first} {second}\n"
    );
    operator::realm(keycloak, realm, SECRETS, &voters)
}

fn log_in(keycloak: &Keycloak, realm: &str) -> anyhow::Result<(String, String)> {
    let voter = operator::granted(
        keycloak,
        realm,
        &[
            ("grant_type", "password"),
            ("client_id", "ivr-voting"),
            ("client_secret", VOTING_SECRET),
            ("username", VOTER),
            ("password", PIN),
        ],
    )?;
    Ok((voter, operator::service_token(keycloak, realm, SECRETS)?))
}

/// The same claims, by a key of the run.
fn sign(
    signer: &Signer,
    tenant: Uuid,
    event: Uuid,
    area: Uuid,
    [first, second]: [Uuid; 2],
) -> anyhow::Result<(String, String)> {
    let tenant = ("x-hasura-tenant-id", tenant.to_string());
    let subject = Uuid::new_v4().to_string();
    let mut voter = claims(
        "user",
        &[
            tenant.clone(),
            ("x-hasura-user-id", subject.clone()),
            ("x-hasura-area-id", area.to_string()),
            ("x-hasura-authorized-election-ids", format!("{{\"{first}\",\"{second}\"}}")),
        ],
    );
    voter["sub"] = subject.into();
    let mut service = claims(
        "can_read_phone_blacklist",
        &[tenant, ("x-hasura-election-event-id", event.to_string())],
    );
    let roles = serde_json::json!(["can_read_phone_blacklist", "can_record_ivr_call"]);
    service["https://hasura.io/jwt/claims"]["x-hasura-allowed-roles"] = roles;
    Ok((signer.sign(&voter)?, signer.sign(&service)?))
}

fn subject(token: &str) -> anyhow::Result<String> {
    use base64::Engine as _;
    let claims = token.split('.').nth(1).context("no claims")?;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims)?;
    let claims: Value = serde_json::from_slice(&claims)?;
    Ok(claims["sub"].as_str().context("no subject")?.to_owned())
}

/// Runs a test that waits for sockets.
pub(crate) fn wait<T>(test: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    ivr_lambda::live::runtime()?.block_on(test)
}
