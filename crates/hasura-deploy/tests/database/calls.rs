//! The call log: what a row may hold, records that come late or twice, erasure, and what people see.

use postgres::Client;

use super::Test;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("call_is_of_an_event_of_its_tenant", event),
    ("call_needs_a_contact_a_start_and_a_stage", columns),
    ("call_keeps_e164_or_nothing", number),
    ("call_knows_no_voter_and_no_votes_before_login", before_login),
    ("call_number_is_there_exactly_until_erased", number_rule),
    ("call_country_follows_the_number", country),
    ("call_records_replace_each_other_and_take_nothing_back", late_records),
    ("call_origin_does_not_change", origin),
    ("call_contact_is_one_row_per_event", per_event),
    ("call_expires_with_its_session", expiry),
    ("erasing_takes_number_and_voter_of_expired_calls_only", erasing),
    ("erased_calls_stay_erased", stays_erased),
    ("calls_of_a_number_are_one_line_while_it_is_kept", one_line),
    ("withheld_calls_are_one_line_without_a_country", withheld),
    ("activity_counts_the_abandoned", abandoned),
    ("activity_shows_no_number_and_no_voter", no_number),
    ("last_four_digits_match_and_nothing_else_does", last_four),
    ("activity_of_a_window_counts_that_window", window),
    ("the_recording_role_changes_one_call_at_a_time", one_at_a_time),
    ("two_first_calls_at_once_are_one_caller", concurrent),
];

/// What the gateway's upsert becomes.
fn record(
    contact: &str,
    number: Option<&str>,
    stage: &str,
    voter: Option<&str>,
    votes: u32,
) -> String {
    let text = |value: Option<&str>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
    format!(
        "INSERT INTO sequent_backend.ivr_call_log
           (tenant_id, election_event_id, contact_id, phone_e164, stage, voter_id, votes, started_at)
         VALUES ('{TENANT}', '{EVENT}', '{contact}', {}, '{stage}', {}, {votes}, now())
         ON CONFLICT ON CONSTRAINT ivr_call_log_pkey DO UPDATE
         SET stage = EXCLUDED.stage, votes = EXCLUDED.votes, voter_id = EXCLUDED.voter_id",
        text(number), text(voter)
    )
}

fn of(contact: &str, what: &str) -> String {
    format!("SELECT {what} FROM sequent_backend.ivr_call_log WHERE contact_id = '{contact}'")
}

/// Time passes: triggers off, as nothing else may move these columns.
fn expire(client: &mut Client, contact: &str) {
    accepted(
        client,
        &format!(
            "SET session_replication_role = replica;
         UPDATE sequent_backend.ivr_call_log SET expires_at = now() - interval '1 second'
         WHERE contact_id = '{contact}';
         SET session_replication_role = DEFAULT;"
        ),
    );
}

fn erase(client: &mut Client) -> String {
    value(client, "SELECT sequent_backend.ivr_erase_expired_calls()")
}

fn event(client: &mut Client) {
    accepted(client, &record("c", Some(NUMBER), "started", None, 0));
    let foreign = record("d", Some(NUMBER), "started", None, 0).replace(EVENT, FOREIGN_EVENT);
    assert_eq!(refused(client, &foreign), "ivr_call_log_event");
    let null = record("d", Some(NUMBER), "started", None, 0).replace(&format!("'{EVENT}'"), "NULL");
    assert_eq!(refused(client, &null), "not null ivr_call_log.election_event_id");
    let null =
        record("d", Some(NUMBER), "started", None, 0).replace(&format!("'{TENANT}'"), "NULL");
    assert_eq!(refused(client, &null), "not null ivr_call_log.tenant_id");
}

fn columns(client: &mut Client) {
    accepted(
        client,
        &record("6e0a4e9c-7a3b-4f7e-9d52-0d9c5f1f0d11", Some(NUMBER), "started", None, 0),
    );
    for contact in ["", "with blank", "tab\t", "é", &"c".repeat(129)] {
        let sql = record(contact, Some(NUMBER), "started", None, 0);
        assert_eq!(refused(client, &sql), "ivr_call_log_contact", "{contact:?}");
    }
    let sql = record("c", Some(NUMBER), "started", None, 0);
    assert_eq!(refused(client, &sql.replace("'c'", "NULL")), "not null ivr_call_log.contact_id");
    assert_eq!(refused(client, &sql.replace("'started'", "'begun'")), "ivr_call_log_stage");
    assert_eq!(refused(client, &sql.replace("'started'", "NULL")), "not null ivr_call_log.stage");
    // Without a start there is no expiry.
    let unstarted = sql.replace("now())", "NULL)");
    assert!(refused(client, &unstarted).starts_with("not null ivr_call_log."));
}

