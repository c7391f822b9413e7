//! Whole numbers only behind a trace.

use postgres::Client;

use super::Test;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("raw_export_says_who_what_for_and_of_which_event", columns),
    ("raw_export_is_dated_by_the_database", dated),
    ("raw_export_is_append_only", append_only),
    ("raw_numbers_are_shown_only_as_long_as_they_are_kept", kept),
];

fn request(tenant: &str, event: &str, by: &str, purpose: &str) -> String {
    format!(
        "INSERT INTO sequent_backend.ivr_raw_export (tenant_id, election_event_id, requested_by, purpose)
         VALUES ('{tenant}', '{event}', {by}, {purpose})"
    )
}

fn columns(client: &mut Client) {
    accepted(client, &request(TENANT, EVENT, "'u'", "'complaint 12'"));
    for (sql, why) in [
        (request(TENANT, EVENT, "NULL", "'complaint'"), "not null ivr_raw_export.requested_by"),
        (request(TENANT, EVENT, "''", "'complaint'"), "ivr_raw_export_requested_by"),
        (request(TENANT, EVENT, "'u'", "NULL"), "not null ivr_raw_export.purpose"),
        (request(TENANT, EVENT, "'u'", "'     '"), "ivr_raw_export_purpose"),
        (request(TENANT, FOREIGN_EVENT, "'u'", "'complaint'"), "ivr_raw_export_event"),
        (request(OTHER_TENANT, EVENT, "'u'", "'complaint'"), "ivr_raw_export_event"),
    ] {
        assert_eq!(refused(client, &sql), why, "{sql}");
    }
}

fn dated(client: &mut Client) {
    accepted(
        client,
        &format!(
            "INSERT INTO sequent_backend.ivr_raw_export
           (tenant_id, election_event_id, requested_by, purpose, requested_at)
         VALUES ('{TENANT}', '{EVENT}', 'u', 'complaint', now() + interval '1 year')"
        ),
    );
    let future = "SELECT count(*) FROM sequent_backend.ivr_raw_export WHERE requested_at > now()";
    assert_eq!(value(client, future), "0");
    let open = "SELECT count(*) FROM sequent_backend.ivr_raw_export_open";
    assert_eq!(value(client, open), "1");
    accepted(
        client,
        "SET session_replication_role = replica;
        UPDATE sequent_backend.ivr_raw_export SET requested_at = now() - interval '11 minutes';
        SET session_replication_role = DEFAULT;",
    );
    assert_eq!(value(client, open), "0");
}

fn append_only(client: &mut Client) {
    accepted(client, &request(TENANT, EVENT, "'u'", "'complaint'"));
    for sql in [
        "UPDATE sequent_backend.ivr_raw_export SET purpose = 'another'",
        "DELETE FROM sequent_backend.ivr_raw_export",
        "TRUNCATE sequent_backend.ivr_raw_export",
    ] {
        assert_eq!(refused(client, sql), "23001", "{sql}");
    }
}

fn kept(client: &mut Client) {
    accepted(
        client,
        &format!(
            "INSERT INTO sequent_backend.ivr_call_log
           (tenant_id, election_event_id, contact_id, phone_e164, stage, started_at)
         VALUES ('{TENANT}', '{EVENT}', 'c', '{NUMBER}', 'started', now()),
           ('{TENANT}', '{EVENT}', 'd', '{NUMBER}', 'started', now()),
           ('{TENANT}', '{EVENT}', 'e', NULL, 'started', now())"
        ),
    );
    let raw =
        "SELECT string_agg(phone_e164 || ' ' || calls, ',') FROM sequent_backend.ivr_call_raw";
    assert_eq!(value(client, raw), format!("{NUMBER} 2"));
    let same = "SELECT count(*) FROM sequent_backend.ivr_call_raw r
        JOIN sequent_backend.ivr_call_activity a USING (id, tenant_id, election_event_id)";
    assert_eq!(value(client, same), "1", "the list and the export speak of the same lines");
    accepted(
        client,
        "SET session_replication_role = replica;
        UPDATE sequent_backend.ivr_call_log SET expires_at = now();
        SET session_replication_role = DEFAULT;",
    );
    assert_eq!(value(client, raw), "NULL", "also when the job is late");
}
