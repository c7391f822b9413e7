//! PostgreSQL 15: one cluster a suite, a database a test.
//!
//! As a process it is Debian's, in a fresh folder, without the safety that a test run does not need;
//! as a container the official image, or whatever `TEST_IMAGE_POSTGRES` names. Both listen on
//! loopback only and let everybody in as `postgres`.

mod client;
mod in_container;
mod local;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{Backend, Error, Report};
use in_container::InContainer;
use local::Local;

/// A second on an idle machine.
const START: Duration = Duration::from_secs(120);
const STOP: Duration = Duration::from_secs(20);

/// What a cluster that lives for one test run does without, and the one time zone for all.
const SETTINGS: [&str; 5] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "timezone=UTC",
    "max_connections=200",
];

/// A cluster that runs until it is dropped.
pub struct Postgres {
    running: Mutex<Box<dyn Server>>,
    databases: AtomicU32,
    port: u16,
    report: Report,
}

impl Postgres {
    /// Starts a cluster of its own and waits until it answers. What it is, is printed to standard
    /// error.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; with the last lines of its log.
    pub fn start() -> Result<Self, Error> {
        Self::start_as(Backend::chosen()?)
    }

    /// The same for tests that no engine is started for: a process, unless `TEST_BACKEND` asks for
    /// something else. `None` where PostgreSQL is not installed, which is said.
    ///
    /// # Errors
    /// When it does not start; with the last lines of its log.
    pub fn start_if_installed() -> Result<Option<Self>, Error> {
        let started = match std::env::var_os("TEST_BACKEND") {
            Some(_) => Self::start(),
            None => Self::start_as(Backend::Process),
        };
        match started {
            Ok(postgres) => Ok(Some(postgres)),
            Err(missing @ Error::NoPostgres) => {
                crate::say(&missing.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn start_as(backend: Backend) -> Result<Self, Error> {
        let (running, report): (Box<dyn Server>, Report) = match backend {
            Backend::Process => {
                let (server, report) = Local::start()?;
                (Box::new(server), report)
            }
            Backend::Containers => {
                let (server, report) = InContainer::start()?;
                (Box::new(server), report)
            }
        };
        let port = running.port();
        crate::say(&format!("127.0.0.1:{port} is {report}"));
        Ok(Postgres { running: Mutex::new(running), databases: AtomicU32::new(0), port, report })
    }

    /// A fresh, empty database; gives its address.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub fn create_database(&self) -> Result<String, Error> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        client::execute(self.port, &format!("CREATE DATABASE {name} TEMPLATE template0"))?;
        Ok(self.url(&name))
    }

    /// The address of the database `name`, made or not.
    pub fn url(&self, name: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Stops the cluster in order and starts it again, with the same data on the same port.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn restart(&self) -> Result<(), Error> {
        let mut running = self.running();
        running.stop()?;
        running.start_again()
    }

    /// Stops the cluster in order; its port refuses connections until [`Postgres::restart`].
    ///
    /// # Errors
    /// When the container engine cannot be asked.
    pub fn stop(&self) -> Result<(), Error> {
        self.running().stop()
    }

    /// Everything it has printed since it was first started.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> Result<String, Error> {
        self.running().log()
    }

    /// What this server is, for a test's report.
    pub fn report(&self) -> &Report {
        &self.report
    }

    fn running(&self) -> MutexGuard<'_, Box<dyn Server>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What both backends can do with a cluster that was started.
trait Server: Send {
    fn port(&self) -> u16;
    fn stop(&mut self) -> Result<(), Error>;
    fn start_again(&mut self) -> Result<(), Error>;
    fn log(&self) -> Result<String, Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_keeps_its_databases_through_a_restart_and_is_gone_when_dropped() {
        let postgres = Postgres::start_as(Backend::Process).unwrap();
        let [one, other] = [(); 2].map(|()| postgres.create_database().unwrap());
        assert_ne!(one, other);
        client::run(&one, "CREATE TABLE kept (id int)").unwrap();
        postgres.stop().unwrap();
        assert!(client::run(&one, "SELECT 1").is_err());
        postgres.restart().unwrap();
        client::run(&one, "INSERT INTO kept VALUES (1)").unwrap();
        assert!(client::run(&other, "INSERT INTO kept VALUES (1)").is_err());
        drop(postgres);
        assert!(client::run(&one, "SELECT 1").is_err());
    }
}
