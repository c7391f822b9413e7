//! Everything that needs PostgreSQL: one cluster, a database a test.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test reports")]

mod actions;
mod cases;
mod client;
mod compare;
mod evaluator;
mod jwt;
mod properties;
mod runner;
mod server;
mod set_up;
mod tokens;
mod yaml;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Conclusion, Trial};
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
    let conclusion: Conclusion = libtest_mimic::run(&arguments, trials(Some(&postgres)));
    // Before the process ends, which would leave it behind.
    drop(postgres);
    conclusion.exit_code()
}

/// The tests; to list them no cluster is needed.
fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    let mut trials = Vec::new();
    trials.extend(cases::trials(postgres));
    trials.extend(jwt::trials(postgres));
    trials.extend(actions::trials(postgres));
    trials.extend(server::trials(postgres));
    trials.extend(properties::trials(postgres));
    trials
}

/// A test that needs the cluster.
fn trial(
    name: &str,
    postgres: Option<&Arc<Postgres>>,
    test: impl FnOnce(&Postgres) -> Result<(), String> + Send + 'static,
) -> Trial {
    let postgres = postgres.map(Arc::clone);
    Trial::test(name, move || {
        let postgres = postgres.ok_or("no cluster")?;
        test(&postgres).map_err(Into::into)
    })
}

/// Runs a future to its end.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
