//! Two tenants, the first with two events; a service; numbers that nobody has.

use std::sync::LazyLock;
use std::time::Duration;

use harvest_ivr::database;
use harvest_ivr::routes::State;
use harvest_ivr::routes::issuers::{Issuers, Reading};
use harvest_ivr::routes::server::Server;
use hasura_deploy::{SOURCE, migrations};
use postgres::{Client, NoTls};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;
use tokio::runtime::Runtime;

use super::document;
use super::realm::Realm;
use super::telephone_target;
use super::tokens::{FIRST, SECOND};

pub(crate) const TENANT: &str = "00000000-0000-4000-8000-00000000000a";
pub(crate) const OTHER_TENANT: &str = "00000000-0000-4000-8000-00000000000b";
pub(crate) const EVENT: &str = "00000000-0000-4000-8000-0000000000a1";
pub(crate) const OTHER_EVENT: &str = "00000000-0000-4000-8000-0000000000a2";
pub(crate) const FOREIGN_EVENT: &str = "00000000-0000-4000-8000-0000000000b1";
pub(crate) const ELECTION: &str = "00000000-0000-4000-8000-000000000e01";
pub(crate) const OTHER_ELECTION: &str = "00000000-0000-4000-8000-000000000e02";
pub(crate) const NOWHERE: &str = "00000000-0000-4000-8000-0000000000ff";
pub(crate) const NUMBER: &str = "+15195550123";
pub(crate) const OTHER_NUMBER: &str = "+15195550199";
/// What no answer, error or log may hold: more of a number than its last four digits.
pub(crate) const SECRET_DIGITS: &str = "51955501";

pub(crate) const MANAGE: &str = "can_manage_phone_blacklist";
pub(crate) const RAW: &str = "can_export_raw_phone";
pub(crate) const BALLOTS: &str = "cast-vote-read";

/// For everything that is asynchronous.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
});

/// The database that each test gets a copy of.
pub(crate) fn template(cluster: &Postgres) {
    let mut client = connect(&copy(cluster, "whole", "template0"));
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hasura");
    for folder in ["platform-base/migrations", "migrations"] {
        for migration in migrations::read(&root.join(folder).join(SOURCE)).unwrap() {
            client.batch_execute(&migration.up).unwrap();
        }
    }
    let patches = root.join("../harvest-patches/files/hasura");
    let channel = patches.join("1795219300020_ivr_cast_vote_channel/up.sql");
    client.batch_execute(&std::fs::read_to_string(channel).unwrap()).unwrap();
    client
        .batch_execute(&format!(
            "INSERT INTO sequent_backend.tenant (id, slug) VALUES
               ('{TENANT}', 'first'), ('{OTHER_TENANT}', 'second');
             INSERT INTO sequent_backend.election_event (id, tenant_id, name) VALUES
               ('{EVENT}', '{TENANT}', 'one'), ('{OTHER_EVENT}', '{TENANT}', 'two'),
               ('{FOREIGN_EVENT}', '{OTHER_TENANT}', 'three');
             INSERT INTO sequent_backend.election (id, tenant_id, election_event_id, name, num_allowed_revotes)
             VALUES ('{ELECTION}', '{TENANT}', '{EVENT}', 'mayor', 0),
               ('{OTHER_ELECTION}', '{TENANT}', '{EVENT}', 'council', 0);"
        ))
        .unwrap();
}

