//! The development Harvest as a program.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use harvest_ivr::dev::server::{Config, Server};
use harvest_ivr::dev::settings::{Settings, SettingsError};
use harvest_ivr::ending::Ending;
use serde_json::{Value, json};

/// What it says it is.
const SERVER: &str = concat!("harvest-dev ", env!("CARGO_PKG_VERSION"));

/// Takes ballots as the platform's Harvest does, for development and tests. It does NOT verify who
/// signed a token, so it listens on loopback only. It lives until its standard input closes, or
/// SIGTERM or SIGINT.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The database with the platform's tables (hasura-deploy --development). Rather by the
    /// environment: others can read a command line, and here stands a password.
    #[arg(long, env = "HARVEST_DEV_DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Where it listens; port 0 takes a free one, which is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// How many casts have a connection to the database at a time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// A patch that this platform has not got (voter-lock, ballot-once, …).
    #[arg(long, value_name = "PATCH")]
    without: Vec<String>,
    /// A bad habit, always (lost-reply, late-commit, …).
    #[arg(long, value_name = "HABIT")]
    habit: Vec<String>,
    /// The sleeps between the six executions of a refused cast, in milliseconds.
    #[arg(long, value_delimiter = ',')]
    retries: Option<Vec<u64>>,
    /// Whatever else can be set, as `POST /dev/habits` takes it.
    #[arg(long, env = "HARVEST_DEV_SETTINGS", value_name = "JSON", value_parser = json_value)]
    settings: Option<Value>,
}

fn json_value(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))
}

impl Arguments {
    fn settings(&self) -> Result<Settings, SettingsError> {
        let mut settings = Settings::default();
        for patch in &self.without {
            settings = settings.changed(&json!({"patches": {patch.replace('-', "_"): false}}))?;
        }
        for habit in &self.habit {
            settings = settings.changed(&json!({"habits": {habit.replace('-', "_"): {}}}))?;
        }
        if let Some(retries) = &self.retries {
            settings = settings.changed(&json!({ "retry_milliseconds": retries }))?;
        }
        match &self.settings {
            Some(change) => settings.changed(change),
            None => Ok(settings),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "why it does not run")]
            {
                eprintln!("harvest-dev: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = arguments.settings()?;
    let Arguments { database_url, listen, connections, .. } = arguments;
    let ending = Ending::listen(true)?;
    let config = Config { database_url, listen, connections, settings, log: true };
    let server = Server::start(config).await?;
    #[allow(clippy::print_stderr, reason = "whoever starts it should know")]
    {
        eprintln!("harvest-dev: token signatures are not verified; for development, on loopback");
    }
    #[allow(clippy::print_stdout, reason = "whoever starts it reads the address from here")]
    {
        println!("{}", json!({"url": server.url(), "server": SERVER}));
    }
    ending.wait().await;
    server.stop().await
}
