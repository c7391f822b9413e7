//! The servers of the suite: one PostgreSQL, and over a database of its own a Hasura for whoever
//! changes something.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use hasura_deploy::server::Server;
use serde_json::{Value, json};
use test_servers::Error;
use test_servers::hasura::{Hasura, Options};
use test_servers::postgres::Postgres;

use super::tokens::Signer;

/// The folder that is deployed.
pub(crate) fn hasura() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hasura")
}

/// A cluster for all servers of a run.
pub(crate) struct Machine {
    pub(crate) cluster: Postgres,
}

impl Machine {
    /// `None` where a machine has no PostgreSQL, which is said.
    pub(crate) fn find() -> anyhow::Result<Option<Self>> {
        match Postgres::start() {
            Ok(cluster) => Ok(Some(Self { cluster })),
            Err(error @ Error::NoPostgres) => {
                eprintln!("{error}");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A server over a new database, and somebody whose tokens it believes.
    pub(crate) fn start(&self) -> anyhow::Result<Gateway> {
        let signer = Signer::generate()?;
        self.start_believing(&signer.jwt_secret()?, signer)
    }

    /// The same, with the engine's own words for whom it believes.
    pub(crate) fn start_believing(
        &self,
        jwt_secret: &str,
        signer: Signer,
    ) -> anyhow::Result<Gateway> {
        let server = Hasura::start(Options {
            database_url: self.cluster.create_database()?,
            jwt_secret: Some(jwt_secret.to_owned()),
            ..Options::default()
        })?;
        let admin = Server::new(server.url(), server.admin_secret(), false)?;
        Ok(Gateway { server, admin, signer })
    }
}

/// A running server, its administrator, and somebody who signs tokens for it.
pub(crate) struct Gateway {
    pub(crate) server: Hasura,
    pub(crate) admin: Server,
    pub(crate) signer: Signer,
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
        let mut answer = ureq::post(format!("{}/v1/graphql", self.server.url()))
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