fn number(client: &mut Client) {
    accepted(client, &record("a", Some("+1519555"), "started", None, 0));
    accepted(client, &record("b", None, "started", None, 0));
    for bad in ["15195550123", "+0", "anonymous", "", "+1519555012a", "+1234567890123456"] {
        let said = refused(client, &record("c", Some(bad), "started", None, 0));
        assert!(
            ["ivr_call_log_e164", "ivr_call_log_country"].contains(&said.as_str()),
            "{bad}: {said}"
        );
    }
}

fn before_login(client: &mut Client) {
    for (stage, voter, votes) in
        [("logged_in", Some("v"), 0), ("completed", Some("v"), 3), ("disconnected", None, 0)]
    {
        accepted(client, &record(stage, Some(NUMBER), stage, voter, votes));
    }
    let voter = record("c", Some(NUMBER), "started", Some("v"), 0);
    assert_eq!(refused(client, &voter), "ivr_call_log_voter");
    let votes = record("c", Some(NUMBER), "started", None, 1);
    assert_eq!(refused(client, &votes), "ivr_call_log_votes");
    let negative = record("c", Some(NUMBER), "completed", None, 1).replace(", 1, now", ", -1, now");
    assert_eq!(refused(client, &negative), "ivr_call_log_votes");
    let empty = record("c", Some(NUMBER), "logged_in", Some(""), 0);
    assert_eq!(refused(client, &empty), "ivr_call_log_voter");
}

fn number_rule(client: &mut Client) {
    accepted(client, &record("c", Some(NUMBER), "logged_in", Some("v"), 0));
    let set = |what: &str| format!("UPDATE sequent_backend.ivr_call_log SET {what}");
    assert_eq!(refused(client, &set("phone_e164 = NULL")), "ivr_call_log_number");
    // A number that stays although the row says erased.
    assert_eq!(refused(client, &set("erased_at = now()")), "ivr_call_log_number");
    // A voter that stays although the number is erased; the trigger would have taken it away.
    accepted(client, "SET session_replication_role = replica");
    assert_eq!(refused(client, &set("phone_e164 = NULL, erased_at = now()")), "ivr_call_log_voter");
    accepted(client, "SET session_replication_role = DEFAULT");
    accepted(client, &set("phone_e164 = NULL, erased_at = now()"));
    assert_eq!(value(client, &of("c", "voter_id")), "NULL");
}

fn country(client: &mut Client) {
    for (number, code) in [
        ("+15195550123", "+1"),
        ("+33199005555", "+33"),
        ("+35845755501", "+358"),
        ("+74995550123", "+7"),
        ("+999555012345", "+999"),
    ] {
        accepted(client, &record(code, Some(number), "started", None, 0));
        assert_eq!(value(client, &of(code, "country")), code);
    }
}

fn late_records(client: &mut Client) {
    let seen = of("c", "concat_ws(' ', stage, votes, voter_id)");
    for (stage, voter, votes, then) in [
        ("started", None, 0, "started 0"),
        ("logged_in", Some("v"), 0, "logged_in 0 v"),
        ("completed", Some("v"), 2, "completed 2 v"),
        // Late, twice, and another ending.
        ("started", None, 0, "completed 2 v"),
        ("logged_in", Some("v"), 1, "completed 2 v"),
        ("completed", Some("v"), 2, "completed 2 v"),
        ("disconnected", Some("v"), 2, "completed 2 v"),
    ] {
        accepted(client, &record("c", Some(NUMBER), stage, voter, votes));
        assert_eq!(value(client, &seen), then, "after {stage}");
    }
    assert_eq!(value(client, "SELECT count(*) FROM sequent_backend.ivr_call_log"), "1");
}

fn origin(client: &mut Client) {
    accepted(client, &record("c", Some(NUMBER), "started", None, 0));
    for what in [
        "contact_id = 'd'".to_owned(),
        format!("election_event_id = '{OTHER_EVENT}'"),
        format!("phone_e164 = '{OTHER_NUMBER}'"),
        "caller_id = gen_random_uuid()".to_owned(),
        "started_at = started_at - interval '1 minute'".to_owned(),
        "withheld = true, phone_e164 = NULL, country = NULL".to_owned(),
        "country = '+44'".to_owned(),
    ] {
        let sql = format!("UPDATE sequent_backend.ivr_call_log SET {what}");
        assert_eq!(refused(client, &sql), "ivr_call_log_origin", "{what}");
    }
}

