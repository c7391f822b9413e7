//! After a call, nothing of it that is secret is in a log or in the database, but where it belongs.

use anyhow::{Context as _, ensure};
use live::machine::Machine;
use live::phone::{NUMBER, Plan, call};
use live::town::{SERVICE_SECRET, Town, VOTING_SECRET, Voter};
use serde_json::Value;

/// Where a caller's number may stand: the blacklist, and the record of calls with the views on it
/// for those who may see it (DECISIONS 65).
const WITH_NUMBERS: [&str; 3] = ["ivr_call_log", "ivr_call_raw", "ivr_phone_blacklist"];

pub(crate) fn none(machine: &Machine) -> anyhow::Result<()> {
    let town = Town::new(machine, "barrie")?;
    let voter = Voter(0);
    let call = call(&town, &Plan::of(voter))?;
    ensure!(call.recorded().count() == 2, "{:?}", call.submissions);

    let chosen: Vec<String> =
        call.meant.values().flat_map(|c| c.values().flatten()).map(ToString::to_string).collect();
    let names = names(&town.published.document, &chosen);
    ensure!(chosen.len() >= 3 && names.len() == chosen.len(), "{chosen:?}, {names:?}");
    let pin = voter.pin();
    let number = &NUMBER[2..];
    let mut secrets = vec![pin.as_str(), VOTING_SECRET, SERVICE_SECRET];
    secrets.extend(chosen.iter().chain(&names).map(String::as_str));

    let logs = [
        ("the call", "InsertCastVote", call.log),
        ("Harvest", "insert-cast-vote: election", town.harvest.log()?),
        // The stand-in says where it is and nothing else; the official image logs each request.
        ("the gateway", "", town.hasura.log()?),
        ("Keycloak", "started in", machine.keycloak.log()?),
        ("PostgreSQL", "ready to accept connections", machine.cluster.log()?),
    ];
    for (whose, line, log) in &logs {
        ensure!(!log.is_empty() && log.contains(line), "the log of {whose} is not one");
        for secret in secrets.iter().chain([&number, &"eyJ"]) {
            ensure!(!log.contains(secret), "{whose}: a secret in the log");
        }
    }

    let mut sql = town.sql()?;
    let tables = sql.query(
        "SELECT table_schema || '.' || quote_ident(table_name), table_name
         FROM information_schema.tables WHERE table_schema IN ('sequent_backend', 'hdb_catalog')",
        &[],
    )?;
    let mut seen = 0;
    for table in tables {
        let (full, name): (String, String) = (table.get(0), table.get(1));
        let all = sql.query_one(&format!("SELECT string_agg(t::text, ' ') FROM {full} t"), &[])?;
        let Some(all) = all.get::<_, Option<String>>(0) else { continue };
        for secret in &secrets {
            ensure!(!all.contains(secret), "a secret in {full}");
        }
        if all.contains(number) {
            ensure!(WITH_NUMBERS.contains(&name.as_str()), "the number in {full}");
            seen += 1;
        }
    }
    ensure!(seen > 0, "the number is not even in the record of calls: nothing was looked at");
    Ok(())
}

/// The names of candidates.
fn names(document: &Value, ids: &[String]) -> Vec<String> {
    let styles = document["ballot_styles"].as_array().context("no styles").unwrap();
    let contests = styles.iter().flat_map(|style| style["contests"].as_array().unwrap());
    let candidates = contests.flat_map(|contest| contest["candidates"].as_array().unwrap());
    candidates
        .filter(|one| ids.iter().any(|id| one["id"] == *id))
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}
