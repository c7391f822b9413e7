//! A server, an administrator, and the program.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, ensure};
use contract::extensions;
use ivr_core::secret::Secret;
use realm::admin::{Address, Admin, Login, Write};
use realm::desired::RealmName;
use realm::desired::flow::Factors;
use realm::planning::{self, Applied, Options, Plan};
use realm::secrets::ClientSecret;
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

/// The secrets that every realm of the suite gets, and that nothing may show.
pub(crate) const VOTING_SECRET: &str = "canary-voting-secret-51c2";
pub(crate) const SERVICE_SECRET: &str = "canary-service-secret-77ab";

/// What the tests share.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) program: PathBuf,
    _server: Option<Keycloak>,
}

impl Place {
    /// A server of our own, or the one of `KEYCLOAK_URL`.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let program = program()?;
        if let Ok(url) = std::env::var("KEYCLOAK_URL") {
            let username = std::env::var("KEYCLOAK_ADMIN_USERNAME")?;
            let password = std::env::var("KEYCLOAK_ADMIN_PASSWORD")?;
            return Ok(Self { url, username, password, program, _server: None });
        }
        let server = extensions::keycloak()?;
        let (username, password) = server.admin();
        Ok(Self {
            url: server.base_url().to_owned(),
            username: username.to_owned(),
            password: password.to_owned(),
            program,
            _server: Some(server),
        })
    }

    pub(crate) fn admin(&self) -> anyhow::Result<Admin> {
        let login = Login::Password {
            realm: "master".to_owned(),
            username: self.username.clone(),
            password: Secret::new(self.password.clone()),
        };
        Ok(Admin::connect(Address::parse(&self.url, true)?, login)?)
    }

    /// The program with the administrator's password and the canaries in its environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("KEYCLOAK_URL", &self.url)
            .env("KEYCLOAK_ADMIN_PASSWORD", &self.password)
            .env("VOTING", VOTING_SECRET)
            .env("SERVICE", SERVICE_SECRET);
        Ok(command.output()?)
    }

    /// An import of a realm file under another name.
    pub(crate) fn platform_realm(&self, admin: &Admin, event: &str) -> anyhow::Result<RealmName> {
        let text = include_str!("../../../fixtures/realms/platform.json");
        let mut realm: Value = serde_json::from_str(text)?;
        let name = fresh(admin, event)?;
        realm["realm"] = json!(name.full);
        admin.write(&Write::post("/admin/realms", &[], realm))?;
        Ok(name)
    }
}

fn program() -> anyhow::Result<PathBuf> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "realm", "--bin", "realm"])
        .status()?;
    ensure!(built.success(), "cannot build the program");
    let here = std::env::current_exe()?;
    let folder = here.parent().and_then(|deps| deps.parent()).context("no target folder")?;
    Ok(folder.join("realm"))
}

/// A realm name that no realm has.
pub(crate) fn fresh(admin: &Admin, event: &str) -> anyhow::Result<RealmName> {
    let name: RealmName = format!("tenant-t1-event-{event}").parse()?;
    let path = "/admin/realms/{realm}";
    if admin.get(path, &[&name.full])?.is_some() {
        admin.write(&Write::delete(path, &[&name.full], None))?;
    }
    Ok(name)
}

pub(crate) fn secret(text: &str) -> ClientSecret {
    ClientSecret { current: Secret::new(text.to_owned()), previous: None }
}

/// Options for a platform realm.
pub(crate) fn options() -> Options {
    Options {
        voting_secret: Some(secret(VOTING_SECRET)),
        service_secret: Some(secret(SERVICE_SECRET)),
        ..Options::default()
    }
}

/// Options for a realm made by us.
pub(crate) fn development(factors: Factors) -> Options {
    Options { factors, development: true, ..options() }
}

pub(crate) fn apply(admin: &Admin, name: &RealmName, options: &Options) -> anyhow::Result<Applied> {
    let mut applied = Applied::default();
    planning::apply(admin, name, options, &mut applied)?;
    Ok(applied)
}

pub(crate) fn plan(admin: &Admin, name: &RealmName, options: &Options) -> anyhow::Result<Plan> {
    let server = planning::server(admin)?;
    Ok(planning::plan(name, &planning::read(admin, &server, name)?, options))
}

/// What is left to do, in words.
pub(crate) fn left(plan: &Plan) -> Vec<String> {
    plan.to_do().map(|c| format!("{}: {}", c.subject, c.what)).collect()
}

/// A client with its secret.
pub(crate) fn client(admin: &Admin, name: &RealmName, id: &str) -> anyhow::Result<Option<Value>> {
    let found =
        admin.get_where("/admin/realms/{realm}/clients", &[&name.full], &[("clientId", id)])?;
    Ok(found.and_then(|list| list.get(0).cloned()))
}

/// Changes a client.
pub(crate) fn change_client(
    admin: &Admin,
    name: &RealmName,
    id: &str,
    body: Value,
) -> anyhow::Result<()> {
    let client = client(admin, name, id)?.context("no such client")?;
    let internal = client["id"].as_str().context("no id")?;
    let path = "/admin/realms/{realm}/clients/{client}";
    admin.write(&Write::put(path, &[&name.full, internal], body))?;
    Ok(())
}

/// A password grant, or another; status and body.
pub(crate) fn grant(
    place: &Place,
    realm: &str,
    form: &[(&str, &str)],
) -> anyhow::Result<(u16, Value)> {
    let url = format!("{}/realms/{realm}/protocol/openid-connect/token", place.url);
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder().http_status_as_error(false).build(),
    );
    let mut answer = agent.post(&url).send_form(form.iter().copied())?;
    let status = answer.status().as_u16();
    Ok((status, answer.body_mut().read_json().unwrap_or_default()))
}

/// The claims of an access token, not verified.
pub(crate) fn claims(token: &Value) -> anyhow::Result<Value> {
    use base64::Engine as _;
    let text = token["access_token"].as_str().context("no access token")?;
    let middle = text.split('.').nth(1).context("no token")?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(middle)?;
    Ok(serde_json::from_slice(&bytes)?)
}

pub(crate) fn token_of_administrator(place: &Place) -> anyhow::Result<String> {
    let form = [
        ("grant_type", "password"),
        ("client_id", "admin-cli"),
        ("username", &place.username),
        ("password", &place.password),
    ];
    let (_, body) = grant(place, "master", &form)?;
    Ok(body["access_token"].as_str().context("no token")?.to_owned())
}

/// A voter's login with these factors; the status and the body.
pub(crate) fn log_in(
    place: &Place,
    name: &RealmName,
    secret: &str,
    factors: &[(&str, &str)],
) -> anyhow::Result<(u16, Value)> {
    let mut form =
        vec![("grant_type", "password"), ("client_id", "ivr-voting"), ("client_secret", secret)];
    form.extend(factors);
    grant(place, &name.full, &form)
}

/// A voter of a development realm.
pub(crate) fn voter(admin: &Admin, name: &RealmName) -> anyhow::Result<()> {
    let file = "username,area_id,password,date_of_birth,authorized_election_ids\n\
                1001,area-1,4711,1980-01-02,mayor council\n";
    let voters = realm::voters::read(file.as_bytes()).map_err(|w| anyhow::anyhow!("{w:?}"))?;
    realm::voters::import(admin, name, &voters, &mut realm::voters::Imported::default())?;
    Ok(())
}

/// Keycloak counts a failure after it has answered, and refuses a login beside it.
pub(crate) fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(300));
}
