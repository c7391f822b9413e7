//! The servers of the suite: one PostgreSQL, and over a database of its own a Hasura for whoever
//! changes something.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::ensure;
use contract::extensions;
use contract::operator::wait_until_believed;
use hasura_deploy::server::Server;
use serde_json::{Value, json};
use test_servers::Error;
use test_servers::hasura::{Hasura, Options};
use test_servers::keycloak::Keycloak;
use test_servers::postgres::Postgres;

use super::tokens::Issuer;

/// The folder that is deployed.
pub(crate) fn hasura() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hasura")
}

/// A cluster for all servers of a run, and a Keycloak where it runs.
pub(crate) struct Machine {
    pub(crate) cluster: Postgres,
    pub(crate) keycloak: Option<Arc<Keycloak>>,
}

impl Machine {
    /// `None` where a machine has no PostgreSQL, which is said.
    pub(crate) fn find() -> anyhow::Result<Option<Self>> {
        match Postgres::start() {
            Ok(cluster) => Ok(Some(Self { cluster, keycloak: keycloak()? })),
            Err(error @ Error::NoPostgres) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A server over a new database, and somebody whose tokens it believes.
    pub(crate) fn start(&self) -> anyhow::Result<Gateway> {
        let issuer = Issuer::new(self.keycloak.as_ref())?;
        let gateway = self.start_believing(&issuer.jwt_secret()?, issuer)?;
        gateway.wait_until_believed(&gateway.issuer.token("user", &[])?)?;
        Ok(gateway)
    }

    /// The same, with the engine's own words for whom it believes.
    pub(crate) fn start_believing(
        &self,
        jwt_secret: &str,
        issuer: Issuer,
    ) -> anyhow::Result<Gateway> {
        let server = Hasura::start(Options {
            database_url: self.cluster.create_database()?,
            jwt_secret: Some(jwt_secret.to_owned()),
            // A function is for the roles that it names.
            environment: vec![(
                "HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS".to_owned(),
                "false".to_owned(),
            )],
        })?;
        let admin = Server::new(server.url(), server.admin_secret(), false)?;
        Ok(Gateway { server, admin, issuer })
    }
}

/// Without Java its tokens are signed by keys of the run. `TEST_TOKENS=keys` asks for that.
fn keycloak() -> anyhow::Result<Option<Arc<Keycloak>>> {
    if std::env::var_os("TEST_TOKENS").is_some_and(|tokens| tokens == "keys") {
        return Ok(None);
    }
    match extensions::keycloak() {
        Ok(keycloak) => Ok(Some(Arc::new(keycloak))),
        Err(error) => match error.downcast_ref() {
            Some(Error::Program { .. }) => Ok(None),
            _ => Err(error),
        },
    }
}

/// A running server, its administrator, and somebody who signs tokens for it.
pub(crate) struct Gateway {
    pub(crate) server: Hasura,
    pub(crate) admin: Server,
    pub(crate) issuer: Issuer,
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
        let bearer = format!("Bearer {token}");
        self.send(&[("authorization", &bearer)], &json!({"query": query, "variables": variables}))
    }

    /// What somebody with these headers is answered.
    pub(crate) fn ask_with(&self, headers: &[(&str, &str)], query: &str) -> anyhow::Result<Value> {
        self.send(headers, &json!({ "query": query }))
    }

    fn send(&self, headers: &[(&str, &str)], body: &Value) -> anyhow::Result<Value> {
        let mut request = ureq::post(format!("{}/v1/graphql", self.server.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let value: Value = request.send_json(body)?.body_mut().read_json()?;
        ensure!(value.is_object(), "no object: {value}");
        Ok(value)
    }

    /// Waits until a token is believed.
    pub(crate) fn wait_until_believed(&self, token: &str) -> anyhow::Result<()> {
        wait_until_believed(self.server.url(), token)
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
