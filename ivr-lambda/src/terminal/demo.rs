//! `step-ivr` alone: a demo election, and the vote on its way into the box.

mod robot;

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use ivr_core::fakes::FakeWorld;

use super::Done;
use super::ballots::BallotLine;
use super::call::{Contact, Held, accepted, derived};
use super::live::Backends;
use super::paper::Paper;
use super::script::{Keypad, Person};
use super::tally::{self, Count, Place};
use super::transcript::Transcript;
use crate::world::{self, Checked};
use robot::Robot;

const WORLD: &[u8] = include_bytes!("demo/world.json");
const PUBLICATION: &[u8] =
    include_bytes!("../../../tests/fixtures/publications/barrie/publication.json");
const KEY: &[u8] = include_bytes!("../../../tests/fixtures/publications/barrie/key.json");

/// The demo voter, as in the demo world.
const VOTER_ID: &str = "12345678";
/// Month, day, year.
const DATE_OF_BIRTH: &str = "01021960";

/// Holds the demo call.
pub(crate) fn run() -> anyhow::Result<Done> {
    let checked = demo_world()?;
    let seed = getrandom::u64()?;
    let mut config = checked.config.clone();
    config.seed = seed;
    let world = FakeWorld::new(config);
    let contact = Contact {
        id: derived(seed, 0, "contact").to_string(),
        caller: Some("+17055550123".to_owned()),
        dialled: checked.dialled.clone(),
    };
    let held = Held {
        backends: Backends::of(&world, None),
        publication: &checked.publication,
        contact: &contact,
        virtual_time: false,
        log: false,
    };

    let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
    let mut paper = Paper::stdout();
    introduce(&mut paper, &checked, interactive)?;
    let mut robot = Robot::new(VOTER_ID, DATE_OF_BIRTH);
    let mut person = Person::new(io::stdin().lock(), io::stderr());
    let keypad: &mut dyn Keypad = if interactive { &mut person } else { &mut robot };
    let mut transcript = Transcript::new(paper, &checked.publication, !interactive, false);
    held.hold(keypad, &mut transcript)?;
    let mut paper = transcript.into_paper();
    if !interactive {
        paper.blank()?;
        paper.paragraph("", &format!("The keys were: {}", robot.pressed().join(" ")))?;
    }
    open_the_box(&mut paper, &checked, &accepted(&world))?;
    Ok(Done::Well)
}

fn demo_world() -> anyhow::Result<Checked> {
    let file = Path::new("the demo world");
    let world = world::from_json(file, WORLD)?;
    let document = Path::new("the demo publication");
    let settings = world::Settings::default();
    Ok(world::checked(file, WORLD, world, document, PUBLICATION, &settings)?)
}

fn introduce<W: Write>(
    paper: &mut Paper<W>,
    checked: &Checked,
    interactive: bool,
) -> io::Result<()> {
    let event = super::label::Labels::in_default_language(&checked.publication).event();
    paper.heading(&format!("{event}: {}", checked.dialled))?;
    paper.paragraph(
        "",
        &format!(
            "A demo election with an invented voter. Voter ID {VOTER_ID}, date of birth \
             {DATE_OF_BIRTH} (month, day, year)."
        ),
    )?;
    let how = if interactive {
        "Type the keys you press and Enter: 1, 12345678#, 00#. Enter alone is silence, q hangs up."
    } else {
        "This is no terminal, so the call is played from a script."
    };
    paper.paragraph("", how)?;
    paper.flush()
}

fn open_the_box<W: Write>(
    paper: &mut Paper<W>,
    checked: &Checked,
    ballots: &[BallotLine],
) -> anyhow::Result<()> {
    paper.blank()?;
    if ballots.is_empty() {
        paper.line("No ballot was cast: the box is empty.")?;
        return Ok(paper.flush()?);
    }
    paper.heading("What arrived in the box")?;
    for ballot in ballots {
        let beginning: String = ballot.content.chars().take(160).collect();
        paper.line(&format!("  ballot {}", ballot.ballot_id))?;
        for piece in beginning.as_bytes().chunks(76) {
            paper.aside(&format!("    {}", String::from_utf8_lossy(piece)))?;
        }
        paper.aside("    …")?;
    }
    paper.blank()?;
    paper.heading("Opened with the demo key")?;
    let key = tally::key(Path::new("the demo key"), KEY, &checked.publication)?;
    let mut count = Count::new(&checked.publication, &key)?;
    for (i, ballot) in ballots.iter().enumerate() {
        count.add(Place { file: "the box".to_owned(), line: i + 1 }, ballot);
    }
    Ok(tally::print(&count, paper)?)
}
