//! Blocked callers: which rows are let in, and the trace that every change leaves.

use postgres::Client;

use super::Test;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("blacklist_keeps_e164_only", e164),
    ("blacklist_needs_a_tenant_that_exists", tenant),
    ("blacklist_event_is_one_of_its_tenant", event_of_tenant),
    ("blacklist_has_a_number_once_per_scope", once_per_scope),
    ("blacklist_reason_may_be_absent_but_not_empty", reason),
    ("blacklist_entry_never_becomes_another", immutable),
    ("blacklist_goes_with_its_event_and_leaves_a_trace", cascade),
    ("blacklist_masks_what_it_shows", masked),
    ("audit_names_the_door_and_the_actor", doors),
    ("audit_follows_a_token_before_a_setting", token_first),
    ("audit_survives_a_session_that_is_no_json", broken_session),
    ("audit_sees_update_delete_and_truncate", every_change),
    ("audit_cannot_be_switched_off_by_a_replica_session", replica),
    ("audit_is_append_only", append_only),
    ("audit_is_written_by_those_who_cannot_write_it", definer),
    ("lookup_by_number_finds_exactly_that_number", lookup),
];

fn insert(number: &str, tenant: &str, event: Option<&str>) -> String {
    let event = event.map_or("NULL".to_owned(), |event| format!("'{event}'"));
    format!(
        "INSERT INTO sequent_backend.ivr_phone_blacklist (phone_number, tenant_id, election_event_id)
         VALUES ('{number}', '{tenant}', {event})"
    )
}

fn e164(client: &mut Client) {
    for good in ["+15195550123", "+1519555", "+123456789012345"] {
        accepted(client, &insert(good, TENANT, None));
    }
    for bad in [
        "15195550123",
        "+05195550123",
        "+151955",
        "+1234567890123456",
        "+1519555012a",
        "+1 5195550123",
        " +15195550123",
        "+15195550123\n",
        "",
        "anonymous",
        "+１５１９５５５０１２３",
    ] {
        assert_eq!(
            refused(client, &insert(bad, TENANT, None)),
            "ivr_phone_blacklist_e164",
            "{bad:?}"
        );
    }
    let null =
        format!("INSERT INTO sequent_backend.ivr_phone_blacklist (tenant_id) VALUES ('{TENANT}')");
    // The generated column is the first to miss it.
    assert!(refused(client, &null).starts_with("not null ivr_phone_blacklist."));
}

fn tenant(client: &mut Client) {
    let null = format!(
        "INSERT INTO sequent_backend.ivr_phone_blacklist (phone_number) VALUES ('{NUMBER}')"
    );
    assert_eq!(refused(client, &null), "not null ivr_phone_blacklist.tenant_id");
    assert_eq!(refused(client, &insert(NUMBER, EVENT, None)), "ivr_phone_blacklist_tenant");
    accepted(client, &insert(NUMBER, TENANT, None));
}

fn event_of_tenant(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, Some(EVENT)));
    let foreign = insert(NUMBER, TENANT, Some(FOREIGN_EVENT));
    assert_eq!(refused(client, &foreign), "ivr_phone_blacklist_event");
    assert_eq!(refused(client, &insert(NUMBER, TENANT, Some(TENANT))), "ivr_phone_blacklist_event");
}

fn once_per_scope(client: &mut Client) {
    // One number, five scopes.
    for (tenant, event) in [
        (TENANT, None),
        (TENANT, Some(EVENT)),
        (TENANT, Some(OTHER_EVENT)),
        (OTHER_TENANT, None),
        (OTHER_TENANT, Some(FOREIGN_EVENT)),
    ] {
        accepted(client, &insert(NUMBER, tenant, event));
    }
    let again = insert(NUMBER, TENANT, None);
    assert_eq!(refused(client, &again), "ivr_phone_blacklist_once_per_tenant");
    let again = insert(NUMBER, TENANT, Some(EVENT));
    assert_eq!(refused(client, &again), "ivr_phone_blacklist_once_per_event");
    accepted(client, &insert(OTHER_NUMBER, TENANT, None));
}

fn reason(client: &mut Client) {
    let with = |reason: &str, number: &str| {
        format!(
            "INSERT INTO sequent_backend.ivr_phone_blacklist (phone_number, tenant_id, reason)
             VALUES ('{number}', '{TENANT}', {reason})"
        )
    };
    accepted(client, &with("NULL", NUMBER));
    accepted(client, &with("repeat('a', 500)", OTHER_NUMBER));
    assert_eq!(refused(client, &with("''", "+15195550111")), "ivr_phone_blacklist_reason");
    let long = with("repeat('a', 501)", "+15195550111");
    assert_eq!(refused(client, &long), "ivr_phone_blacklist_reason");
}

