//! Project commands that need more than one line of shell: `cargo xtask <command>`.
//!
//! Only the standard library, so that the first `make test` on a new machine starts at once.
//! What xtask itself says goes to standard error; standard output belongs to what it runs.

mod announce;
mod cargo_tools;
mod containers;
mod contract;
mod database;
mod demo;
mod dependencies;
mod direction;
mod java;
mod live;
mod measure;
mod outcome;
mod process;
mod rust;
mod shell;
mod suite;
mod system;

use std::process::ExitCode;

use outcome::Outcome;

const HELP: &str = "\
Usage: cargo xtask <command>

  run [ARGS]        build step-ivr and run it; without arguments, the demo election
  test              every check there is, in order, stopping at the first that fails
  lint              formatting and clippy only
  tree              which crate may depend on which
  java [ARGS]       build, check and test the Keycloak extensions; ARGS go to mvn
  contract [ARGS]   the suites against real servers, as processes; ARGS go to cargo test
  live [WHAT]       whole calls on real parts, and the box opened; WHAT: barrie, toronto, unlimited,
                    faults, race, phone (yours, on this terminal)
  containers [ARGS] the same suites in containers, also on the image with our extensions; starts
                    an engine and builds images where it has to (root); ARGS go to cargo test
  bench [ARGS]      benchmarks; ARGS go to cargo bench
  fuzz [SECONDS]    every fuzz target in turn, 60 seconds each unless told otherwise (nightly)
  coverage [ARGS]   line coverage, written to lcov.info; ARGS go to cargo llvm-cov
  mutants [ARGS]    mutation testing; ARGS go to cargo mutants
  help              this text";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match dispatch(&command, &rest) {
        Some(outcome) => announce::conclude(&outcome),
        None => {
            announce::line(&format!("xtask: there is no command `{command}`\n\n{HELP}"));
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: &str, args: &[String]) -> Option<Outcome> {
    Some(match command {
        "run" => demo::run(args),
        "test" => suite::run(suite::TEST),
        "lint" => suite::run(suite::LINT),
        "tree" => suite::run(suite::TREE),
        "java" => java::verify(args),
        "contract" => contract::run(args),
        "live" => live::run(args),
        "containers" => containers::run(args),
        "bench" => measure::bench(args),
        "fuzz" => measure::fuzz(args),
        "coverage" => measure::coverage(args),
        "mutants" => measure::mutants(args),
        "" | "help" | "--help" | "-h" => {
            announce::line(HELP);
            Ok(outcome::Verdict::Done)
        }
        _ => return None,
    })
}
