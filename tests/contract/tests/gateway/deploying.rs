//! Deploying to a server that is somebody else's.

use std::io::sink;

use anyhow::{Context as _, bail, ensure};
use hasura_deploy::deploy::{self, Options};
use hasura_deploy::error::Error;
use hasura_deploy::{SOURCE, development, migrations, schema};
use serde_json::{Value, json};

use super::server::{Gateway, hasura};

/// A platform as we find it: its tables, one of its own that we never heard of, its permissions.
fn platform(gateway: &Gateway) -> anyhow::Result<Value> {
    let source = json!({"name": SOURCE, "kind": "postgres", "tables": [], "configuration":
        {"connection_info": {"database_url": {"from_env": "HASURA_BACKEND_DB_URL"}}}});
    replace(gateway, &json!({"version": 3, "sources": [source]}))?;
    let root = hasura().join("platform-base/migrations").join(SOURCE);
    for migration in migrations::read(&root)? {
        gateway.admin.run_sql("apply the platform's tables", &migration.up)?;
    }
    gateway.admin.run_sql(
        "add a table of the platform",
        "CREATE TABLE sequent_backend.trustee (id uuid PRIMARY KEY, name text NOT NULL);
         CREATE TABLE public.another (id uuid PRIMARY KEY);
         CREATE TABLE public.ivr_of_somebody (id uuid PRIMARY KEY);",
    )?;
    let mut tables = Vec::new();
    for (schema, name, role) in [
        ("sequent_backend", "election_event", "election-event-read"),
        ("sequent_backend", "cast_vote", "user"),
        ("sequent_backend", "trustee", "trustee-read"),
        ("public", "another", "user"),
        ("public", "ivr_of_somebody", "user"),
    ] {
        tables.push(json!({"table": {"schema": schema, "name": name}, "select_permissions": [
            {"role": role, "permission": {"columns": ["id"], "filter": {"id": {"_eq": "X-Hasura-User-Id"}}}}]}));
    }
    let mut whole = gateway.admin.export()?;
    whole["sources"][0]["tables"] = json!(tables);
    replace(gateway, &whole)?;
    gateway.admin.export().map_err(Into::into)
}

fn replace(gateway: &Gateway, metadata: &Value) -> anyhow::Result<()> {
    let args = json!({"metadata": metadata, "allow_inconsistent_metadata": false});
    gateway.admin.metadata(&json!({"type": "replace_metadata", "version": 2, "args": args}))?;
    Ok(())
}

fn run(gateway: &Gateway, plan: bool) -> Result<(usize, String), Error> {
    let mut said = Vec::new();
    let options = Options { plan, accept_standing: false };
    let done = deploy::run(&gateway.admin, &hasura(), options, &mut said)?;
    Ok((done.steps.len(), String::from_utf8_lossy(&said).into_owned()))
}

/// The entries of our source that are not ours.
fn foreign(metadata: &Value) -> anyhow::Result<Vec<Value>> {
    let tables = metadata["sources"][0]["tables"].as_array().context("no tables")?;
    let ours = |entry: &&Value| {
        entry["table"]["schema"] == "sequent_backend"
            && entry["table"]["name"].as_str().is_some_and(|name| name.starts_with("ivr_"))
    };
    Ok(tables.iter().filter(|entry| !ours(entry)).cloned().collect())
}

const FOREIGN_OBJECTS: &str = "
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
      SELECT c.relname || '.' || a.attname || format_type(a.atttypid, a.atttypmod) || a.attnotnull AS line
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('sequent_backend', 'public') AND c.relkind = 'r'
        AND (n.nspname = 'public' OR c.relname NOT LIKE 'ivr\\_%')
      UNION ALL SELECT c.relname || k.conname || pg_get_constraintdef(k.oid)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('sequent_backend', 'public') AND c.relname NOT LIKE 'ivr\\_%'
    ) AS lines";

/// Plan, deploy, deploy again: what is not ours is, byte for byte, what it was.
pub(crate) fn what_is_not_ours_stays(gateway: &Gateway) -> anyhow::Result<()> {
    let before = platform(gateway)?;
    let objects = gateway.value(FOREIGN_OBJECTS)?;
    let (planned, said) = run(gateway, true)?;
    ensure!(planned > 20 && said.contains("would apply migration"), "{said}");
    ensure!(gateway.admin.export()? == before, "the plan changed the metadata");
    let tables = gateway.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'ivr\\_%' AND relnamespace = 'sequent_backend'::regnamespace")?;
    ensure!(tables == "0", "the plan changed the database");

    let (done, _) = run(gateway, false)?;
    ensure!(done == planned, "planned {planned}, done {done}");
    let after = gateway.admin.export()?;
    ensure!(foreign(&after)? == foreign(&before)?, "metadata that is not ours was changed");
    ensure!(gateway.value(FOREIGN_OBJECTS)? == objects, "tables that are not ours were changed");

    let (again, said) = run(gateway, false)?;
    ensure!(again == 0 && said.lines().all(|line| line.starts_with("stands: ")), "{said}");
    ensure!(gateway.admin.export()? == after, "the second time changed something");
    Ok(())
}

/// What stands differently stops everything, whatever it is, and nothing else happens.
pub(crate) fn what_stands_differently_stops(gateway: &Gateway) -> anyhow::Result<()> {
    platform(gateway)?;
    run(gateway, false)?;
    let table = json!({"schema": "sequent_backend", "name": "ivr_call_log"});
    let create = |role: &str| {
        json!({"type": "pg_create_select_permission", "args": {"source": SOURCE, "table": table,
            "role": role, "permission": {"columns": ["phone_e164"], "filter": {}}}})
    };
    gateway.admin.metadata(&create("user"))?;
    differs(gateway, "select permission user of ivr_call_log: is not ours")?;
    gateway.admin.metadata(&json!({"type": "pg_drop_select_permission",
        "args": {"source": SOURCE, "table": table, "role": "user"}}))?;
    gateway.admin.run_sql(
        "open a gap",
        "ALTER TABLE sequent_backend.ivr_phone_blacklist DISABLE TRIGGER ivr_phone_blacklist_audit",
    )?;
    differs(gateway, "trigger ivr_phone_blacklist.ivr_phone_blacklist_audit: was changed")?;
    gateway.admin.run_sql(
        "close it",
        "ALTER TABLE sequent_backend.ivr_phone_blacklist ENABLE ALWAYS TRIGGER ivr_phone_blacklist_audit",
    )?;
    run(gateway, false)?;
    match development::run(&gateway.admin, &hasura(), &mut sink()) {
        Err(Error::Differs(_)) => Ok(()),
        other => bail!("a platform was taken for a development server: {other:?}"),
    }
}

fn differs(gateway: &Gateway, wanted: &str) -> anyhow::Result<()> {
    let before = gateway.admin.export()?;
    match run(gateway, false) {
        Err(Error::Differs(lines)) if lines == [wanted] => {}
        other => bail!("not `{wanted}`: {other:?}"),
    }
    ensure!(gateway.admin.export()? == before, "something was changed");
    Ok(())
}

/// The schemas in the repository are what this server serves; `WRITE_SCHEMAS=1` writes them anew.
pub(crate) fn schemas_are_checked_in(gateway: &Gateway) -> anyhow::Result<()> {
    let check = std::env::var_os("WRITE_SCHEMAS").is_none();
    Ok(schema::run(&gateway.admin, &hasura(), check, &mut sink())?)
}
