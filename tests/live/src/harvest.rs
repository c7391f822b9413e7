//! The development Harvest as a process.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, ensure};
use contract::admin::agent;
use serde_json::{Value, json};

use crate::programs::built;

/// A server that runs until this is dropped; if its owner dies, it ends as well.
pub struct Harvest {
    child: Mutex<Option<Child>>,
    url: String,
    database_url: String,
    log: PathBuf,
}

impl Harvest {
    /// Starts one over a database; what it logs goes to a file.
    ///
    /// # Errors
    /// When it does not start, with the last of its log.
    pub fn start(database_url: &str, log: PathBuf) -> anyhow::Result<Self> {
        let mut harvest = Self {
            child: Mutex::new(None),
            url: String::new(),
            database_url: database_url.to_owned(),
            log,
        };
        harvest.url = harvest.run("127.0.0.1:0")?;
        Ok(harvest)
    }

    /// Its base URL, which stays through [`Harvest::kill`] and [`Harvest::start_again`].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Everything that it logged.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }

    /// SIGKILL, without a word to anybody who waits for an answer.
    ///
    /// # Errors
    /// When the system cannot be asked.
    pub fn kill(&self) -> anyhow::Result<()> {
        if let Some(mut child) = self.running().take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// After a [`Harvest::kill`], at the same address, well-behaved.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&self) -> anyhow::Result<()> {
        let url = self.run(self.url.trim_start_matches("http://"))?;
        ensure!(self.url == url, "another address: {url}");
        Ok(())
    }

    /// Switches what it has and how it behaves.
    ///
    /// # Errors
    /// When it refuses or is not there.
    pub fn change(&self, change: &Value) -> anyhow::Result<()> {
        let mut answer =
            agent().post(format!("{}/dev/habits", self.url)).send(change.to_string())?;
        let said = answer.body_mut().read_to_string()?;
        ensure!(answer.status() == 200, "{change}: {said}");
        Ok(())
    }

    /// Behaves again, after every habit with a number has happened so often.
    ///
    /// # Errors
    /// When one has not, or it refuses, or is not there.
    pub fn behave(&self) -> anyhow::Result<()> {
        let report = self.report()?;
        let habits = report["settings"]["habits"].as_object().context("no habits")?.clone();
        for (name, habit) in &habits {
            ensure!(habit["times"].as_u64().unwrap_or(0) == 0, "{name} did not happen");
        }
        let none: serde_json::Map<String, Value> =
            habits.into_iter().map(|(name, _)| (name, Value::Null)).collect();
        self.change(&json!({ "habits": none }))
    }

    /// Lets go of every commit that is held back.
    ///
    /// # Errors
    /// When it is not there.
    pub fn release(&self) -> anyhow::Result<()> {
        agent().post(format!("{}/dev/release", self.url)).send_empty()?;
        Ok(())
    }

    /// Whether it holds a commit back.
    pub fn holds(&self) -> bool {
        self.report().is_ok_and(|report| report["held"].as_u64() > Some(0))
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// When it is not there.
    pub fn report(&self) -> anyhow::Result<Value> {
        let mut answer = agent().get(format!("{}/dev/habits", self.url)).call()?;
        Ok(answer.body_mut().read_json()?)
    }

    fn run(&self, listen: &str) -> anyhow::Result<String> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut child = Command::new(built("harvest-dev")?)
            .args(["--listen", listen])
            .env("HARVEST_DEV_DATABASE_URL", &self.database_url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let stdout = child.stdout.take().context("no output of harvest-dev")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        *self.running() = Some(child);
        let said: Value = serde_json::from_str(&line).with_context(|| {
            format!("harvest-dev did not start: {}", self.log().unwrap_or_default())
        })?;
        let url = said["url"].as_str().context("harvest-dev does not say where it is")?;
        Ok(url.to_owned())
    }

    fn running(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Harvest {
    fn drop(&mut self) {
        // Whoever cannot be killed is dead already.
        let _ = self.kill();
    }
}
