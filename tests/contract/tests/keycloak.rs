//! The ground that the other suites stand on: the server is the one we think it is, with our
//! extensions in it, and its realms, logins and counters answer as the adapters rely on.

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use contract::admin::Admin;
use contract::{extensions, suite, tests};
use serde_json::json;
use test_servers::keycloak::Keycloak;

fn main() -> ExitCode {
    suite::run(
        extensions::keycloak,
        tests![
            the_server_is_of_the_pinned_line,
            our_providers_are_known_to_the_server,
            a_voter_logs_in_by_name_and_password,
            a_wrong_pin_is_refused_and_counted,
            a_flow_of_our_own_can_be_bound_to_a_client,
            a_login_leaves_no_secret_in_the_log,
        ],
    )
}

/// What each of our jars adds, test-only ones included: the kind and the name.
const OURS: [(&str, &str); 4] = [
    ("realm-restapi-extension", "ivr-config"),
    ("authenticator", "ivr-dob-authenticator"),
    ("protocol-mapper", "ivr-auth-time-mapper"),
    ("authenticator", "conditional-client"),
];

const CLIENT: (&str, &str) = ("ivr-voting", "secret-of-a-test-client");
const VOTER: (&str, &str) = ("12345678", "4711");

fn the_server_is_of_the_pinned_line(server: &Keycloak) -> anyhow::Result<()> {
    let info = Admin::new(server).get("/serverinfo")?;
    let version = info["systemInfo"]["version"].as_str().context("no version")?;
    ensure!(version.starts_with("26.4."), "{version}");
    Ok(())
}

fn our_providers_are_known_to_the_server(server: &Keycloak) -> anyhow::Result<()> {
    let info = Admin::new(server).get("/serverinfo")?;
    for (spi, provider) in OURS {
        let known = info["providers"][spi]["providers"].as_object().context(spi)?;
        ensure!(known.contains_key(provider), "{spi} has no {provider}");
    }
    Ok(())
}

fn a_voter_logs_in_by_name_and_password(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let realm = admin.realm("login", &json!({}))?;
    realm.client(CLIENT.0, CLIENT.1, &json!({}))?;
    realm.user(VOTER.0, VOTER.1, &json!({}))?;
    let answer = realm.password_grant(CLIENT, VOTER)?;
    ensure!(answer.status == 200, "{}: {}", answer.status, answer.json["error_description"]);
    ensure!(answer.json["access_token"].is_string() && answer.json["refresh_token"].is_string());
    Ok(())
}

fn a_wrong_pin_is_refused_and_counted(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let realm = admin.realm("wrong-pin", &json!({ "bruteForceProtected": true }))?;
    realm.client(CLIENT.0, CLIENT.1, &json!({}))?;
    let voter = realm.user(VOTER.0, VOTER.1, &json!({}))?;
    let answer = realm.password_grant(CLIENT, (VOTER.0, "0000"))?;
    ensure!(answer.status == 401, "{}", answer.text);
    ensure!(answer.json["error"] == "invalid_grant", "{}", answer.text);
    ensure!(answer.json["error_description"] == "Invalid user credentials", "{}", answer.text);
    let counted = realm.brute_force(&voter)?;
    ensure!(counted["numFailures"] == 1, "{counted}");
    Ok(())
}

fn a_flow_of_our_own_can_be_bound_to_a_client(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let realm = admin.realm("flow", &json!({}))?;
    let denies =
        [("direct-grant-validate-username", "REQUIRED"), ("deny-access-authenticator", "REQUIRED")];
    let flow = realm.flow("nobody", &denies)?;
    realm.client(
        "closed",
        "s",
        &json!({ "authenticationFlowBindingOverrides": { "direct_grant": flow } }),
    )?;
    realm.client("open", "s", &json!({}))?;
    realm.user(VOTER.0, VOTER.1, &json!({}))?;
    let closed = realm.password_grant(("closed", "s"), VOTER)?;
    let open = realm.password_grant(("open", "s"), VOTER)?;
    ensure!(closed.status == 401 && open.status == 200, "{} {}", closed.status, open.status);
    Ok(())
}

fn a_login_leaves_no_secret_in_the_log(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let realm = admin.realm("log", &json!({}))?;
    realm.client("canary", "canary-secret-8d1f", &json!({}))?;
    realm.user("canary-voter", "canary-pin-8d1f", &json!({}))?;
    realm.password_grant(("canary", "canary-secret-8d1f"), ("canary-voter", "canary-pin-8d1f"))?;
    realm.password_grant(("canary", "canary-secret-8d1f"), ("canary-voter", "canary-pin-wrong"))?;
    let log = server.log()?;
    ensure!(log.contains("Listening on"), "this is not the log");
    for secret in ["canary-secret", "canary-pin"] {
        ensure!(!log.contains(secret), "{secret} is in the log");
    }
    Ok(())
}
