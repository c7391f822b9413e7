//! `step-ivr`: the engine talked to in text.
//!
//! `cli` is the command line, `call` one call, `doctor` asks real backends whether anybody could
//! vote, `tally` opens the box, `demo` is what a
//! visitor sees first. Exit statuses: 0 done, 1 the thing examined has errors, 2 bad input.

mod ballots;
mod call;
mod cli;
mod demo;
mod doctor;
mod json;
mod keys;
mod label;
mod line;
mod live;
mod log;
mod pace;
mod paper;
mod script;
mod state;
mod tally;
mod transcript;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// Done.
    Well,
    /// The thing examined has errors.
    WithErrors,
}

/// Runs the command line; whatever goes wrong becomes a message and an exit status.
pub fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match run(arguments) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::WithErrors) => ExitCode::from(1),
        // Whoever reads the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            log::line(&format!("step-ivr: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: cli::Arguments) -> anyhow::Result<Done> {
    match arguments.command {
        None => demo::run(),
        Some(cli::Command::Call(options)) => call::run(&options),
        Some(cli::Command::Doctor(options)) => doctor::run(&options),
        Some(cli::Command::Tally(options)) => tally::run(&options),
        Some(cli::Command::Schema) => {
            let mut out = io::stdout().lock();
            out.write_all(crate::world::schema().as_bytes())?;
            out.flush()?;
            Ok(Done::Well)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