fn per_event(client: &mut Client) {
    accepted(client, &record("c", Some(NUMBER), "completed", None, 0));
    accepted(client, &record("c", Some(NUMBER), "started", None, 0).replace(EVENT, OTHER_EVENT));
    let stages = "SELECT string_agg(stage, ' ' ORDER BY election_event_id) FROM sequent_backend.ivr_call_log";
    assert_eq!(value(client, stages), "completed started");
    let callers = "SELECT count(DISTINCT caller_id) FROM sequent_backend.ivr_call_log";
    assert_eq!(value(client, callers), "2", "a caller of two events is not linked");
}

fn expiry(client: &mut Client) {
    let life = of("c", "expires_at - recorded_at");
    accepted(client, &record("c", Some(NUMBER), "started", None, 0));
    assert_eq!(value(client, &life), "01:00:00");
    accepted(client, &record("c", Some(NUMBER), "completed", None, 0));
    assert_eq!(value(client, &life), "00:10:00");
    // Never longer than ten hours after the start, whatever is recorded.
    let long = record("d", Some(NUMBER), "started", None, 0)
        .replace("now())", "now() - interval '9 hours 30 minutes')");
    accepted(client, &long);
    assert_eq!(value(client, &of("d", "expires_at - recorded_at")), "00:30:00");
    // A start in the future keeps nothing longer.
    let future = record("e", Some(NUMBER), "started", None, 0)
        .replace("now())", "now() + interval '1 year')");
    accepted(client, &future);
    assert_eq!(value(client, &of("e", "expires_at - recorded_at")), "01:00:00");
}

fn erasing(client: &mut Client) {
    accepted(client, &record("old", Some(NUMBER), "completed", Some("v"), 2));
    accepted(client, &record("withheld", None, "completed", Some("w"), 1));
    accepted(client, &record("live", Some(OTHER_NUMBER), "logged_in", Some("x"), 0));
    assert_eq!(erase(client), "0");
    expire(client, "old");
    expire(client, "withheld");
    assert_eq!(erase(client), "2");
    let row = "concat_ws(' ', coalesce(phone_e164, '-'), coalesce(voter_id, '-'), erased_at IS NULL, votes, country, stage)";
    assert_eq!(value(client, &of("old", row)), "- - f 2 +1 completed");
    assert_eq!(value(client, &of("withheld", row)), "- - f 1 completed");
    assert_eq!(value(client, &of("live", row)), format!("{OTHER_NUMBER} x t 0 +1 logged_in"));
    assert_eq!(erase(client), "0", "the second run has nothing to do");
    let totals =
        "SELECT concat_ws(' ', sum(calls), sum(votes)) FROM sequent_backend.ivr_call_activity";
    assert_eq!(value(client, totals), "3 3", "totals stay");
}

fn stays_erased(client: &mut Client) {
    accepted(client, &record("c", Some(NUMBER), "logged_in", Some("v"), 0));
    expire(client, "c");
    assert_eq!(erase(client), "1");
    // The ending of a very long call arrives after all.
    accepted(client, &record("c", Some(NUMBER), "completed", Some("v"), 1));
    let row = "concat_ws(' ', coalesce(phone_e164, '-'), coalesce(voter_id, '-'), stage, votes)";
    assert_eq!(value(client, &of("c", row)), "- - completed 1");
    for what in
        [format!("phone_e164 = '{NUMBER}', erased_at = NULL"), "erased_at = NULL".to_owned()]
    {
        let sql = format!("UPDATE sequent_backend.ivr_call_log SET {what}");
        assert_eq!(refused(client, &sql), "ivr_call_log_origin", "{what}");
    }
}

fn one_line(client: &mut Client) {
    accepted(client, &record("a", Some(NUMBER), "completed", Some("v"), 1));
    accepted(client, &record("b", Some(NUMBER), "completed", Some("v"), 2));
    accepted(client, &record("c", Some(OTHER_NUMBER), "completed", None, 0));
    let lines = "SELECT string_agg(calls || '/' || votes, ' ' ORDER BY calls) FROM sequent_backend.ivr_call_activity";
    assert_eq!(value(client, lines), "1/0 2/3");
    expire(client, "a");
    expire(client, "b");
    erase(client);
    accepted(client, &record("d", Some(NUMBER), "started", None, 0));
    assert_eq!(value(client, lines), "1/0 1/0 2/3", "after erasure nothing links the next call");
}

fn withheld(client: &mut Client) {
    for contact in ["a", "b"] {
        accepted(client, &record(contact, None, "started", None, 0));
    }
    let line = "SELECT concat_ws(' ', calls, coalesce(country, 'none')) FROM sequent_backend.ivr_call_activity";
    assert_eq!(value(client, line), "2 none");
    accepted(client, &record("c", None, "started", None, 0).replace(EVENT, OTHER_EVENT));
    assert_eq!(value(client, "SELECT count(*) FROM sequent_backend.ivr_call_activity"), "2");
}

