//! The server of the suite: the stand-in over a PostgreSQL of its own, until the fixture starts the
//! official image.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use hasura_deploy::server::Server;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use super::support::{self, hasura};
use super::tokens::Signer;

const SECRET: &str = "of-this-run-only";

/// Where the stand-in's program is: beside the tests, or where the environment says.
pub(crate) fn program() -> Option<PathBuf> {
    let beside = || Some(std::env::current_exe().ok()?.parent()?.parent()?.join("hasura-standin"));
    let path = std::env::var_os("HASURA_STANDIN").map(PathBuf::from).or_else(beside)?;
    path.is_file().then_some(path)
}

/// A cluster for all servers of a run.
pub(crate) struct Machine {
    cluster: Postgres,
    program: PathBuf,
}

impl Machine {
    /// `None` where there is no PostgreSQL or no server.
    pub(crate) fn find() -> Option<Self> {
        let program = program()?;
        Some(Self { cluster: support::cluster()?, program })
    }

    /// A server over a new database.
    pub(crate) fn start(&self, database: &str) -> anyhow::Result<Gateway> {
        let url = support::database(&self.cluster, database, "template0");
        let signer = Signer::generate()?;
        let mut process = Command::new(&self.program)
            .env("HASURA_GRAPHQL_DATABASE_URL", &url)
            .env("HASURA_BACKEND_DB_URL", &url)
            .env("HASURA_GRAPHQL_ADMIN_SECRET", SECRET)
            .env("HASURA_GRAPHQL_JWT_SECRET", signer.jwt_secret()?)
            .env("HASURA_GRAPHQL_SERVER_PORT", "0")
            // A function is for the roles that it names.
            .env("HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS", "false")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut first = String::new();
        let out = process.stdout.take().context("no output")?;
        BufReader::new(out).read_line(&mut first)?;
        let process = Process(process);
        let said: Value = serde_json::from_str(&first).context("the server did not start")?;
        let url = said["url"].as_str().context("the server named no address")?.to_owned();
        let name = said["server"].as_str().unwrap_or("?").to_owned();
        let admin = Server::new(&url, SECRET, false)?;
        Ok(Gateway { url, name, admin, signer, _process: process })
    }
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running server, its administrator, and somebody who signs tokens for it.
pub(crate) struct Gateway {
    url: String,
    /// What answered; it is part of the report.
    pub(crate) name: String,
    pub(crate) admin: Server,
    pub(crate) signer: Signer,
    _process: Process,
}

impl Gateway {
    /// The development whole.
    pub(crate) fn develop(&self) -> anyhow::Result<()> {
        Ok(hasura_deploy::development::run(&self.admin, &hasura(), &mut std::io::sink())?)
    }

    /// One value of a statement, as text.
    pub(crate) fn value(&self, sql: &str) -> anyhow::Result<String> {
        let rows = self.admin.run_sql("look", sql)?;
        Ok(rows.first().and_then(|row| row.first()).cloned().unwrap_or_default())
    }

    /// What a token's owner is answered.
    pub(crate) fn ask(&self, token: &str, query: &str, variables: &Value) -> anyhow::Result<Value> {
        let mut answer = ureq::post(format!("{}/v1/graphql", self.url))
            .header("authorization", format!("Bearer {token}"))
            .send_json(json!({"query": query, "variables": variables}))?;
        let value: Value = answer.body_mut().read_json()?;
        ensure!(value.is_object(), "no object: {value}");
        Ok(value)
    }
}

/// The code of an answer's error; nothing if it has data.
pub(crate) fn code(answer: &Value) -> Option<&str> {
    answer["errors"][0]["extensions"]["code"].as_str()
}

/// Whether the answer says that there is no such field: no permission at all.
pub(crate) fn absent(answer: &Value) -> bool {
    let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
    code(answer) == Some("validation-failed")
        && (message.contains("not found in type: 'query_root'")
            || message.contains("not found in type: 'mutation_root'")
            || message == "no mutations exist")
}
