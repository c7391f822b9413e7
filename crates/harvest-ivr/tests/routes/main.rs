//! The telephone's routes over a real PostgreSQL: one cluster, a database a test, keys of the run.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod ballots;
mod blacklist;
mod calls;
mod document;
mod exports;
mod grants;
mod keys;
mod program;
mod realm;
// Which addresses Harvest hands on, as it decides there.
#[allow(
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "with its own tests, for another crate"
)]
#[path = "../../../../harvest-patches/files/harvest/telephone_target.rs"]
mod telephone_target;
mod tokens;
mod trouble;
mod world;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Trial};
use test_servers::postgres::Postgres;
use world::World;

/// A test gets a service over a database of its own.
type Test = (&'static str, fn(&mut World));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cluster =
        if arguments.list { None } else { Postgres::start_if_installed().unwrap().map(Arc::new) };
    if let Some(cluster) = &cluster {
        world::template(cluster);
    }
    let number = Arc::new(AtomicUsize::new(0));
    let groups: [&[Test]; 10] = [
        access::TESTS,
        ballots::TESTS,
        blacklist::TESTS,
        calls::TESTS,
        document::TESTS,
        exports::TESTS,
        grants::TESTS,
        keys::TESTS,
        program::TESTS,
        trouble::TESTS,
    ];
    let trials = groups.into_iter().flatten().map(|(name, test)| {
        let (cluster, number) = (cluster.clone(), Arc::clone(&number));
        let there = cluster.is_some();
        Trial::test(*name, move || {
            let cluster = cluster.ok_or("no PostgreSQL")?;
            let database = format!("t{}", number.fetch_add(1, Ordering::SeqCst));
            test(&mut World::new(&cluster, &database));
            Ok(())
        })
        .with_ignored_flag(!there)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    // Before the process ends, which would leave it behind.
    drop(cluster);
    conclusion.exit_code()
}
