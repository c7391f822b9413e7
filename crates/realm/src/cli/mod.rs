//! The command line.

mod args;
mod check;
mod connect;
mod jwks;
mod many;
mod progress;
mod realm;
mod rotate;
mod screen;
mod voters;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// What was given is wrong: exit status 2.
    #[error("{0}")]
    Input(String),
    /// What was looked at is wrong, or a part of the work failed: exit status 1.
    #[error("{0}")]
    Work(String),
}

impl From<crate::admin::Error> for Failure {
    fn from(error: crate::admin::Error) -> Self {
        if error.is_bad_input() {
            Self::Input(error.to_string())
        } else {
            Self::Work(error.to_string())
        }
    }
}

impl From<crate::secrets::Error> for Failure {
    fn from(error: crate::secrets::Error) -> Self {
        Self::Input(error.to_string())
    }
}

/// Whether all is well.
type Outcome = Result<bool, Failure>;

/// Runs the program: 0 when all is well, 1 when something that was looked at is not, 2 when the
/// input is wrong.
pub fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Plan(args) => realm::plan(&args),
        Command::Apply(args) => realm::apply(&args),
        Command::Check(args) => check::check(&args),
        Command::Rotate(args) => rotate::rotate(&args),
        Command::Jwks(args) => jwks::jwks(&args),
        Command::Voters(args::Voters { command: args::VotersCommand::Import(args) }) => {
            voters::import(&args)
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Failure::Work(what)) => {
            progress::line(&format!("realm: {what}"));
            ExitCode::from(1)
        }
        Err(Failure::Input(what)) => {
            progress::line(&format!("realm: {what}"));
            ExitCode::from(2)
        }
    }
}
