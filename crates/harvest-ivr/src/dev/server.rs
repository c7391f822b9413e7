//! Listening, on loopback only.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::settings::Settings;
use super::state::State;
use super::wire;
use crate::database;
use crate::server::Listening;

/// How long a stop waits for what is being answered; a silent answer never ends.
const GRACE: Duration = Duration::from_millis(500);

/// How it is started.
#[derive(Clone)]
pub struct Config {
    /// The database with the platform's tables.
    pub database_url: String,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How many casts have a connection to the database at a time.
    pub connections: usize,
    /// Switches.
    pub settings: Settings,
    /// A line for each cast that is executed on standard error: election, status, code. Alerts are
    /// there anyway.
    pub log: bool,
}

impl Config {
    /// On a free port, with the platform's sleeps and every patch.
    #[must_use]
    pub fn new(database_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            connections: 16,
            settings: Settings::default(),
            log: false,
        }
    }
}

/// Without the address of the database, which can hold a password.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// A server that listens; dropped, it stops.
pub struct Server {
    state: Arc<State>,
    listening: Listening,
}

impl Server {
    /// Starts one.
    ///
    /// # Errors
    /// An address that is not loopback, or whatever else stands in the way, in one line.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        anyhow::ensure!(
            config.listen.ip().is_loopback(),
            "{} is not loopback: this Harvest does not verify who signed a token, so nobody else \
             may reach it",
            config.listen.ip()
        );
        let pool = database::pool(&config.database_url, config.connections, None)?;
        let state = Arc::new(State::start(pool, config.settings, config.log).await?);
        let listening = Listening::start(config.listen, wire::router(Arc::clone(&state))).await?;
        Ok(Self { state, listening })
    }

    /// Its base address.
    #[must_use]
    pub fn url(&self) -> String {
        self.listening.url()
    }

    /// Changes its settings, as `POST /dev/habits` does.
    ///
    /// # Errors
    /// A name that there is not, or a database that cannot be made to fit.
    pub async fn change(&self, change: &Value) -> anyhow::Result<()> {
        self.state.change(change).await
    }

    /// Lets go of every commit that is held back.
    pub fn release(&self) {
        self.state.release();
    }

    /// Settings and figures, as `GET /dev/habits` has them.
    #[must_use]
    pub fn report(&self) -> Value {
        self.state.report()
    }

    /// Stops it; what is being answered has half a second.
    ///
    /// # Errors
    /// It had failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.listening.stop(GRACE).await
    }
}
