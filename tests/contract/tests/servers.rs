//! The fixture itself, on whichever backend is in use: what it promises about a Keycloak.

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use contract::admin::Admin;
use contract::{suite, tests};
use serde_json::json;
use test_servers::keycloak::{Keycloak, Options};

fn main() -> ExitCode {
    suite::run(a_stock_server, tests![options_health_and_restart])
}

fn a_stock_server() -> anyhow::Result<Keycloak> {
    let environment =
        vec![("KC_LOG_LEVEL".to_owned(), "info,org.keycloak.events:debug".to_owned())];
    let arguments = vec!["--spi-events-listener--jboss-logging--success-level=info".to_owned()];
    Ok(Keycloak::start(Options { arguments, environment, ..Options::default() })?)
}

/// One test after another: a restart would disturb whatever ran beside it.
fn options_health_and_restart(server: &Keycloak) -> anyhow::Result<()> {
    let url = server.base_url().to_owned();
    ensure!(url.starts_with("http://127.0.0.1:"), "{url}");
    let health = format!("{}/health/ready", server.management_url());
    let status = |url: &str| ureq::get(url).call().map(|answer| answer.status().as_u16());
    ensure!(status(&health)? == 200);

    let admin = Admin::new(server);
    let realm = admin.realm("restart", &json!({}))?;
    let voter = realm.user("12345678", "4711", &json!({}))?;
    // Both options at work: the event is logged at all, and at this level.
    let logged =
        |log: &str| log.lines().any(|l| l.contains("INFO") && l.contains("type=\"LOGIN\""));
    ensure!(logged(&server.log()?), "the administrator's login is not in the log");

    server.stop()?;
    ensure!(status(&url).is_err(), "it was stopped");
    server.restart()?;
    ensure!(server.base_url() == url);
    ensure!(status(&health)? == 200);
    let kept = admin.get(&realm.path(&format!("/users/{voter}")))?;
    ensure!(kept["username"].as_str().context("no user")? == "12345678");
    ensure!(server.log()?.matches("Listening on").count() == 2, "the log is of both runs");
    Ok(())
}
