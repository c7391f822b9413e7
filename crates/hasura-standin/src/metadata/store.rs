//! Where metadata outlives a restart: schema `hdb_catalog` of the metadata database.

use serde_json::Value;
use tokio_postgres::Client;

use super::Metadata;
use crate::fault::Fault;

const PREPARE: &str = "
CREATE SCHEMA IF NOT EXISTS hdb_catalog;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE TABLE IF NOT EXISTS hdb_catalog.standin_state (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  metadata text NOT NULL DEFAULT '{}',
  resource_version bigint NOT NULL DEFAULT 1,
  cli_state text NOT NULL DEFAULT '{}',
  console_state text NOT NULL DEFAULT '{}'
);
INSERT INTO hdb_catalog.standin_state DEFAULT VALUES ON CONFLICT DO NOTHING;";

/// Makes the place, and reads what is there: metadata and its version.
///
/// # Errors
/// What the database says.
pub async fn open(client: &Client) -> Result<(Metadata, i64), Fault> {
    client.batch_execute(PREPARE).await?;
    let row = client
        .query_one("SELECT metadata, resource_version FROM hdb_catalog.standin_state", &[])
        .await?;
    let text: &str = row.get(0);
    let mut metadata: Metadata = serde_json::from_str(text)
        .map_err(|error| Fault::unexpected(format!("the stored metadata reads badly: {error}")))?;
    metadata.version = 3;
    Ok((metadata, row.get(1)))
}

/// Writes metadata; gives its new version.
///
/// # Errors
/// What the database says.
pub async fn save(client: &Client, metadata: &Metadata) -> Result<i64, Fault> {
    let text = serde_json::to_string(metadata)
        .map_err(|error| Fault::unexpected(format!("the metadata does not serialise: {error}")))?;
    let sql = "UPDATE hdb_catalog.standin_state \
               SET metadata = $1, resource_version = resource_version + 1 RETURNING resource_version";
    Ok(client.query_one(sql, &[&text]).await?.get(0))
}

/// What a command-line tool has noted, `cli` or `console`.
///
/// # Errors
/// What the database says.
pub async fn catalog_state(client: &Client) -> Result<Value, Fault> {
    let sql = "SELECT cli_state, console_state FROM hdb_catalog.standin_state";
    let row = client.query_one(sql, &[]).await?;
    let state = |index: usize| -> Value {
        serde_json::from_str(row.get::<_, &str>(index)).unwrap_or_default()
    };
    Ok(serde_json::json!({ "id": "standin", "cli_state": state(0), "console_state": state(1) }))
}

/// Notes what a command-line tool wants noted.
///
/// # Errors
/// What the database says, or a refusal of a kind that does not exist.
pub async fn set_catalog_state(client: &Client, kind: &str, state: &Value) -> Result<(), Fault> {
    let sql = match kind {
        "cli" => "UPDATE hdb_catalog.standin_state SET cli_state = $1",
        "console" => "UPDATE hdb_catalog.standin_state SET console_state = $1",
        other => {
            return Err(Fault::new(
                "parse-failed",
                "$.args.type",
                format!("unexpected catalog state type: {other}"),
            ));
        }
    };
    client.execute(sql, &[&state.to_string()]).await?;
    Ok(())
}
