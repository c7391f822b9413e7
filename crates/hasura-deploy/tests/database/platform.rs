//! The platform base: the cast-vote rule, and the columns against the platform's introspection.

use std::collections::BTreeMap;

use postgres::Client;
use serde_json::Value;

use super::Test;
use super::support::hasura;
use super::world::*;

pub(crate) const TESTS: &[Test] =
    &[("platform_limit_counts_ballots_in_every_area", limit), (NEEDS_INTROSPECTION, columns)];

/// Ignored where the file is not.
pub(crate) const NEEDS_INTROSPECTION: &str = "platform_base_has_the_platforms_columns";

const ELECTION: &str = "00000000-0000-4000-8000-0000000000e1";

fn cast(voter: &str) -> String {
    format!(
        "INSERT INTO sequent_backend.cast_vote
           (tenant_id, election_event_id, election_id, area_id, voter_id_string, ballot_id)
         VALUES ('{TENANT}', '{EVENT}', '{ELECTION}', gen_random_uuid(), '{voter}', 'b')"
    )
}

fn limit(client: &mut Client) {
    for (allowed, ballots) in [("1", 1), ("2", 2), ("0", 4), ("NULL", 4)] {
        accepted(client, &format!(
            "TRUNCATE sequent_backend.cast_vote; DELETE FROM sequent_backend.election;
             INSERT INTO sequent_backend.election (id, tenant_id, election_event_id, name, num_allowed_revotes)
             VALUES ('{ELECTION}', '{TENANT}', '{EVENT}', 'e', {allowed})"));
        for _ in 0..ballots {
            accepted(client, &cast("v"));
        }
        if ballots < 4 {
            assert_eq!(refused(client, &cast("v")), "P0001", "{allowed}");
        }
        accepted(client, &cast("w"));
    }
}

/// The platform's own schema; not part of this repository.
pub(crate) fn introspection() -> Option<Value> {
    let path = std::env::var_os("PLATFORM_INTROSPECTION").map_or_else(
        || hasura().join("../../shared/data/hasura/platform-introspection.json"),
        std::path::PathBuf::from,
    );
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// How Hasura names a column's type.
fn graphql(postgres: &str, not_null: bool) -> String {
    let name = match postgres {
        "text" => "String",
        "integer" => "Int",
        "boolean" => "Boolean",
        "timestamp with time zone" => "timestamptz",
        "uuid[]" => "[uuid!]",
        same => same,
    };
    format!("{name}{}", if not_null { "!" } else { "" })
}

fn columns(client: &mut Client) {
    let introspection = introspection().unwrap();
    let schema = [&introspection["__schema"], &introspection["data"]["__schema"]]
        .into_iter()
        .find(|schema| schema.is_object())
        .unwrap();
    let sql = "
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relnamespace = 'sequent_backend'::regnamespace AND c.relkind = 'r'
          AND c.relname NOT LIKE 'ivr\\_%'";
    let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in client.query(sql, &[]).unwrap() {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let kind = graphql(row.get(2), row.get(3));
        tables.entry(table).or_default().insert(column, kind);
    }
    assert_eq!(tables.len(), 8);
    for (table, columns) in tables {
        let name = format!("sequent_backend_{table}");
        let types = schema["types"].as_array().unwrap();
        let theirs = types.iter().find(|t| t["name"] == name.as_str()).unwrap();
        let theirs: BTreeMap<String, String> = theirs["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| (field["name"].as_str().unwrap().to_owned(), written(&field["type"])))
            // Relationships are no columns.
            .filter(|(_, kind)| !kind.contains("sequent_backend_"))
            .collect();
        assert_eq!(columns, theirs, "{table}");
    }
}

fn written(kind: &Value) -> String {
    match kind["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&kind["ofType"])),
        "LIST" => format!("[{}]", written(&kind["ofType"])),
        _ => kind["name"].as_str().unwrap().to_owned(),
    }
}
