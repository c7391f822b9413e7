//! The development Harvest on a real PostgreSQL: one cluster, a database a test.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test reports")]

mod ballots;
mod channels;
mod faults;
mod fixture;
mod habits;
mod order;
mod program;
mod race;
mod switches;
mod voter;
mod world;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use test_servers::postgres::Postgres;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(None)).exit_code();
    }
    let postgres = match Postgres::start_if_installed() {
        Ok(Some(postgres)) => Arc::new(postgres),
        Ok(None) => return ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let conclusion = libtest_mimic::run(&arguments, trials(Some(&postgres)));
    // Before the process ends, which would leave it behind.
    drop(postgres);
    conclusion.exit_code()
}

/// The tests; to list them no cluster is needed.
fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    let mut trials = Vec::new();
    trials.extend(ballots::trials(postgres));
    trials.extend(order::trials(postgres));
    trials.extend(channels::trials(postgres));
    trials.extend(switches::trials(postgres));
    trials.extend(habits::trials(postgres));
    trials.extend(race::trials(postgres));
    trials.extend(program::trials(postgres));
    trials
}

/// A test that needs the cluster. It fails by a panic.
fn trial<F: Future<Output = ()>>(
    name: &str,
    postgres: Option<&Arc<Postgres>>,
    test: impl FnOnce(Arc<Postgres>) -> F + Send + 'static,
) -> Trial {
    let postgres = postgres.map(Arc::clone);
    Trial::test(name, move || {
        let postgres = postgres.ok_or("no cluster")?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(test(postgres));
        Ok(())
    })
}