fn abandoned(client: &mut Client) {
    for (contact, stage) in
        [("a", "started"), ("b", "logged_in"), ("c", "completed"), ("d", "started")]
    {
        accepted(client, &record(contact, Some(NUMBER), stage, None, 0));
    }
    for contact in ["a", "b", "c"] {
        expire(client, contact);
    }
    let line =
        "SELECT concat_ws(' ', calls, abandoned_calls) FROM sequent_backend.ivr_call_activity";
    assert_eq!(value(client, line), "4 2", "the ended and the live one are not abandoned");
    erase(client);
    assert_eq!(value(client, line), "4 2", "erasure changes no total");
}

fn no_number(client: &mut Client) {
    accepted(client, &record("c", Some(NUMBER), "completed", Some("voter-1"), 1));
    let text = value(client, "SELECT a FROM sequent_backend.ivr_call_activity a");
    assert!(!text.contains("5195550123") && !text.contains("voter-1"), "{text}");
    let columns = "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position)
        FROM information_schema.columns
        WHERE table_schema = 'sequent_backend' AND table_name = 'ivr_call_activity'";
    assert_eq!(
        value(client, columns),
        "id tenant_id election_event_id country calls abandoned_calls votes last_call_at"
    );
}

fn last_four(client: &mut Client) {
    accepted(client, &record("a", Some(NUMBER), "started", None, 0));
    accepted(client, &record("b", Some(OTHER_NUMBER), "started", None, 0));
    let found = |digits: &str| {
        format!("SELECT count(*) FROM sequent_backend.ivr_call_activity_matching({digits})")
    };
    assert_eq!(value(client, &found("'0123'")), "1");
    assert_eq!(value(client, &found("")), "2");
    assert_eq!(value(client, &found("NULL")), "2");
    for nothing in ["''", "'123'", "'50123'", "'____'", "'%'", "'0123 '", "'+15195550123'"] {
        assert_eq!(value(client, &found(nothing)), "0", "{nothing}");
    }
    expire(client, "a");
    assert_eq!(value(client, &found("'0123'")), "0", "also when the job is late");
}

fn window(client: &mut Client) {
    accepted(
        client,
        &record("a", Some(NUMBER), "completed", None, 0)
            .replace("now())", "'2026-05-01T10:00:00Z')"),
    );
    accepted(
        client,
        &record("b", Some(NUMBER), "completed", None, 0)
            .replace("now())", "'2026-05-01T11:00:00Z')"),
    );
    let calls = |window: &str| {
        format!(
            "SELECT coalesce(sum(calls), 0) FROM sequent_backend.ivr_call_activity_matching({window})"
        )
    };
    assert_eq!(value(client, &calls("NULL, '2026-05-01T10:30:00Z'")), "1");
    assert_eq!(value(client, &calls("NULL, NULL, '2026-05-01T11:00:00Z'")), "1");
    assert_eq!(value(client, &calls("NULL, '2026-05-01T10:00:00Z', '2026-05-01T11:00:01Z'")), "2");
    assert_eq!(value(client, &calls("NULL, '2026-05-02T00:00:00Z'")), "0");
}

fn one_at_a_time(client: &mut Client) {
    for contact in ["a", "b"] {
        accepted(client, &record(contact, Some(NUMBER), "started", None, 0));
    }
    let as_role = |role: &str, sql: &str| {
        format!(
            r#"BEGIN; SET LOCAL "hasura.user" = '{{"x-hasura-role":"{role}"}}'; {sql}; COMMIT;"#
        )
    };
    let all = "UPDATE sequent_backend.ivr_call_log SET stage = 'disconnected'";
    let said = refused(client, &as_role("can_record_ivr_call", all));
    accepted(client, "ROLLBACK");
    assert_eq!(said, "ivr_call_log_one_at_a_time");
    let upsert = record("a", Some(NUMBER), "completed", None, 0);
    accepted(client, &as_role("can_record_ivr_call", &upsert));
    accepted(client, &as_role("admin", all));
}

fn concurrent(client: &mut Client) {
    let rest = record("a", Some(NUMBER), "started", None, 0);
    let mut other = super::second(client);
    accepted(client, "BEGIN");
    accepted(client, &rest);
    let waiting = std::thread::spawn(move || {
        accepted(&mut other, &record("b", Some(NUMBER), "started", None, 0));
    });
    // It waits until the first commits: it holds no row before that.
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while value(client, waits) == "0" {
        assert!(!waiting.is_finished(), "the second call did not wait for the first");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    accepted(client, "COMMIT");
    waiting.join().unwrap();
    let callers =
        "SELECT count(DISTINCT caller_id) || ' of ' || count(*) FROM sequent_backend.ivr_call_log";
    assert_eq!(value(client, callers), "1 of 2");
}
