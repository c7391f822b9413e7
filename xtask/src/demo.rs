//! `cargo xtask run`: the engine on a terminal phone.

use std::os::unix::process::CommandExt as _;

use crate::announce::line;
use crate::outcome::{Failure, Outcome};
use crate::process::{cargo, run as run_shown};

/// Builds `step-ivr` and becomes it, so that keys, signals and the exit status are its own.
pub(crate) fn run(args: &[String]) -> Outcome {
    line("Building step-ivr (about a minute the first time)…");
    let package = ["--quiet", "--package", "ivr-lambda", "--bin", "step-ivr"];
    run_shown(cargo(&["build"]).args(package), "step-ivr does not build")?;
    if args.is_empty() {
        line("Starting the demo election…");
    }
    let error = cargo(&["run"]).args(package).arg("--").args(args).exec();
    Err(Failure(format!("step-ivr could not be started: {error}")))
}
