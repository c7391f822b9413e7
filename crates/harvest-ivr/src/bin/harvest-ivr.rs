//! The telephone's routes as a program.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use harvest_ivr::database;
use harvest_ivr::ending::Ending;
use harvest_ivr::routes::issuers::{Issuers, Reading};
use harvest_ivr::routes::server::Server;
use harvest_ivr::routes::{State, retention};
use serde_json::json;

/// Serves blacklist, call log, exports and ballots by channel to administrators. Harvest hands
/// everything below /ivr/ on to it (IVR_SERVICE_URL). Every minute it erases the numbers and voters of
/// calls that are long over.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The platform's database, with the telephone's tables (hasura-deploy).
    #[arg(long, env = "HARVEST_IVR_DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// The certificates (PEM) of whoever vouches for a database on another machine, which is spoken to
    /// by TLS only; else this system's.
    #[arg(long, env = "HARVEST_IVR_DATABASE_CA", value_name = "FILE")]
    database_ca: Option<PathBuf>,
    /// A JSON list of the realms whose tokens are accepted: issuer, keys_url, tenant_id, clients.
    #[arg(long, env = "HARVEST_IVR_ISSUERS", value_name = "FILE")]
    issuers: PathBuf,
    /// Where it listens; port 0 takes a free one, which is printed.
    #[arg(long, env = "HARVEST_IVR_LISTEN", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// How many requests have a connection to the database at a time.
    #[arg(long, env = "HARVEST_IVR_CONNECTIONS", default_value_t = 8)]
    connections: usize,
    /// It also ends when its standard input does: for tests and development, where whoever started
    /// it may be gone without a word. A service has none.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "why it does not run")]
            {
                eprintln!("harvest-ivr: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { database_url, database_ca, issuers, listen, connections, until_stdin_closes } =
        arguments;
    let text = std::fs::read_to_string(&issuers)
        .with_context(|| format!("cannot read the issuers in {}", issuers.display()))?;
    let known = Issuers::read(&text, Reading::default())
        .with_context(|| format!("in {}", issuers.display()))?;
    let pool = database::pool(&database_url, connections, database_ca.as_deref())?;
    let ending = Ending::listen(until_stdin_closes)?;
    let server = Server::start(listen, State::new(pool.clone(), known)).await?;
    let retention = tokio::spawn(retention::keep(pool));
    #[allow(clippy::print_stdout, reason = "whoever starts it reads the address from here")]
    {
        println!("{}", json!({"url": server.url(), "server": "harvest-ivr"}));
    }
    ending.wait().await;
    retention.abort();
    server.stop().await
}
