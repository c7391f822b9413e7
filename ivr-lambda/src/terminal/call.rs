//! `step-ivr call`: one call from the first ring to the end.

mod held;
mod options;

use std::io::{self, IsTerminal as _};

use ivr_core::fakes::FakeWorld;

pub(crate) use held::{Contact, Held, Listener};
pub(crate) use options::derived;

use super::Done;
use super::ballots::{BallotFile, BallotLine};
use super::cli;
use super::json::JsonLines;
use super::live::{Backends, Live};
use super::log;
use super::paper::Paper;
use super::script::{Keypad, Lines, Person, Script};
use super::state::StateFile;
use super::transcript::Transcript;
use crate::world;

/// Holds a call.
pub(crate) fn run(options: &cli::Call) -> anyhow::Result<Done> {
    let mut keypad = keypad(options)?;
    let seed = options.seed.map_or_else(options::random_seed, Ok)?;
    let settings = world::Settings { dialled: options.dialed.clone(), now: options.now };
    let mut checked = world::read(&options.world, &settings)?;
    for warning in &checked.warnings {
        log::warning(warning, options.log);
    }
    let live = options.live.as_deref();
    let mut live =
        live.map(|file| Live::open(file, &mut checked, options.now.is_some())).transpose()?;
    let file = options.state.as_deref().map(|path| StateFile::new(path, &checked.hash));
    let kept = file.as_ref().map(StateFile::read).transpose()?.flatten();
    let calls = kept.as_ref().map_or(0, |kept| kept.calls);
    let mut ballots = options.ballots.as_deref().map(BallotFile::open).transpose()?;

    checked.config.seed = derived(seed, calls, "world").as_u64_pair().0;
    let world = FakeWorld::new(checked.config.clone());
    if let Some(kept) = kept {
        world.restore(kept.state);
        // The clock goes on where the last call left it, unless a time is asked for.
        if let Some(now) = options.now {
            world.clock().set(now);
        }
    }

    if let Some(live) = &mut live {
        live.join(&world);
    }

    let contact = Contact {
        id: options
            .contact_id
            .clone()
            .unwrap_or_else(|| derived(seed, calls, "contact").to_string()),
        caller: (options.caller != "withheld").then(|| options.caller.clone()),
        dialled: checked.dialled.clone(),
    };
    let held = Held {
        backends: Backends::of(&world, live.as_ref()),
        publication: &checked.publication,
        contact: &contact,
        virtual_time: checked.has_virtual_time(),
        log: options.log,
    };
    let result = hold(&held, keypad.as_mut(), options);
    if let Some(live) = live.as_ref().filter(|_| options.log) {
        live.log_requests();
    }

    // Whatever became of the output, what was cast is written down.
    let mut accepted = accepted(&world);
    if let Some(live) = &live {
        accepted.extend(live.accepted().into_iter().filter_map(ballot_line));
    }
    if let Some(ballots) = &mut ballots {
        ballots.append(&accepted)?;
    }
    if let Some(file) = &file {
        file.write(calls + 1, world.state())?;
    }
    result.map(|()| Done::Well)
}

fn hold(held: &Held<'_>, keypad: &mut dyn Keypad, options: &cli::Call) -> anyhow::Result<()> {
    if options.json {
        held.hold(keypad, &mut JsonLines::new(io::stdout().lock()))?;
    } else {
        let scripted = !is_interactive(options);
        let mut transcript =
            Transcript::new(Paper::stdout(), held.publication, scripted, options.ssml);
        held.hold(keypad, &mut transcript)?;
    }
    Ok(())
}

/// Ballots that the vote-casting side accepted in this command.
pub(crate) fn accepted(world: &FakeWorld) -> Vec<BallotLine> {
    world.accepted_ballots().into_iter().filter_map(ballot_line).collect()
}

fn ballot_line(ballot: ivr_core::fakes::AcceptedBallot) -> Option<BallotLine> {
    Some(BallotLine {
        // The engine sends ids of the publication, and those are UUIDs.
        election_id: ballot.election_id.parse().ok()?,
        ballot_id: ballot.ballot_id,
        content: ballot.content,
    })
}

fn keypad(options: &cli::Call) -> anyhow::Result<Box<dyn Keypad>> {
    Ok(match &options.keys {
        Some(keys) => Box::new(Script::read(keys)?),
        None if is_interactive(options) => Box::new(Person::new(io::stdin().lock(), io::stderr())),
        None => Box::new(Lines::new(io::stdin())),
    })
}

/// Without a script and without a pipe there is a person.
fn is_interactive(options: &cli::Call) -> bool {
    options.keys.is_none() && !options.stdin && io::stdin().is_terminal()
}
