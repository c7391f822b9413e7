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

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Trial};
use postgres::Client;
use support::Cluster;

/// A test gets a database with every migration applied and two tenants in it.
type Test = (&'static str, fn(&mut Client));

/// A second connection to the database of a first one.
fn second(client: &mut Client) -> Client {
    let sql = "SELECT split_part(current_setting('unix_socket_directories'), ',', 1)";
    let socket = world::value(client, sql);
    let database = world::value(client, "SELECT current_database()");
    postgres::Config::new()
        .host_path(socket)
        .user("postgres")
        .dbname(&database)
        .connect(postgres::NoTls)
        .unwrap()
}

/// One that starts from nothing.
type FromNothing = (&'static str, fn(&mut Client));

fn main() {
    let arguments = Arguments::from_args();
    let wanted = !arguments.list;
    let cluster = if wanted { Cluster::start().map(Arc::new) } else { None };
    let mut trials = Vec::new();
    if let Some(cluster) = &cluster {
        let mut template = cluster.database("whole", "template0");
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
    drop(cluster);
    conclusion.exit();
}

fn trial(
    name: &str,
    template: &'static str,
    test: fn(&mut Client),
    cluster: Option<Arc<Cluster>>,
    number: &Arc<AtomicUsize>,
) -> Trial {
    let number = number.clone();
    let there = cluster.is_some()
        && (name != platform::NEEDS_INTROSPECTION || platform::introspection().is_some());
    Trial::test(name, move || {
        let cluster = cluster.ok_or("no PostgreSQL")?;
        let database = format!("t{}", number.fetch_add(1, Ordering::SeqCst));
        let mut client = cluster.database(&database, template);
        test(&mut client);
        Ok(())
    })
    .with_ignored_flag(!there)
}
