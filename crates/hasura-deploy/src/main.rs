//! `hasura-deploy`: what telephone voting needs, on a Hasura server.

use std::error::Error as _;
use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hasura_deploy::deploy::Options;
use hasura_deploy::error::Error;
use hasura_deploy::server::Server;
use hasura_deploy::{deploy, development, schema};

/// Where the admin secret is looked for when there is no file.
const SECRET: &str = "HASURA_GRAPHQL_ADMIN_SECRET";

/// Sends what telephone voting needs to a Hasura server, and nothing else.
///
/// The admin secret is read from a file or from HASURA_GRAPHQL_ADMIN_SECRET, never from the command
/// line.
#[derive(Debug, Parser)]
#[command(name = "hasura-deploy")]
struct Arguments {
    /// Address of the server, without /v1/...
    #[arg(
        long,
        global = true,
        env = "HASURA_GRAPHQL_ENDPOINT",
        default_value = "http://127.0.0.1:8080"
    )]
    endpoint: String,
    /// File that holds the admin secret.
    #[arg(long, global = true, value_name = "FILE")]
    admin_secret_file: Option<PathBuf>,
    /// The folder with migrations and metadata.
    #[arg(long, global = true, value_name = "DIR", default_value = "hasura")]
    folder: PathBuf,
    /// Send the secret over plain http to another machine, inside a private network.
    #[arg(long, global = true)]
    allow_http: bool,
    /// Only print what would be done.
    #[arg(long)]
    plan: bool,
    /// Take the database objects as they are, and record them so, for instance after an upgrade of
    /// PostgreSQL.
    #[arg(long, conflicts_with_all = ["plan", "development"])]
    accept_standing: bool,
    /// Make a development server: the platform's tables, ours, and all of the metadata.
    #[arg(long, conflicts_with = "plan")]
    development: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write schema/<role>.graphql of the roles that we query with, from a development server.
    Schema {
        /// Compare instead of writing.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("hasura-deploy: {error}");
            let mut cause = error.source();
            while let Some(source) = cause {
                text.push_str(&format!(": {source}"));
                cause = source.source();
            }
            let _ = writeln!(stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let server = Server::new(&arguments.endpoint, &secret(arguments)?, arguments.allow_http)?;
    let out = &mut stdout();
    match arguments.command {
        Some(Command::Schema { check }) => schema::run(&server, &arguments.folder, check, out),
        None if arguments.development => development::run(&server, &arguments.folder, out),
        None => {
            let options =
                Options { plan: arguments.plan, accept_standing: arguments.accept_standing };
            deploy::run(&server, &arguments.folder, options, out).map(|_| ())
        }
    }
}

fn secret(arguments: &Arguments) -> Result<String, Error> {
    match &arguments.admin_secret_file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|source| Error::Read { path: path.clone(), source }),
        None => std::env::var(SECRET).map_err(|_| {
            Error::Settings(format!("no admin secret: --admin-secret-file FILE, or set {SECRET}"))
        }),
    }
}
