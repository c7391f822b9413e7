//! Administrators at their desk: the routes that the platform gains (`harvest-ivr`), as a process
//! over a town's database, and the realm where a tenant's administrators log in (facts 6.1).

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use contract::admin::{Admin, Realm, agent};
use serde_json::{Value, json};
use ureq::http::{Method, Request};

use crate::programs::{built, repository};
use crate::town::Town;

/// The client through which administrators log in.
const CLIENT: (&str, &str) = ("admin-portal", "the-secret-of-a-desk");
const PASSWORD: &str = "the-password-at-a-desk";

/// A realm of administrators and the routes that believe it, until this is dropped; if its owner
/// dies, the routes end as well.
pub struct Desk<'a> {
    admin: &'a Admin<'a>,
    realm: Realm<'a>,
    /// With its standard input, by whose end it ends.
    child: Child,
    url: String,
}

/// An answer of a route: its status and its body.
pub type Answer = (u16, String);

impl<'a> Desk<'a> {
    /// Makes the realm, and starts the routes with the database login that they are meant to have.
    ///
    /// # Errors
    /// When either does not come up.
    pub fn open(admin: &'a Admin<'a>, town: &Town) -> anyhow::Result<Self> {
        let tenant = town.published.tenant;
        let realm = admin.realm(&format!("tenant-{tenant}"), &json!({}))?;
        realm.client(CLIENT.0, CLIENT.1, &json!({ "protocolMappers": mappers(&tenant) }))?;
        let issuers = town.folder().join("issuers.json");
        let known = json!([{
            "issuer": realm.url(), "keys_url": format!("{}/protocol/openid-connect/certs", realm.url()),
            "tenant_id": tenant, "clients": [CLIENT.0],
        }]);
        std::fs::write(&issuers, known.to_string())?;
        let mut child = Command::new(built("harvest-ivr")?)
            .args(["--until-stdin-closes", "--listen", "127.0.0.1:0", "--issuers"])
            .arg(&issuers)
            .env("HARVEST_IVR_DATABASE_URL", login(town)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(town.folder().join("harvest-ivr.log"))?)
            .spawn()?;
        let stdout = child.stdout.take().context("no output of harvest-ivr")?;
        let mut desk = Self { admin, realm, child, url: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).context("harvest-ivr did not start")?;
        desk.url = said["url"].as_str().context("harvest-ivr does not say where it is")?.to_owned();
        Ok(desk)
    }

    /// The access token of a new administrator with these realm roles.
    ///
    /// # Errors
    /// When Keycloak refuses them.
    pub fn person(&self, name: &str, roles: &[&str]) -> anyhow::Result<String> {
        let user = self.realm.user(name, PASSWORD, &json!({}))?;
        let mut given = Vec::new();
        for role in roles {
            let path = self.realm.path(&format!("/roles/{role}"));
            let role = self.admin.get(&path).or_else(|_| {
                self.admin.post(&self.realm.path("/roles"), &json!({ "name": role }))?;
                self.admin.get(&path)
            })?;
            given.push(role);
        }
        let path = self.realm.path(&format!("/users/{user}/role-mappings/realm"));
        self.admin.post(&path, &json!(given))?;
        let answer = self.realm.password_grant(CLIENT, (name, PASSWORD))?;
        ensure!(answer.status == 200, "no login: {} {}", answer.status, answer.text);
        Ok(answer.json["access_token"].as_str().context("no access token")?.to_owned())
    }

    /// Asks a route, as whoever the token says.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub fn ask(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())?;
        let mut answer = agent().run(request)?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        // Whoever cannot be killed is dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A login of the database with what `grants.sql` gives, and no more.
fn login(town: &Town) -> anyhow::Result<String> {
    let mut sql = town.sql()?;
    let database: String = sql.query_one("SELECT current_database()", &[])?.get(0);
    let login = format!("harvest_ivr_{database}");
    let grants = std::fs::read_to_string(repository().join("crates/harvest-ivr/grants.sql"))?;
    let grants = grants.replace("harvest_ivr", &login);
    sql.batch_execute(&format!("CREATE ROLE {login} LOGIN; {grants}"))?;
    Ok(town.address(&login))
}

/// What makes a token of an administrator one of the platform.
fn mappers(tenant: &impl ToString) -> Value {
    let mapper = |name: &str, mapper: &str, with: Value| {
        let mut config = json!({
            "claim.name": format!("https://hasura\\.io/jwt/claims.{name}"),
            "jsonType.label": "String", "access.token.claim": "true",
        });
        if let (Some(config), Some(with)) = (config.as_object_mut(), with.as_object()) {
            config.extend(with.clone());
        }
        json!({"name": name, "protocol": "openid-connect", "protocolMapper": mapper, "config": config})
    };
    json!([
        mapper(
            "x-hasura-tenant-id",
            "oidc-hardcoded-claim-mapper",
            json!({"claim.value": tenant.to_string()})
        ),
        mapper(
            "x-hasura-user-id",
            "oidc-usermodel-property-mapper",
            json!({"user.attribute": "id"})
        ),
        mapper(
            "x-hasura-allowed-roles",
            "oidc-usermodel-realm-role-mapper",
            json!({"multivalued": "true"})
        ),
    ])
}
