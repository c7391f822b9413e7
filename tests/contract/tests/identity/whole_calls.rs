//! `step-ivr call --live`: whole calls whose identity is real and whose rest is a world's.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use contract::admin::Admin;
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

use crate::ground::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");

pub(crate) fn barrie(server: &Keycloak) -> anyhow::Result<()> {
    let publication = format!("{FIXTURES}/publications/barrie/publication.json");
    let publication: Value = serde_json::from_slice(&std::fs::read(publication)?)?;
    let id = |value: &Value| value.as_str().and_then(|id| id.parse().ok()).context("no id");
    let event = &publication["election_event"];
    let ids = (id(&event["tenant_id"])?, id(&event["id"])?);
    let area = id(&publication["ballot_styles"][0]["area_id"])?;
    let elections = publication["elections"].as_array().context("no elections")?;
    let elections: Vec<_> = elections.iter().map(|e| id(&e["id"])).collect::<Result<_, _>>()?;
    let admin = Admin::new(server);
    for (flow, keyed) in [(PIN_FLOW, PIN), (DOB_FLOW, BORN_KEYED)] {
        let place = (area, elections.clone());
        let ground = Ground::of(&admin, server.base_url(), ids, place, flow, &json!({}))?;
        let (status, out) = call(server, &ground, keyed)?;
        ensure!(status, "{out}");
        let last = out.lines().last().context("nothing said")?;
        let end: Value = serde_json::from_str(last)?;
        ensure!(end["outcome"] == "completed", "{last}");
        let cast = end["submissions"].as_array().context("no submissions")?;
        ensure!(!cast.is_empty() && cast.iter().all(|s| s["status"] == "success"), "{last}");
        let (_, out) = call(server, &ground, WRONG)?;
        ensure!(out.contains("auth_failed") && !out.contains("vote_success"), "a wrong one");
    }
    Ok(())
}

/// The recorded call, with what this voter keys in.
fn call(server: &Keycloak, ground: &Ground<'_>, keyed: &str) -> anyhow::Result<(bool, String)> {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("live-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let env = folder.join("env.json");
    let section = json!({"keycloak": {"url": server.base_url(),
        "realm": ground.route.keycloak_realm,
        "voting_secret": {"env": "TEST_VOTING"}, "service_secret": {"env": "TEST_SERVICE"}}});
    std::fs::write(&env, section.to_string())?;
    let recorded: Value =
        serde_json::from_slice(&std::fs::read(format!("{FIXTURES}/calls/barrie-whole-en.json"))?)?;
    let keys = recorded["calls"][0].as_str().context("no keys")?;
    let mut keys: Vec<_> = keys.split_whitespace().map(str::to_owned).collect();
    // Language, voter, factor, then the votes.
    let voter = keys.iter().position(|key| key.len() > 4).context("no voter id")?;
    keys[voter] = format!("{VOTER}#");
    keys[voter + 1] = format!("{keyed}#");
    let output = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "-p",
            "ivr-lambda",
            "--features",
            "live",
            "--bin",
            "step-ivr",
            "--",
        ])
        .args(["call", "--json", "--log", "--seed", "1", "--world"])
        .arg(format!("{FIXTURES}/worlds/barrie.json"))
        .arg("--live")
        .arg(&env)
        .args(["--keys", &keys.join(" ")])
        .env("TEST_VOTING", SECRET)
        .env("TEST_SERVICE", SERVICE_SECRET)
        .output()?;
    let out = String::from_utf8(output.stdout)?;
    let log = String::from_utf8(output.stderr)?;
    for secret in [SECRET, SERVICE_SECRET, keyed, "eyJ"] {
        ensure!(!log.contains(secret), "{secret} is in the log");
    }
    let _ = std::fs::remove_dir_all(&folder);
    Ok((output.status.success(), if out.is_empty() { log } else { out }))
}
