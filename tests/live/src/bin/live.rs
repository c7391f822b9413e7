//! The command `live`: brings the parts up, places calls, opens the box, tears down.

use std::io::Write;
use std::process::ExitCode;

use live::ballot_box;
use live::faults::{Fault, Ground};
use live::machine::Machine;
use live::phone::{Call, by_hand};
use live::race::{CASTS, LIMITS, Race};
use live::scenes::{self, Played};
use live::town::{Door, Town, Voter};
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

/// What is played, and where it is told.
type What = fn(&Machine, &mut dyn Write) -> anyhow::Result<()>;

fn run(out: &mut dyn Write) -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let what: What = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => |machine, out| {
            barrie(machine, out)?;
            toronto(machine, out)?;
            unlimited(machine, out)
        },
        ["barrie"] => barrie,
        ["toronto"] => toronto,
        ["unlimited"] => unlimited,
        ["phone"] => phone,
        ["faults"] => faults,
        ["race"] => race,
        _ => anyhow::bail!("usage: live [barrie|toronto|unlimited|faults|race|phone]"),
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

/// Many casts of one voter at once; what happens without the lock; a copied ballot.
fn race(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    let race = Race::new(machine)?;
    writeln!(out, "\n{CASTS} casts of one voter at once, by a login at each of two clients")?;
    for (limit, _) in LIMITS {
        writeln!(out, "   limit {limit}: {}", race.run(machine, Voter(0), limit)?)?;
    }
    race.unlock()?;
    writeln!(
        out,
        "   limit 1, without the lock, commits of 100 ms: {}",
        race.run(machine, Voter(1), 1)?
    )?;
    race.lock()?;
    let (first, copied, alerts) = race.copy(machine, Voter(2), Voter(3))?;
    writeln!(
        out,
        "A ballot: {first}; a copy by another voter: {copied}; integrity alerts: {alerts}"
    )?;
    Ok(())
}

/// Whoever sits here votes in Barrie; then the box is opened.
fn phone(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    let town = Town::new(machine, "barrie")?;
    let voter = Voter(0);
    writeln!(out, "{}\n", town.report()?)?;
    writeln!(
        out,
        "Vote as {}#, PIN {}#, where a date of birth is asked for.\n",
        voter.username(),
        voter.pin()
    )?;
    out.flush()?;
    by_hand(&town, Door::Direct)?;
    totals(out, &ballot_box::open(&town, &ballot_box::rows(&town)?)?.totals)
}

fn barrie(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    played(out, "Barrie", &Town::new(machine, "barrie")?, scenes::barrie)
}

fn toronto(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    played(out, "Toronto", &Town::new(machine, "toronto")?, scenes::toronto)
}

fn unlimited(machine: &Machine, out: &mut dyn Write) -> anyhow::Result<()> {
    let town = Town::new(machine, "barrie")?;
    played(out, "Barrie, where ballots are not limited", &town, scenes::unlimited)
}

/// Plays scenes in a town, tells them, and counts its box.
fn played(
    out: &mut dyn Write,
    title: &str,
    town: &Town,
    scenes: fn(&Town) -> anyhow::Result<Played>,
) -> anyhow::Result<()> {
    writeln!(out, "\n== {title}\n{}", town.report()?)?;
    out.flush()?;
    let played = scenes(town)?;
    for (about, call) in &played.calls {
        transcript(out, about, call)?;
    }
    totals(out, &played.opened.totals)?;
    writeln!(out, "Every ballot in the box is what was pressed.")?;
    out.flush()?;
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
    writeln!(out, "\n-- The box, ballots: {}, refused: {}", totals["ballots"], totals["refused"])?;
    for election in list(&totals["elections"]) {
        writeln!(out, "   {}, ballots: {}", word(&election["name"]), election["ballots"])?;
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
