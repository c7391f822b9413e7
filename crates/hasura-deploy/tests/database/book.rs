//! The deployment's book: what it records, and that it sees a hand in the tables.

use hasura_deploy::{SOURCE, book, migrations};
use postgres::{Client, SimpleQueryMessage};

use super::FromNothing;
use super::support::hasura;
use super::world::{accepted, value};

pub(crate) const TESTS: &[FromNothing] = &[
    ("book_holds_every_migration_with_its_checksum", whole),
    ("book_sees_a_changed_column_constraint_index_trigger_view_or_function", drift),
    ("book_of_a_failed_migration_is_unchanged", failed),
];

fn base(client: &mut Client) {
    let root = hasura().join("platform-base/migrations").join(SOURCE);
    for migration in migrations::read(&root).unwrap() {
        accepted(client, &migration.up);
    }
}

fn ours() -> Vec<migrations::Migration> {
    migrations::read(&hasura().join("migrations").join(SOURCE)).unwrap()
}

/// One text in one transaction, as the server runs it.
fn apply(client: &mut Client) {
    base(client);
    for migration in ours() {
        accepted(client, &book::applying(&migration));
    }
}

fn whole(client: &mut Client) {
    apply(client);
    let written =
        "SELECT string_agg(version || '_' || name || ' ' || checksum, E'\\n' ORDER BY version)
        FROM sequent_backend.ivr_migration";
    let wanted: Vec<String> =
        ours().iter().map(|m| format!("{}_{} {}", m.version, m.name, m.checksum())).collect();
    assert_eq!(value(client, written), wanted.join("\n"));
    let kinds = "SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind)
        FROM sequent_backend.ivr_migration_object";
    assert_eq!(value(client, kinds), "column constraint function index server trigger view");
}

/// The recorded objects, then what they would be now; only the names that differ.
fn differing(client: &mut Client) -> Vec<String> {
    let rows = |client: &mut Client| -> std::collections::BTreeMap<String, String> {
        let sql = "SELECT kind || ' ' || name, digest FROM sequent_backend.ivr_migration_object";
        client.query(sql, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    let before = rows(client);
    accepted(client, &book::recording());
    let now = rows(client);
    before
        .keys()
        .chain(now.keys())
        .filter(|name| before.get(*name) != now.get(*name))
        .cloned()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn drift(client: &mut Client) {
    apply(client);
    assert_eq!(differing(client), Vec::<String>::new());
    for (sql, named) in [
        (
            "ALTER TABLE sequent_backend.ivr_phone_blacklist ALTER tenant_id DROP NOT NULL",
            "column ivr_phone_blacklist.tenant_id",
        ),
        (
            "ALTER TABLE sequent_backend.ivr_phone_blacklist DROP CONSTRAINT ivr_phone_blacklist_e164",
            "constraint ivr_phone_blacklist.ivr_phone_blacklist_e164",
        ),
        (
            "DROP INDEX sequent_backend.ivr_phone_blacklist_once_per_event",
            "index ivr_phone_blacklist_once_per_event",
        ),
        (
            "ALTER TABLE sequent_backend.ivr_phone_blacklist DISABLE TRIGGER ivr_phone_blacklist_audit",
            "trigger ivr_phone_blacklist.ivr_phone_blacklist_audit",
        ),
        (
            "CREATE OR REPLACE VIEW sequent_backend.ivr_raw_export_open AS
            SELECT x.id, x.tenant_id, x.election_event_id, x.requested_by
            FROM sequent_backend.ivr_raw_export x",
            "view ivr_raw_export_open",
        ),
        (
            "CREATE OR REPLACE FUNCTION sequent_backend.ivr_erase_expired_calls() RETURNS integer
            LANGUAGE sql AS 'SELECT 0'",
            "function ivr_erase_expired_calls()",
        ),
        (
            "CREATE INDEX ivr_election_event_extra ON sequent_backend.election_event (name)",
            "index ivr_election_event_extra",
        ),
    ] {
        accepted(client, sql);
        assert_eq!(differing(client), [named], "{sql}");
    }
    // What is not ours may change as it likes.
    accepted(client, "ALTER TABLE sequent_backend.election ADD COLUMN another text");
    assert_eq!(differing(client), Vec::<String>::new());
}

fn failed(client: &mut Client) {
    base(client);
    let mut broken = ours().remove(0);
    broken.up.push_str("\nSELECT 1 / 0;");
    let sql = book::applying(&broken);
    let outcome: Result<Vec<SimpleQueryMessage>, _> = client.simple_query(&sql);
    assert!(outcome.is_err());
    assert_eq!(value(client, "SELECT to_regclass('sequent_backend.ivr_migration')"), "NULL");
    assert_eq!(
        value(client, "SELECT to_regclass('sequent_backend.ivr_election_event_of_tenant')"),
        "NULL"
    );
}
