//! A PostgreSQL for one test binary, a database for each test, and where our files are.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use postgres::{Client, NoTls};
use test_servers::postgres::Postgres;

/// A cluster: a process unless somebody asks for something else. `None` where there is no PostgreSQL.
pub(crate) fn cluster() -> Option<Postgres> {
    Postgres::start_if_installed().unwrap_or_else(|error| panic!("{error}"))
}

/// A connection to a database of the cluster.
#[allow(dead_code, reason = "not for servers that connect by themselves")]
pub(crate) fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// A new database, empty or a copy of another one; gives its address.
pub(crate) fn database(postgres: &Postgres, name: &str, template: &str) -> String {
    Client::connect(&postgres.url("postgres"), NoTls)
        .unwrap()
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .unwrap();
    postgres.url(name)
}

/// The folder with migrations and metadata.
pub(crate) fn hasura() -> PathBuf {
    // Both packages that use this are two folders below the root.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.join("../../hasura")
}
