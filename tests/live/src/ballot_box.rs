//! The box: what is in the table of votes, opened with the election's key.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::phone::{Call, Choices};
use crate::programs::built;
use crate::town::Town;

/// One row of the table of votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The election.
    pub election: Uuid,
    /// The ballot.
    pub ballot_id: String,
    /// By which channel it came, where it is recorded.
    pub channel: Option<String>,
    content: String,
}

/// Everything in the box, in the order of arrival.
///
/// # Errors
/// When the database cannot be reached.
pub fn rows(town: &Town) -> anyhow::Result<Vec<Row>> {
    let rows = town.sql()?.query(
        "SELECT election_id, ballot_id, to_jsonb(cast_vote) ->> 'channel', content
         FROM sequent_backend.cast_vote ORDER BY created_at, id",
        &[],
    )?;
    Ok(rows
        .iter()
        .map(|row| Row {
            election: row.get(0),
            ballot_id: row.get(1),
            channel: row.get(2),
            content: row.get(3),
        })
        .collect())
}

/// A box that was opened.
pub struct Opened {
    /// Choices by ballot.
    pub ballots: BTreeMap<String, Choices>,
    /// The totals, as `step-ivr tally --json` prints them.
    pub totals: Value,
}

/// Verifies, decrypts and counts what is in the box, with `step-ivr tally`.
///
/// # Errors
/// When a ballot does not verify, or does not open.
pub fn open(town: &Town, rows: &[Row]) -> anyhow::Result<Opened> {
    let file = town.folder().join("box.jsonl");
    let lines = rows.iter().map(|row| {
        let Row { election, ballot_id, content, .. } = row;
        json!({"election_id": election, "ballot_id": ballot_id, "content": content}).to_string()
    });
    std::fs::write(&file, lines.map(|line| line + "\n").collect::<String>())?;
    let output = Command::new(built("step-ivr")?)
        .args(["tally", "--json", "--publication"])
        .arg(town.published.file())
        .arg("--key")
        .arg(town.published.key())
        .arg(&file)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the box does not open: {said}");
    let mut opened = Opened { ballots: BTreeMap::new(), totals: Value::Null };
    for line in String::from_utf8(output.stdout)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        if line["type"] == "ballot" {
            let ballot = line["ballot_id"].as_str().context("no ballot id")?;
            let (verified, status) = (&line["verified"], &line["status"]);
            let counted = *verified == true && *status == "counted";
            ensure!(counted, "ballot {ballot}: verified {verified}, {status}");
            opened.ballots.insert(ballot.to_owned(), choices(&line)?);
        } else {
            opened.totals = line;
        }
    }
    Ok(opened)
}

fn choices(ballot: &Value) -> anyhow::Result<Choices> {
    let id =
        |value: &Value| -> anyhow::Result<Uuid> { Ok(value.as_str().context("no id")?.parse()?) };
    let contests = ballot["contests"].as_array().context("no contests")?;
    contests
        .iter()
        .map(|contest| {
            let chosen = contest["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
            let chosen: BTreeSet<Uuid> =
                chosen.iter().map(|one| id(&one["candidate_id"])).collect::<Result<_, _>>()?;
            Ok((id(&contest["contest_id"])?, chosen))
        })
        .collect()
}

/// Compares what callers meant and were told with what is in the box: each ballot they were told is
/// recorded is there once and says what they pressed, and nothing else is there.
///
/// # Errors
/// With what differs.
pub fn compare(town: &Town, calls: &[&Call]) -> anyhow::Result<Opened> {
    let rows = rows(town)?;
    let opened = open(town, &rows)?;
    let mut told = 0;
    for (submission, meant) in calls.iter().flat_map(|call| call.recorded()) {
        let ballot = submission.ballot_id.as_ref().context("recorded without a ballot")?;
        let there = rows.iter().filter(|row| row.ballot_id == *ballot).count();
        ensure!(there == 1, "ballot {ballot} is in the box {there} times");
        ensure!(
            opened.ballots.get(ballot) == Some(meant),
            "ballot {ballot} is not what was pressed"
        );
        told += 1;
    }
    ensure!(told == rows.len(), "{told} ballots were told, {} are in the box", rows.len());
    Ok(opened)
}
