//! After calls, administrators whom the real Keycloak knows see them, block the caller, and let
//! them in again.

use anyhow::{Context as _, ensure};
use contract::admin::Admin;
use contract::operator::granted;
use live::ballot_box;
use live::desk::Desk;
use live::machine::Machine;
use live::phone::{NUMBER, Plan, call};
use live::town::{SERVICE_SECRET, Town, VOTING_SECRET, Voter};
use serde_json::{Value, json};
use ureq::http::Method;

pub(crate) fn sees_and_acts(machine: &Machine) -> anyhow::Result<()> {
    let town = Town::new(machine, "barrie")?;
    let admin = Admin::new(&machine.keycloak);
    let desk = Desk::open(&admin, &town)?;
    let clerk = desk.person("clerk", &["can_manage_phone_blacklist", "cast-vote-read"])?;
    let auditor = desk.person("auditor", &["can_export_raw_phone"])?;
    let event = town.published.event;
    let of_the_event = format!("election_event_id={event}");

    let voted = call(&town, &Plan::of(Voter(0)))?;
    ensure!(voted.recorded().count() == 2, "{:?}", voted.submissions);
    call(&town, &Plan { ballots: 1, ..Plan::of(Voter(1)) })?;

    // What is seen: one caller, two calls, three ballots by telephone; no digit of the number.
    let callers = read(&desk, &clerk, &format!("/calls?{of_the_event}"))?;
    let lines = callers["callers"].as_array().context("no callers")?;
    ensure!(lines.len() == 1 && lines[0]["calls"] == 2 && lines[0]["votes"] == 3, "{callers}");
    let (status, masked) =
        desk.ask(&clerk, Method::GET, &format!("/calls/export?{of_the_event}"), None)?;
    ensure!(status == 200 && masked.lines().count() == 2, "{status} {masked}");
    for seen in [&callers.to_string(), &masked] {
        ensure!(!seen.contains(&NUMBER[2..]) && !seen.contains("***-0123"), "the number is seen");
    }
    let series = read(&desk, &clerk, &format!("/ballots-by-channel?{of_the_event}"))?;
    let buckets = series["buckets"].as_array().context("no buckets")?;
    let counted: i64 = buckets.iter().filter_map(|b| b["ballots"]["TELEPHONE"].as_i64()).sum();
    ensure!(counted == 3 && ballot_box::rows(&town)?.len() == 3, "{series}");

    // Whole numbers are for another permission, and who had them is on record.
    let export = json!({"election_event_id": event, "purpose": "a test"});
    let raw = |token: &str| desk.ask(token, Method::POST, "/calls/export/raw", Some(&export));
    let (status, said) = raw(&clerk)?;
    ensure!(status == 403 && !said.contains(&NUMBER[2..]), "{status} {said}");
    let (status, said) = raw(&auditor)?;
    ensure!(status == 200 && said.contains(NUMBER), "{status}");
    let exports = town
        .sql()?
        .query("SELECT 1 FROM sequent_backend.ivr_raw_export WHERE purpose = 'a test'", &[])?;
    ensure!(exports.len() == 1, "{} exports are on record", exports.len());

    // Voters and the service have tokens of the same Keycloak, and no business here.
    let realm = town.published.realm();
    let (voter, pin) = (Voter(0).username(), Voter(0).pin());
    let password = [("grant_type", "password"), ("username", &voter), ("password", &pin)];
    let voting = [("client_id", "ivr-voting"), ("client_secret", VOTING_SECRET)];
    let service = [
        ("grant_type", "client_credentials"),
        ("client_id", "ivr-service"),
        ("client_secret", SERVICE_SECRET),
    ];
    for form in [[&password[..], &voting].concat(), service.to_vec()] {
        let token = granted(&machine.keycloak, &realm, &form)?;
        let path = format!("/calls?{of_the_event}");
        let (status, said) = desk.ask(&token, Method::GET, &path, None)?;
        ensure!(status == 401, "{status} {said}");
    }

    // A caller who is blocked is not asked who they are; let in again, they are.
    let caller = lines[0]["id"].as_str().context("no id")?;
    let refuse = json!({"scope": "event", "reason": "a test"});
    let path = format!("/calls/{caller}/blacklist");
    let (status, entry) = desk.ask(&clerk, Method::POST, &path, Some(&refuse))?;
    ensure!(status == 201, "{status} {entry}");
    let refused = call(&town, &Plan::of(Voter(2)))?;
    ensure!(refused.heard("blacklist_message") && !refused.heard("auth_enter_username"));
    ensure!(refused.outcome == "disconnected", "{}", refused.outcome);
    let entry: Value = serde_json::from_str(&entry)?;
    let path = format!("/blacklist/{}", entry["id"].as_str().context("no id")?);
    let (status, said) = desk.ask(&clerk, Method::DELETE, &path, None)?;
    ensure!(status == 204, "{status} {said}");
    let admitted = call(&town, &Plan::of(Voter(2)))?;
    ensure!(admitted.recorded().count() == 2, "{:?}", admitted.submissions);
    Ok(())
}

fn read(desk: &Desk<'_>, token: &str, path: &str) -> anyhow::Result<Value> {
    let (status, said) = desk.ask(token, Method::GET, path, None)?;
    ensure!(status == 200, "{path}: {status} {said}");
    Ok(serde_json::from_str(&said)?)
}
