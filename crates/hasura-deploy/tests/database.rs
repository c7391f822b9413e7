//! The migrations on a real PostgreSQL: up, down and up again; every constraint with a row that it
//! lets in and one that it does not; triggers, retention, NULLs; the platform base against the
//! platform's introspection.
//!
//! Without PostgreSQL on the machine every test is reported ignored; without the platform's
//! introspection, the one that needs it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

#[path = "database/blacklist.rs"]
mod blacklist;
#[path = "database/book.rs"]
mod book;
#[path = "database/calls.rs"]
mod calls;
#[path = "database/export.rs"]
mod export;
#[path = "database/migrations.rs"]
mod migrations;
#[path = "database/platform.rs"]
mod platform;
#[path = "database/world.rs"]
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Trial};
use postgres::Client;
use support::{cluster, connect, database};
use test_servers::postgres::Postgres;

/// A test gets a database with every migration applied and two tenants in it.
type Test = (&'static str, fn(&mut Client));

/// Where the cluster is, up to the name of a database.
static ADDRESS: OnceLock<String> = OnceLock::new();

/// A second connection to the database of a first one.
fn second(client: &mut Client) -> Client {
    let name = world::value(client, "SELECT current_database()");
    connect(&format!("{}{name}", ADDRESS.get().unwrap()))
}

/// One that starts from nothing.
type FromNothing = (&'static str, fn(&mut Client));

fn main() {
    let arguments = Arguments::from_args();
    let cluster = if arguments.list { None } else { cluster().map(Arc::new) };
    let mut trials = Vec::new();
    if let Some(cluster) = &cluster {
        ADDRESS.get_or_init(|| cluster.url(""));
        let mut template = connect(&database(cluster, "whole", "template0"));
        migrations::up(&mut template);
        world::fill(&mut template);
    }
    let number = Arc::new(AtomicUsize::new(0));
    let groups: [&[Test]; 4] = [blacklist::TESTS, calls::TESTS, export::TESTS, platform::TESTS];
    for (name, test) in groups.into_iter().flatten() {
        trials.push(trial(name, "whole", *test, cluster.clone(), &number));
    }
    let groups: [&[FromNothing]; 2] = [migrations::TESTS, book::TESTS];
    for (name, test) in groups.into_iter().flatten() {
        trials.push(trial(name, "template0", *test, cluster.clone(), &number));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Before the process ends, which would leave it behind.
    drop(cluster);
    conclusion.exit();
}

fn trial(
    name: &str,
    template: &'static str,
    test: fn(&mut Client),
    cluster: Option<Arc<Postgres>>,
    number: &Arc<AtomicUsize>,
) -> Trial {
    let number = number.clone();
    let there = cluster.is_some()
        && (name != platform::NEEDS_INTROSPECTION || platform::introspection().is_some());
    Trial::test(name, move || {
        let cluster = cluster.ok_or("no PostgreSQL")?;
        let name = format!("t{}", number.fetch_add(1, Ordering::SeqCst));
        test(&mut connect(&database(&cluster, &name, template)));
        Ok(())
    })
    .with_ignored_flag(!there)
}