fn immutable(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, Some(EVENT)));
    let set = |what: &str| format!("UPDATE sequent_backend.ivr_phone_blacklist SET {what}");
    accepted(client, &set("reason = 'better said'"));
    for what in [
        format!("phone_number = '{OTHER_NUMBER}'"),
        format!("election_event_id = '{OTHER_EVENT}'"),
        "election_event_id = NULL".to_owned(),
        format!("tenant_id = '{OTHER_TENANT}', election_event_id = NULL"),
        "created_by = 'somebody else'".to_owned(),
        "created_at = created_at - interval '1 day'".to_owned(),
        "id = gen_random_uuid()".to_owned(),
    ] {
        assert_eq!(refused(client, &set(&what)), "ivr_phone_blacklist_origin", "{what}");
    }
}

fn cascade(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, Some(OTHER_EVENT)));
    accepted(client, &insert(NUMBER, TENANT, None));
    accepted(
        client,
        &format!("DELETE FROM sequent_backend.election_event WHERE id = '{OTHER_EVENT}'"),
    );
    let left = "SELECT count(*) FROM sequent_backend.ivr_phone_blacklist";
    assert_eq!(value(client, left), "1");
    let trace =
        "SELECT string_agg(action, ' ' ORDER BY id) FROM sequent_backend.ivr_phone_blacklist_audit";
    assert_eq!(value(client, trace), "insert insert delete");
}

fn masked(client: &mut Client) {
    for (number, shown) in [
        ("+15195550123", "+1 ***-***-0123"),
        ("+33199005555", "+33 ***-***-5555"),
        ("+35845755501", "+358 ***-***-5501"),
        ("+74995550123", "+7 ***-***-0123"),
        // So short that four digits would be all of it, or almost.
        ("+6901234567", "+690 ***-***-4567"),
        ("+690123456", "+690 ***-***-456"),
        ("+6901234", "+690 ***-***-4"),
    ] {
        accepted(client, &insert(number, TENANT, None));
        let sql = format!(
            "SELECT masked_number FROM sequent_backend.ivr_phone_blacklist
             WHERE phone_number = '{number}'"
        );
        assert_eq!(value(client, &sql), shown);
    }
}

const LAST: &str = "SELECT door || ' ' || actor || ' ' || action
    FROM sequent_backend.ivr_phone_blacklist_audit ORDER BY id DESC LIMIT 1";

fn doors(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, None));
    assert_eq!(value(client, LAST), "database postgres insert");
    accepted(
        client,
        &format!(
            "BEGIN; SET LOCAL \"ivr.actor\" = 'u-7'; {}; COMMIT;",
            insert(NUMBER, TENANT, Some(EVENT))
        ),
    );
    assert_eq!(value(client, LAST), "application u-7 insert");
    accepted(
        client,
        &format!(
            r#"BEGIN; SET LOCAL "hasura.user" = '{{"x-hasura-role":"r","x-hasura-user-id":"u-8"}}'; {}; COMMIT;"#,
            insert(NUMBER, TENANT, Some(OTHER_EVENT))
        ),
    );
    assert_eq!(value(client, LAST), "hasura u-8 insert");
    accepted(
        client,
        &format!(
            r#"BEGIN; SET LOCAL "hasura.user" = '{{"x-hasura-role":"admin"}}'; {}; COMMIT;"#,
            insert(OTHER_NUMBER, TENANT, None)
        ),
    );
    assert_eq!(value(client, LAST), "hasura role admin insert");
    // After SET LOCAL the setting is left behind as an empty text.
    accepted(client, &insert(OTHER_NUMBER, TENANT, Some(EVENT)));
    assert_eq!(value(client, LAST), "database postgres insert");
    let by = "SELECT string_agg(created_by, ' ' ORDER BY created_by)
        FROM sequent_backend.ivr_phone_blacklist";
    assert_eq!(value(client, by), "postgres postgres role admin u-7 u-8");
}

