//! What an operator does before an election, on a test's Keycloak: `realm apply --development`,
//! `realm voters import`; and the tokens that come of it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use ivr_core::secret::Secret;
use realm::admin::{Address, Admin, Login};
use realm::desired::flow::Factors;
use realm::planning::{self, Applied, Options};
use realm::secrets::ClientSecret;
use realm::voters::{self, Imported};
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

use crate::admin::agent;

/// The secrets of the two clients, of one run.
#[derive(Clone, Copy)]
pub struct Secrets {
    /// Of `ivr-voting`.
    pub voting: &'static str,
    /// Of `ivr-service`.
    pub service: &'static str,
}

/// Makes a realm, or finishes one, in which voters show a PIN, and imports `voters`, a file as
/// `realm voters import` takes it.
///
/// # Errors
/// When the server refuses, or the file is none.
pub fn realm(
    keycloak: &Keycloak,
    realm: &str,
    secrets: Secrets,
    voters: &str,
) -> anyhow::Result<()> {
    let (username, password) = keycloak.admin();
    let login = Login::Password {
        realm: "master".to_owned(),
        username: username.to_owned(),
        password: Secret::new(password.to_owned()),
    };
    let admin = Admin::connect(Address::parse(keycloak.base_url(), true)?, login)?;
    let secret =
        |text: &str| Some(ClientSecret { current: Secret::new(text.to_owned()), previous: None });
    let options = Options {
        factors: Factors::Pin,
        development: true,
        voting_secret: secret(secrets.voting),
        service_secret: secret(secrets.service),
        ..Options::default()
    };
    let name = realm.parse()?;
    planning::apply(&admin, &name, &options, &mut Applied::default())?;
    let voters = voters::read(voters.as_bytes()).map_err(|why| anyhow::anyhow!("{why:?}"))?;
    voters::import(&admin, &name, &voters, &mut Imported::default())?;
    Ok(())
}

/// Where a realm publishes its keys.
pub fn certs(keycloak: &Keycloak, realm: &str) -> String {
    format!("{}/realms/{realm}/protocol/openid-connect/certs", keycloak.base_url())
}

/// Waits until a gateway believes a token: it reads keys in the background (facts 3.4).
///
/// # Errors
/// When it does not within a minute, or is not there.
pub fn wait_until_believed(gateway: &str, token: &str) -> anyhow::Result<()> {
    let begin = Instant::now();
    loop {
        let mut answer = agent()
            .post(format!("{gateway}/v1/graphql"))
            .header("authorization", format!("Bearer {token}"))
            .send_json(json!({"query": "{ __typename }"}))?;
        let answer: Value = answer.body_mut().read_json()?;
        if answer["errors"][0]["extensions"]["code"] != "invalid-jwt" {
            return Ok(());
        }
        ensure!(begin.elapsed() < Duration::from_secs(60), "no keys: {answer}");
        sleep(Duration::from_millis(100));
    }
}

/// The access token of the service in a realm.
///
/// # Errors
/// When it is not granted.
pub fn service_token(keycloak: &Keycloak, realm: &str, secrets: Secrets) -> anyhow::Result<String> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "ivr-service"),
        ("client_secret", secrets.service),
    ];
    granted(keycloak, realm, &form)
}

/// The access token that a realm answers a form with.
///
/// # Errors
/// When it answers with something else, which is told.
pub fn granted(keycloak: &Keycloak, realm: &str, form: &[(&str, &str)]) -> anyhow::Result<String> {
    let url = format!("{}/realms/{realm}/protocol/openid-connect/token", keycloak.base_url());
    let mut answer = agent().post(&url).send_form(form.iter().copied())?;
    let status = answer.status();
    ensure!(status == 200, "{url}: {status} {}", answer.body_mut().read_to_string()?);
    let body: Value = answer.body_mut().read_json()?;
    Ok(body["access_token"].as_str().context("no access token")?.to_owned())
}
