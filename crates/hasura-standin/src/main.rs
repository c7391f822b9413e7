//! The stand-in as a program.

use clap::Parser as _;
use hasura_standin::config::Config;
use hasura_standin::server::Server;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = Server::start(Config::parse()).await?;
    #[allow(clippy::print_stdout, reason = "whoever starts it reads the address from here")]
    {
        println!("{{\"url\":\"{}\",\"server\":\"hasura-standin\"}}", server.url());
    }
    wait().await?;
    server.stop().await
}

/// Until somebody ends it.
async fn wait() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