fn token_first(client: &mut Client) {
    // Nobody adds an entry in another's name, not even by saying so.
    accepted(
        client,
        &format!(
            r#"BEGIN; SET LOCAL "ivr.actor" = 'pretended';
        SET LOCAL "hasura.user" = '{{"x-hasura-role":"r","x-hasura-user-id":"u-8"}}';
        INSERT INTO sequent_backend.ivr_phone_blacklist (phone_number, tenant_id, created_by)
        VALUES ('{NUMBER}', '{TENANT}', 'pretended too'); COMMIT;"#
        ),
    );
    assert_eq!(value(client, LAST), "hasura u-8 insert");
    let by = "SELECT created_by FROM sequent_backend.ivr_phone_blacklist";
    assert_eq!(value(client, by), "u-8");
}

fn broken_session(client: &mut Client) {
    accepted(
        client,
        &format!(
            "BEGIN; SET LOCAL \"hasura.user\" = 'not json'; {}; COMMIT;",
            insert(NUMBER, TENANT, None)
        ),
    );
    assert_eq!(value(client, LAST), "hasura unknown insert");
}

fn every_change(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, Some(EVENT)));
    accepted(client, &insert(OTHER_NUMBER, TENANT, None));
    accepted(
        client,
        "UPDATE sequent_backend.ivr_phone_blacklist SET reason = 'r' WHERE election_event_id IS NULL",
    );
    accepted(
        client,
        "DELETE FROM sequent_backend.ivr_phone_blacklist WHERE election_event_id IS NOT NULL",
    );
    accepted(client, "TRUNCATE sequent_backend.ivr_phone_blacklist");
    let trace = "SELECT string_agg(concat_ws(',', action, right(masked_number, 4), election_event_id IS NULL,
        coalesce(reason_before, '-'), coalesce(reason_after, '-')), ' ' ORDER BY id)
        FROM sequent_backend.ivr_phone_blacklist_audit";
    assert_eq!(
        value(client, trace),
        "insert,0123,f,-,- insert,0199,t,-,- update,0199,t,-,r delete,0123,f,-,- truncate,0199,t,r,-"
    );
    let whole = "SELECT count(*) FROM sequent_backend.ivr_phone_blacklist_audit a
        WHERE a::text LIKE '%5195550%'";
    assert_eq!(value(client, whole), "0", "no whole number in the trace");
}

fn replica(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, None));
    accepted(
        client,
        "SET session_replication_role = replica;
        DELETE FROM sequent_backend.ivr_phone_blacklist; SET session_replication_role = DEFAULT;",
    );
    assert_eq!(value(client, LAST), "database postgres delete");
}

fn append_only(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, None));
    for sql in [
        "UPDATE sequent_backend.ivr_phone_blacklist_audit SET actor = 'x'",
        "DELETE FROM sequent_backend.ivr_phone_blacklist_audit",
        "TRUNCATE sequent_backend.ivr_phone_blacklist_audit",
    ] {
        assert_eq!(refused(client, sql), "23001", "{sql}");
    }
}

fn definer(client: &mut Client) {
    let role = format!("writer_{}", value(client, "SELECT current_database()"));
    accepted(
        client,
        &format!(
            "CREATE ROLE {role}; GRANT USAGE ON SCHEMA sequent_backend TO {role};
         GRANT INSERT ON sequent_backend.ivr_phone_blacklist TO {role}; SET ROLE {role};"
        ),
    );
    accepted(client, &insert(NUMBER, TENANT, None));
    let direct = format!(
        "INSERT INTO sequent_backend.ivr_phone_blacklist_audit
           (action, entry_id, tenant_id, masked_number, door, actor)
         VALUES ('delete', '{EVENT}', '{TENANT}', '+1', 'database', 'x')"
    );
    assert_eq!(refused(client, &direct), "42501");
    accepted(client, "RESET ROLE");
    assert_eq!(value(client, LAST), "database postgres insert");
    let database = value(client, "SELECT current_database()");
    accepted(client, &format!("DROP OWNED BY {role}; DROP ROLE writer_{database};"));
}

fn lookup(client: &mut Client) {
    accepted(client, &insert(NUMBER, TENANT, None));
    accepted(client, &insert(NUMBER, TENANT, Some(EVENT)));
    accepted(client, &insert(OTHER_NUMBER, TENANT, None));
    let count = |what: &str| {
        format!("SELECT count(*) FROM sequent_backend.ivr_phone_blacklist_with_number({what})")
    };
    assert_eq!(value(client, &count(&format!("'{NUMBER}'"))), "2");
    assert_eq!(value(client, &count("'+1519%'")), "0");
    assert_eq!(value(client, &count("NULL")), "0");
}