fn copy(cluster: &Postgres, name: &str, template: &str) -> String {
    connect(&cluster.url("postgres"))
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .unwrap();
    cluster.url(name)
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// A service over a database, two realms, and who asks.
pub(crate) struct World {
    pub(crate) database: String,
    pub(crate) sql: Client,
    pub(crate) first: Realm,
    pub(crate) second: Realm,
    pub(crate) url: String,
    server: Option<Server>,
    http: reqwest::Client,
    pub(crate) cluster_log: Box<dyn Fn() -> String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// Status, code and field.
    pub(crate) fn refusal(&self) -> String {
        let problem = self.json();
        let code = problem["extensions"]["code"].as_str().unwrap().to_owned();
        match problem["extensions"]["field"].as_str() {
            Some(field) => format!("{} {code} {field}", self.status),
            None => format!("{} {code}", self.status),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl World {
    pub(crate) fn new(cluster: &std::sync::Arc<Postgres>, name: &str) -> Self {
        let database = copy(cluster, name, "whole");
        let [first, second] = [&FIRST, &SECOND]
            .map(|key| RUNTIME.block_on(async { Realm::start(vec![key.jwk()]).await }));
        let sql = connect(&database);
        let cluster = std::sync::Arc::clone(cluster);
        let cluster_log = Box::new(move || cluster.log().unwrap());
        let (url, server, http) = (String::new(), None, reqwest::Client::new());
        let mut world = Self { database, sql, first, second, url, server, http, cluster_log };
        world.restart(Reading::default());
        world
    }

    /// The realms, as configuration names them.
    pub(crate) fn issuers(&self) -> String {
        let realm = |tenant: &str, realm: &Realm| {
            json!({"issuer": issuer(tenant), "keys_url": realm.url, "tenant_id": tenant,
                "clients": ["admin-portal"]})
        };
        json!([realm(TENANT, &self.first), realm(OTHER_TENANT, &self.second)]).to_string()
    }

    /// A fresh service over the same database.
    pub(crate) fn restart(&mut self, reading: Reading) {
        let database = self.database.clone();
        self.serve(&database, reading);
    }

    /// A service over some database.
    pub(crate) fn serve(&mut self, database: &str, reading: Reading) {
        let issuers = Issuers::read(&self.issuers(), reading).unwrap();
        self.listen(State::new(database::pool(database, 4, None).unwrap(), issuers));
    }

    /// A service whose exports hold so many lines.
    pub(crate) fn limit_exports(&mut self, lines: usize) {
        let issuers = Issuers::read(&self.issuers(), Reading::default()).unwrap();
        let pool = database::pool(&self.database, 4, None).unwrap();
        self.listen(State::new(pool, issuers).with_export_limit(lines));
    }

    /// A service whose requests may take so long.
    pub(crate) fn limit_time(&mut self, limit: Duration) {
        let issuers = Issuers::read(&self.issuers(), Reading::default()).unwrap();
        let pool = database::pool(&self.database, 4, None).unwrap();
        self.listen(State::new(pool, issuers).with_time_limit(limit));
    }

    fn listen(&mut self, state: State) {
        let listen = "127.0.0.1:0".parse().unwrap();
        let server = RUNTIME.block_on(Server::start(listen, state)).unwrap();
        self.url = server.url();
        // The one before stops.
        self.server = Some(server);
    }

    /// A request of an administrator of the first tenant who may do everything.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.ask_as(&admin(), method, path, body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(body))
    }

    /// The same, of somebody else.
    pub(crate) fn ask_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        self.send(method, path, &[("authorization", &format!("Bearer {token}"))], body)
    }

    /// So many of the same at the same moment; gives their statuses.
    pub(crate) fn at_once(
        &self,
        number: usize,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Vec<u16> {
        let (method, token): (Method, _) = (method.parse().unwrap(), admin());
        let one = || {
            let request = self.http.request(method.clone(), format!("{}{path}", self.url));
            let request = request.bearer_auth(&token);
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            RUNTIME.spawn(async move { request.send().await.unwrap().status().as_u16() })
        };
        let asking: Vec<_> = (0..number).map(|_| one()).collect();
        asking.into_iter().map(|asked| RUNTIME.block_on(asked).unwrap()).collect()
    }

    /// Any request. Every answer must be one that the document has, and hold no number, unless it is
    /// the export of numbers.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, Vec<u8>)>,
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((kind, body)) = body {
            request = request.header("content-type", kind).body(body);
        }
        let answer = RUNTIME.block_on(async {
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
        });
        assert_eq!(answer.header("cache-control"), "no-store", "{method} {path}");
        document::holds(method.as_str(), path, &answer);
        if answer.status < 400 {
            // Harvest hands it on to the same address.
            let (plain, query) = match path.split_once('?') {
                Some((plain, query)) => (plain, Some(query)),
                None => (path, None),
            };
            let relayed = telephone_target::target(&self.url, &format!("/ivr{plain}"), query);
            assert_eq!(relayed, Some(format!("{}{path}", self.url)));
        }
        if !(path == "/calls/export/raw" && answer.status == 200) {
            let plain: String = answer.text().chars().filter(|c| !" -()".contains(*c)).collect();
            assert!(!plain.contains(SECRET_DIGITS), "{method} {path} shows a number");
        }
        answer
    }

    pub(crate) fn run(&mut self, sql: &str) {
        self.sql.batch_execute(sql).unwrap_or_else(|e| panic!("{e:?}: {sql}"));
    }

    /// One value as text; `NULL` where there is none.
    pub(crate) fn value(&mut self, sql: &str) -> String {
        let row = self.sql.query_one(&format!("SELECT ({sql})::text"), &[]);
        let row = row.unwrap_or_else(|e| panic!("{e:?}: {sql}"));
        row.get::<_, Option<String>>(0).unwrap_or_else(|| "NULL".to_owned())
    }

    /// Somebody calls; gives the id of their line.
    pub(crate) fn call(
        &mut self,
        tenant: &str,
        event: &str,
        contact: &str,
        number: Option<&str>,
    ) -> String {
        let number = number.map_or("NULL".to_owned(), |number| format!("'{number}'"));
        self.run(&format!(
            "INSERT INTO sequent_backend.ivr_call_log
               (tenant_id, election_event_id, contact_id, phone_e164, stage, started_at)
             VALUES ('{tenant}', '{event}', '{contact}', {number}, 'started', now())"
        ));
        self.value(&format!(
            "SELECT caller_id FROM sequent_backend.ivr_call_log
             WHERE tenant_id = '{tenant}' AND contact_id = '{contact}'"
        ))
    }

    /// A login of the database that has what `grants.sql` gives.
    pub(crate) fn login(&mut self) -> String {
        let login = format!("harvest_ivr_{}", self.value("SELECT current_database()"));
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("grants.sql");
        let grants = std::fs::read_to_string(file).unwrap().replace("harvest_ivr", &login);
        self.run(&format!("CREATE ROLE {login} LOGIN; {grants}"));
        login
    }

    /// The time of a call's number is over; the job that erases it has not come yet.
    pub(crate) fn expire(&mut self, contact: &str) {
        self.run(&format!(
            "SET session_replication_role = replica;
             UPDATE sequent_backend.ivr_call_log SET expires_at = now() WHERE contact_id = '{contact}';
             SET session_replication_role = DEFAULT;"
        ));
    }

    /// The audit of the blacklist, the oldest first.
    pub(crate) fn trail(&mut self) -> String {
        self.value(
            "SELECT string_agg(concat_ws(' ', action, door, actor, right(masked_number, 4),
               coalesce(reason_before, '-'), coalesce(reason_after, '-')), ', ' ORDER BY id)
             FROM sequent_backend.ivr_phone_blacklist_audit",
        )
    }
}

pub(crate) fn issuer(tenant: &str) -> String {
    format!("https://login.example/realms/tenant-{tenant}")
}

/// The claims of an administrator.
pub(crate) fn claims(tenant: &str, user: &str, roles: &[&str]) -> Value {
    json!({
        "iss": issuer(tenant), "azp": "admin-portal", "typ": "Bearer", "aud": "account",
        "sub": user, "iat": 0, "exp": 4_102_444_800_u64,
        "https://hasura.io/jwt/claims": {
            "x-hasura-default-role": "admin-user", "x-hasura-allowed-roles": roles,
            "x-hasura-tenant-id": tenant, "x-hasura-user-id": user,
        },
    })
}

/// A token of somebody of the first tenant who may do everything.
pub(crate) fn admin() -> String {
    FIRST.token(&claims(TENANT, "ada", &[MANAGE, RAW, BALLOTS]))
}

/// The same of the second tenant.
pub(crate) fn stranger() -> String {
    SECOND.token(&claims(OTHER_TENANT, "stranger", &[MANAGE, RAW, BALLOTS]))
}
