//! Keycloak 26.4, with the project's extensions if they are given.
//!
//! As a process it is a copy of a prepared folder (`template`), as a container it is the official
//! image, or whatever `TEST_IMAGE_KEYCLOAK` names.

mod in_container;
mod local;
mod options;
mod template;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Backend, Error, Report, http};
use in_container::InContainer;
use local::Local;
pub use options::Options;

/// What everything is pinned to. A patch release of the 26.4 line.
const VERSION: &str = "26.4.7";

/// The administrator of the realm `master`. No secret: the server is reachable from this machine
/// only and lives for one test run.
const ADMIN: (&str, &str) = ("admin", "admin-of-a-test-server");

/// A server that runs until it is dropped.
pub struct Keycloak {
    running: Mutex<Box<dyn Server>>,
    base_url: String,
    report: Report,
}

impl Keycloak {
    /// Starts a server of its own and waits until it answers. What it is, is printed to standard
    /// error.
    ///
    /// # Errors
    /// When Java or Maven are missing, a jar is not there, or Keycloak does not start; with the
    /// last lines of its log.
    pub fn start(options: Options) -> Result<Self, Error> {
        let (running, report): (Box<dyn Server>, Report) = match Backend::chosen()? {
            Backend::Process => {
                let (server, report) = Local::start(options)?;
                (Box::new(server), report)
            }
            Backend::Containers => {
                let (server, report) = InContainer::start(&options)?;
                (Box::new(server), report)
            }
        };
        let base_url = running.base_url();
        crate::say(&format!("{base_url} is {report}"));
        Ok(Keycloak { running: Mutex::new(running), base_url, report })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end. Survives [`Keycloak::restart`].
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where `/health/ready` and its like are.
    pub fn management_url(&self) -> String {
        self.running().management_url()
    }

    /// The name and password of the administrator of the realm `master`.
    pub fn admin(&self) -> (&'static str, &'static str) {
        ADMIN
    }

    /// A fresh access token of the administrator. It lives for a minute.
    ///
    /// # Errors
    /// When the server does not give one.
    pub fn admin_token(&self) -> Result<String, Error> {
        let url = format!("{}/realms/master/protocol/openid-connect/token", self.base_url);
        let form = [
            ("grant_type", "password"),
            ("client_id", "admin-cli"),
            ("username", ADMIN.0),
            ("password", ADMIN.1),
        ];
        let fail = |answer: String| Error::Answer { url: url.clone(), answer };
        let answer = http::agent().post(&url).send_form(form);
        let mut answer = answer.map_err(|error| fail(error.to_string()))?;
        let status = answer.status().to_string();
        let body: serde_json::Value =
            answer.body_mut().read_json().map_err(|error| fail(format!("{status}, {error}")))?;
        let token = body.get("access_token").and_then(|token| token.as_str());
        token.map(str::to_owned).ok_or_else(|| fail(format!("{status} without a token")))
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

    /// Stops the server in order. Its URL refuses connections until [`Keycloak::restart`].
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
        // A test that panicked during a restart leaves a server that may not answer; the next
        // caller sees that for itself.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What both backends can do with a server that was started.
trait Server: Send {
    fn base_url(&self) -> String;
    fn management_url(&self) -> String;
    fn stop(&mut self) -> Result<(), Error>;
    fn start_again(&mut self) -> Result<(), Error>;
    fn log(&self) -> Result<String, Error>;
}

/// Makes or fetches what [`Keycloak::start`] needs, so that it does not have to: the prepared
/// folder for these providers, or the image.
///
/// # Errors
/// As for [`Keycloak::start`].
pub fn prepare(options: &Options) -> Result<(), Error> {
    match Backend::chosen()? {
        Backend::Process => template::Template::with(&options.jars()?).map(|_| ()),
        Backend::Containers => in_container::fetch(),
    }
}
