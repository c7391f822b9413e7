//! `step-ivr call --live` and `step-ivr doctor` with a real Keycloak and the gateway: what changes in
//! the database between two calls is heard in the second.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

use super::house::{House, PIN, SERVICE_SECRET, VOTER, VOTING_SECRET};
use super::server::Machine;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");

/// Two calls and a change between them, three times; and the doctor's opinion.
pub(crate) fn changes_are_heard(machine: &Machine, keycloak: &Keycloak) -> anyhow::Result<()> {
    let publication = format!("{FIXTURES}/publications/barrie/publication.json");
    let publication: Value = serde_json::from_slice(&std::fs::read(publication)?)?;
    let id = |value: &Value| value.as_str().and_then(|id| id.parse().ok()).context("no id");
    let event = &publication["election_event"];
    let elections =
        [id(&publication["elections"][0]["id"])?, id(&publication["elections"][1]["id"])?];
    let area = id(&publication["ballot_styles"][0]["area_id"])?;
    let ids = (id(&event["tenant_id"])?, id(&event["id"])?);
    let house = House::of(machine, ids, area, elections)?;
    let folder = tempfile::tempdir()?;
    let phone = Phone::new(folder.path(), keycloak, &house)?;

    let open = phone.call()?;
    ensure!(open.outcome == "completed" && open.cast == 2, "{}", open.heard);
    let record = house.gateway.value(
        "SELECT concat_ws(' ', stage, votes, voter_id IS NOT NULL, phone_e164)
         FROM sequent_backend.ivr_call_log",
    )?;
    ensure!(record == "completed 2 t +15195550123", "{record}");

    house.sql(
        "UPDATE sequent_backend.election_event SET status = '{\"telephone_voting_status\": \"PAUSED\"}'",
    )?;
    let paused = phone.call()?;
    ensure!(paused.cast == 0 && paused.heard.contains("paused"), "{}", paused.heard);
    house.sql(
        "UPDATE sequent_backend.election_event SET status = '{\"telephone_voting_status\": \"OPEN\"}'",
    )?;

    let number =
        house.gateway.value("SELECT phone_e164 FROM sequent_backend.ivr_call_log LIMIT 1")?;
    let (tenant, event) = ids;
    house.sql(&format!(
        "SET \"ivr.actor\" = 'a-test'; INSERT INTO sequent_backend.ivr_phone_blacklist
         (tenant_id, election_event_id, phone_number) VALUES ('{tenant}', '{event}', '{number}')"
    ))?;
    let blocked = phone.call()?;
    ensure!(blocked.cast == 0, "{}", blocked.heard);
    ensure!(blocked.prompts == ["blacklist_message"], "{:?}", blocked.prompts);

    let (healthy, said) = phone.doctor()?;
    ensure!(healthy, "{said}");
    for line in [
        "blacklist, as can_read_phone_blacklist: answered",
        "record of a call, as can_record_ivr_call: written",
        "status of the event, as user: by telephone: open",
        "elections, as user: 2 open",
        "the voter's ballots, as user: 0 cast",
    ] {
        ensure!(said.contains(&format!("ok   {line}")), "not `{line}`: {said}");
    }
    house.gateway.server.stop()?;
    let (healthy, said) = phone.doctor()?;
    ensure!(!healthy, "healthy without a gateway: {said}");
    Ok(())
}

/// What a caller heard, and what came of it.
struct Call {
    outcome: String,
    cast: usize,
    prompts: Vec<String>,
    heard: String,
}

/// A telephone with its settings.
struct Phone {
    env: PathBuf,
    keys: String,
}

impl Phone {
    fn new(folder: &Path, keycloak: &Keycloak, house: &House) -> anyhow::Result<Self> {
        let env = folder.join("env.json");
        let sections = json!({
            "keycloak": {"url": keycloak.base_url(), "realm": house.route.keycloak_realm,
                "voting_secret": {"env": "TEST_VOTING"}, "service_secret": {"env": "TEST_SERVICE"},
                "test_voter": {"username": {"env": "TEST_VOTER"}, "password": {"env": "TEST_PIN"}}},
            "hasura": {"url": house.gateway.server.url()}});
        std::fs::write(&env, sections.to_string())?;
        let recorded = std::fs::read(format!("{FIXTURES}/calls/barrie-whole-en.json"))?;
        let recorded: Value = serde_json::from_slice(&recorded)?;
        let keys = recorded["calls"][0].as_str().context("no keys")?;
        let mut keys: Vec<_> = keys.split_whitespace().map(str::to_owned).collect();
        let voter = keys.iter().position(|key| key.len() > 4).context("no voter id")?;
        keys[voter] = format!("{VOTER}#");
        keys[voter + 1] = format!("{PIN}#");
        Ok(Self { env, keys: keys.join(" ") })
    }

    fn call(&self) -> anyhow::Result<Call> {
        let world = format!("{FIXTURES}/worlds/barrie.json");
        let output = self.step_ivr(&[
            "call", "--json", "--log", "--seed", "1", "--world", &world, "--keys", &self.keys,
        ])?;
        let heard = String::from_utf8(output.stdout)?;
        let lines: Vec<Value> =
            heard
                .lines()
                .map(serde_json::from_str)
                .collect::<Result<_, _>>()
                .with_context(|| format!("{heard}{}", String::from_utf8_lossy(&output.stderr)))?;
        let end = lines.last().context("nothing was said")?;
        let submissions = end["submissions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let prompts = lines.iter().filter_map(|line| line["prompt_keys"].as_array()).flatten();
        let prompts = prompts.filter_map(Value::as_str);
        Ok(Call {
            outcome: end["outcome"].as_str().unwrap_or_default().to_owned(),
            cast: submissions.iter().filter(|one| one["status"] == "success").count(),
            prompts: prompts.map(str::to_owned).collect(),
            heard,
        })
    }

    fn doctor(&self) -> anyhow::Result<(bool, String)> {
        let output = self.step_ivr(&["doctor"])?;
        let said = String::from_utf8(output.stdout)?;
        Ok((output.status.success(), said))
    }

    /// Runs it; no secret is in what it logs.
    fn step_ivr(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "-p", "ivr-lambda", "--features", "live"])
            .args(["--bin", "step-ivr", "--"])
            .args(arguments)
            .arg("--live")
            .arg(&self.env)
            .env("TEST_VOTING", VOTING_SECRET)
            .env("TEST_SERVICE", SERVICE_SECRET)
            .env("TEST_VOTER", VOTER)
            .env("TEST_PIN", PIN)
            .output()?;
        let log = String::from_utf8_lossy(&output.stderr);
        for secret in [VOTING_SECRET, SERVICE_SECRET, PIN, "eyJ", "5195550"] {
            ensure!(!log.contains(secret), "a secret in the log: {log}");
        }
        Ok(output)
    }
}
