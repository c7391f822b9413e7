//! What stands in the database: which migrations were applied by whom, and what became of them.
//!
//! Hasura's command line keeps such a list in the server's own catalogue, where the platform's
//! migrations are; ours would be strangers there. So we keep two small tables: the migrations with
//! the checksum of what was run, and a digest of every object that they left behind. Both are written
//! in the transaction of the migration itself.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::migrations::Migration;
use crate::server::Server;

/// Every object of ours as rows of kind, name and digest. The version of PostgreSQL is one of
/// them, because it decides how definitions are written.
const OBJECTS: &str = r"
SELECT kind, name, md5(definition) AS digest FROM (
  SELECT 'server' AS kind, 'PostgreSQL' AS name,
    (current_setting('server_version_num')::integer / 10000)::text AS definition
  UNION ALL
  SELECT 'column', c.relname || '.' || a.attname,
    format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attgenerated::text
      || a.attidentity::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE n.nspname = 'sequent_backend' AND c.relname LIKE 'ivr\_%' AND c.relkind IN ('r', 'v')
    AND c.relname NOT LIKE 'ivr\_migration%'
  UNION ALL
  SELECT 'constraint', c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'sequent_backend' AND c.relname LIKE 'ivr\_%'
    AND c.relname NOT LIKE 'ivr\_migration%'
  UNION ALL
  SELECT 'index', i.relname, pg_get_indexdef(i.oid)
  FROM pg_class i
  JOIN pg_namespace n ON n.oid = i.relnamespace
  WHERE n.nspname = 'sequent_backend' AND i.relkind = 'i' AND i.relname LIKE 'ivr\_%'
    AND i.relname NOT LIKE 'ivr\_migration%'
  UNION ALL
  SELECT 'trigger', c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'sequent_backend' AND c.relname LIKE 'ivr\_%' AND NOT t.tgisinternal
  UNION ALL
  SELECT 'view', c.relname, pg_get_viewdef(c.oid)
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'sequent_backend' AND c.relname LIKE 'ivr\_%' AND c.relkind = 'v'
  UNION ALL
  SELECT 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
    pg_get_functiondef(p.oid)
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = 'sequent_backend' AND p.proname LIKE 'ivr\_%'
) AS objects";

/// The two tables.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS sequent_backend.ivr_migration (
  version bigint PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS sequent_backend.ivr_migration_object (
  kind text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL,
  PRIMARY KEY (kind, name)
);";

/// Name and checksum of an applied migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The rest of the folder's name.
    pub name: String,
    /// SHA-256 of what was run.
    pub checksum: String,
}

/// What stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The applied migrations by version; none if nothing of ours was ever applied.
    pub migrations: BTreeMap<u64, Applied>,
    /// The digests of the objects as they were left.
    pub recorded: BTreeMap<String, String>,
    /// The digests of the objects as they are.
    pub present: BTreeMap<String, String>,
}

/// Reads what stands. Changes nothing.
///
/// # Errors
///
/// No answer, or a refusal.
pub fn read(server: &Server) -> Result<Standing, Error> {
    let mut standing = Standing::default();
    for row in server.run_sql("read the objects", OBJECTS)? {
        let [kind, name, digest] = three("read the objects", row)?;
        standing.present.insert(format!("{kind} {name}"), digest);
    }
    let there = "SELECT 'yes' WHERE to_regclass('sequent_backend.ivr_migration') IS NOT NULL";
    if server.run_sql("look for the applied migrations", there)?.is_empty() {
        return Ok(standing);
    }
    let doing = "read the applied migrations";
    let sql = "SELECT version, name, checksum FROM sequent_backend.ivr_migration";
    for row in server.run_sql(doing, sql)? {
        let [version, name, checksum] = three(doing, row)?;
        let version = version.parse().map_err(|_| Error::Answer {
            doing: doing.to_owned(),
            problem: "a version is not a number".to_owned(),
        })?;
        standing.migrations.insert(version, Applied { name, checksum });
    }
    let sql = "SELECT kind, name, digest FROM sequent_backend.ivr_migration_object";
    for row in server.run_sql("read the recorded objects", sql)? {
        let [kind, name, digest] = three("read the recorded objects", row)?;
        standing.recorded.insert(format!("{kind} {name}"), digest);
    }
    Ok(standing)
}

fn three(doing: &str, row: Vec<String>) -> Result<[String; 3], Error> {
    row.try_into().map_err(|_| Error::Answer {
        doing: doing.to_owned(),
        problem: "a row does not have three cells".to_owned(),
    })
}

/// A migration with its entry in the book: one text, one transaction.
pub fn applying(migration: &Migration) -> String {
    format!(
        "{TABLES}\n{}\n\
         INSERT INTO sequent_backend.ivr_migration (version, name, checksum)\n\
         VALUES ({}, '{}', '{}');\n{}",
        migration.up,
        migration.version,
        migration.name.replace('\'', "''"),
        migration.checksum(),
        recording()
    )
}

/// Records what is there as what should be there.
pub fn recording() -> String {
    format!(
        "DELETE FROM sequent_backend.ivr_migration_object;\n\
         INSERT INTO sequent_backend.ivr_migration_object (kind, name, digest){OBJECTS};"
    )
}
