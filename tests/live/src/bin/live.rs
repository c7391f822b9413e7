//! The command `live`: brings the parts up, places calls, opens the box, tears down.

use std::io::Write;
use std::process::ExitCode;

use live::faults::{Fault, Ground};
use live::machine::Machine;
use live::phone::Call;
use live::scenes::{self, Played};
use live::town::Town;
use serde_json::Value;

fn main() -> ExitCode {
    match run(&mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "live: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Plays scenes in a town.
type Scenes = fn(&Town) -> anyhow::Result<Played>;

fn run(out: &mut dyn Write) -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let what = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => calls,
        ["faults"] => faults,
        _ => anyhow::bail!("usage: live [faults]"),
    };
    writeln!(out, "Starting Keycloak and PostgreSQL …")?;
    out.flush()?;
    let machine = Machine::start()?;
    writeln!(out, "{}", machine.report())?;
    what(&machine, out)
}

/// Everything that breaks, a line each.
fn faults(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    let ground = Ground::new(machine)?;
    writeln!(out, "{}\n", ground.town.report()?)?;
    writeln!(
        out,
        "| What breaks | When | Door | Told | Rows | Last words |\n|---|---|---|---|---|---|"
    )?;
    ground.play(|one| {
        let Fault { what, step, door, .. } = one.fault;
        let _ = writeln!(
            out,
            "| {what} | {step} | {door:?} | {} | {} | {} |",
            one.said, one.rows, one.words
        );
    })?;
    writeln!(out, "\nNobody was told what is not so, and no ballot is there twice.")?;
    Ok(())
}

fn calls(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    let towns: [(&str, &'static str, Scenes); 3] = [
        ("Barrie", "barrie", scenes::barrie),
        ("Toronto", "toronto", scenes::toronto),
        ("Barrie, where ballots are not limited", "barrie", scenes::unlimited),
    ];
    for (title, publication, scenes) in towns {
        writeln!(out, "\n== {title}")?;
        let town = Town::new(machine, publication)?;
        writeln!(out, "{}", town.report()?)?;
        out.flush()?;
        let played = scenes(&town)?;
        for (about, call) in &played.calls {
            transcript(out, about, call)?;
        }
        totals(out, &played.opened.totals)?;
        out.flush()?;
    }
    writeln!(out, "\nEvery ballot in the boxes is what was pressed. Taking everything down.")?;
    Ok(())
}

fn transcript(out: &mut dyn Write, about: &str, call: &Call) -> anyhow::Result<()> {
    writeln!(out, "\n-- {about}")?;
    for exchange in &call.exchanges {
        writeln!(out, "   {}", exchange.text)?;
        // A voter's number and PIN are nobody's business here either.
        let entered = exchange.prompt_keys.iter().any(|key| key.starts_with("auth_enter"));
        match &exchange.pressed {
            Some(_) if entered => writeln!(out, "      > ········")?,
            Some(keys) => writeln!(out, "      > {keys}")?,
            None => {}
        }
    }
    for one in &call.submissions {
        let ballot = one.ballot_id.as_deref().map_or("-", |id| &id[..id.len().min(12)]);
        writeln!(out, "   [{} {ballot}…]", one.status)?;
    }
    writeln!(out, "   [{}]", call.outcome)?;
    Ok(())
}

fn totals(out: &mut dyn Write, totals: &Value) -> anyhow::Result<()> {
    writeln!(out, "\n-- The box: {} ballots, {} refused", totals["ballots"], totals["refused"])?;
    for election in list(&totals["elections"]) {
        writeln!(out, "   {}: {} ballots", word(&election["name"]), election["ballots"])?;
        for contest in list(&election["contests"]) {
            writeln!(out, "     {}, {} blank", word(&contest["name"]), contest["blank"])?;
            for candidate in list(&contest["candidates"]).iter().filter(|c| c["votes"] != 0) {
                writeln!(out, "       {:>3}  {}", candidate["votes"], word(&candidate["name"]))?;
            }
        }
    }
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
