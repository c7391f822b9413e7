//! Hasura GraphQL Engine v2 over a database of [`crate::postgres`], or the project's stand-in for it.
//!
//! As a process it is the stand-in (`hasura-standin`), because Hasura is published as an image only;
//! as a container the official image, or whatever `TEST_IMAGE_HASURA` names. Either way it listens
//! on loopback and reaches the rest of the machine there: databases, key sets, handlers of actions.

mod in_container;
mod local;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{Backend, Error, Report, http};
use in_container::InContainer;
use local::Local;

/// The engine needs seconds on an idle machine.
const START: Duration = Duration::from_secs(300);
const STOP: Duration = Duration::from_secs(20);

/// No secret: the server is reachable from this machine only and lives for one test run.
const ADMIN_SECRET: &str = "admin-of-a-test-server";

/// What a server is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The database that is served and keeps the metadata, as [`crate::postgres`] gives it.
    pub database_url: String,
    /// `HASURA_GRAPHQL_JWT_SECRET`; without it there are no tokens.
    pub jwt_secret: Option<String>,
    /// More variables of the engine.
    pub environment: Vec<(String, String)>,
}

impl Options {
    /// The whole environment of the engine on `port`.
    fn environment(&self, port: u16) -> Vec<(String, String)> {
        let mut all = vec![
            ("HASURA_GRAPHQL_DATABASE_URL", self.database_url.clone()),
            // What the project's metadata reads the source's address from.
            ("HASURA_BACKEND_DB_URL", self.database_url.clone()),
            ("HASURA_GRAPHQL_ADMIN_SECRET", ADMIN_SECRET.to_owned()),
            ("HASURA_GRAPHQL_SERVER_HOST", "127.0.0.1".to_owned()),
            ("HASURA_GRAPHQL_SERVER_PORT", port.to_string()),
            ("HASURA_GRAPHQL_ENABLE_TELEMETRY", "false".to_owned()),
            ("HASURA_GRAPHQL_ENABLE_CONSOLE", "false".to_owned()),
        ];
        if let Some(secret) = &self.jwt_secret {
            all.push(("HASURA_GRAPHQL_JWT_SECRET", secret.clone()));
        }
        let all = all.into_iter().map(|(name, value)| (name.to_owned(), value));
        all.chain(self.environment.iter().cloned()).collect()
    }
}

/// A server that runs until it is dropped.
pub struct Hasura {
    running: Mutex<Box<dyn Server>>,
    url: String,
    report: Report,
}

impl Hasura {
    /// Starts a server of its own and waits until it answers. What it is, is printed to standard
    /// error.
    ///
    /// # Errors
    /// When there is no stand-in or no image, or the server does not start; with the last lines of
    /// its log.
    pub fn start(options: Options) -> Result<Self, Error> {
        let (running, report): (Box<dyn Server>, Report) = match Backend::chosen()? {
            Backend::Process => {
                let (server, report) = Local::start(options)?;
                (Box::new(server), report)
            }
            Backend::Containers => {
                let (server, report) = InContainer::start(options)?;
                (Box::new(server), report)
            }
        };
        let url = base_url(running.port());
        crate::say(&format!("{url} is {report}"));
        Ok(Hasura { running: Mutex::new(running), url, report })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end. Survives [`Hasura::restart`].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What makes a caller the administrator.
    pub fn admin_secret(&self) -> &'static str {
        ADMIN_SECRET
    }

    /// Stops the server in order and starts it again, with the same database and the same URL.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn restart(&self) -> Result<(), Error> {
        let mut running = self.running();
        running.stop()?;
        running.start_again()
    }

    /// Stops the server in order. Its URL refuses connections until [`Hasura::restart`].
    ///
    /// # Errors
    /// When the container engine cannot be asked.
    pub fn stop(&self) -> Result<(), Error> {
        self.running().stop()
    }

    /// Everything the server has printed since it was first started.
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

/// What both backends can do with a server that was started.
trait Server: Send {
    fn port(&self) -> u16;
    fn stop(&mut self) -> Result<(), Error>;
    fn start_again(&mut self) -> Result<(), Error>;
    fn log(&self) -> Result<String, Error>;
}

fn base_url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Whether the server at `port` is up, with or without consistent metadata.
fn answers(agent: &ureq::Agent, port: u16) -> bool {
    http::is_ok(agent, &format!("{}/healthz", base_url(port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_variables_come_last_and_tokens_only_if_asked_for() {
        let mut options = Options { database_url: "postgresql://db".into(), ..Options::default() };
        let names = |options: &Options| -> Vec<String> {
            options.environment(1).into_iter().map(|(name, _)| name).collect()
        };
        assert!(!names(&options).contains(&"HASURA_GRAPHQL_JWT_SECRET".to_owned()));
        options.jwt_secret = Some("{}".to_owned());
        options.environment.push(("HASURA_GRAPHQL_DEV_MODE".to_owned(), "true".to_owned()));
        assert_eq!(names(&options).last().unwrap(), "HASURA_GRAPHQL_DEV_MODE");
        assert!(names(&options).contains(&"HASURA_GRAPHQL_JWT_SECRET".to_owned()));
    }
}
