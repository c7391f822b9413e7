//! `test-servers`: the fixture for tests that are not written in Rust.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use test_servers::keycloak::{Keycloak, Options};

/// Real servers for tests, as TEST_BACKEND says: containers, process, or auto.
#[derive(Parser)]
#[command(version)]
enum Command {
    /// Start Keycloak, print one line of JSON, and stop when standard input ends.
    ///
    /// The line: {"url","management_url","admin_username","admin_password","backend","source"}.
    Keycloak(Providers),
    /// Fetch and build what `keycloak` needs, so that the first test does not wait for it.
    Prepare(Providers),
    /// Remove what killed tests left behind. Happens before every start by itself.
    Sweep,
}

#[derive(clap::Args)]
struct Providers {
    /// A jar, or a folder of jars, for Keycloak's providers/. May be given more than once.
    #[arg(long, value_name = "JAR|FOLDER")]
    providers: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Keycloak(Providers { providers }) => keycloak(providers),
        Command::Prepare(Providers { providers }) => {
            Ok(test_servers::keycloak::prepare(&Options { providers, ..Options::default() })?)
        }
        Command::Sweep => {
            let mut out = std::io::stdout();
            for removed in test_servers::sweep()? {
                writeln!(out, "removed {removed}")?;
            }
            Ok(())
        }
    }
}

fn keycloak(providers: Vec<PathBuf>) -> anyhow::Result<()> {
    let server = Keycloak::start(Options { providers, ..Options::default() })?;
    let (admin_username, admin_password) = server.admin();
    let line = serde_json::json!({
        "url": server.base_url(),
        "management_url": server.management_url(),
        "admin_username": admin_username,
        "admin_password": admin_password,
        "backend": server.report().backend.name(),
        "source": server.report().source,
    });
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("nobody reads standard output")?;
    // Whoever started us says that it is done by closing the pipe, or by dying.
    std::io::stdin().read_to_end(&mut Vec::new()).context("cannot read standard input")?;
    Ok(())
}
