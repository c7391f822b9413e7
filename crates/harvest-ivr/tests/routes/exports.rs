//! Files: masked ones, and whole numbers only behind a trace.

use serde_json::json;

use super::Test;
use super::tokens::FIRST;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("masked_export_has_the_lines_of_the_list", masked),
    ("no_cell_of_an_export_can_be_run", harmless),
    ("an_export_beyond_its_limit_is_refused_and_leaves_no_trace", too_many),
    ("raw_export_leaves_a_trace_first", raw),
    ("raw_export_needs_a_purpose_and_an_event_of_the_tenant", asked),
    ("raw_export_without_a_trace_gives_nothing", no_trace),
    ("raw_export_that_cannot_be_read_leaves_no_trace", unread),
    ("raw_export_whose_trace_is_lost_at_the_end_gives_nothing", lost_commit),
    ("raw_export_holds_what_is_kept_and_no_more", kept),
];

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn masked(world: &mut World) {
    let caller = world.call(TENANT, EVENT, "a", Some(NUMBER));
    let withheld = world.call(TENANT, EVENT, "b", None);
    world.call(TENANT, OTHER_EVENT, "c", Some(OTHER_NUMBER));
    world.call(OTHER_TENANT, FOREIGN_EVENT, "d", Some(OTHER_NUMBER));
    world.run(
        "SET session_replication_role = replica;
         UPDATE sequent_backend.ivr_call_log SET started_at = '2026-05-01T10:00:00.5Z' WHERE contact_id = 'a';
         UPDATE sequent_backend.ivr_call_log SET started_at = '2026-05-01T09:00:00Z' WHERE contact_id = 'b';
         SET session_replication_role = DEFAULT;",
    );
    let answer = world.get(&format!("/calls/export?election_event_id={EVENT}"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"callers.csv\"");
    assert_eq!(
        answer.text(),
        format!(
            "\"caller_id\",\"election_event_id\",\"masked_number\",\"country\",\"calls\",\
             \"abandoned_calls\",\"votes\",\"last_call_at\"\r\n\
             \"{caller}\",\"{EVENT}\",\"'+1 ***-***-****\",\"'+1\",\"1\",\"0\",\"0\",\"2026-05-01T10:00:00Z\"\r\n\
             \"{withheld}\",\"{EVENT}\",\"withheld\",\"\",\"1\",\"0\",\"0\",\"2026-05-01T09:00:00Z\"\r\n"
        )
    );
    assert_eq!(rows(&world.get("/calls/export").text()).len(), 4, "without the other tenant's");
    assert_eq!(rows(&world.get("/calls/export?last_four=0123").text()).len(), 2);
}

fn harmless(world: &mut World) {
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.call(TENANT, EVENT, "b", None);
    let purpose = json!({"election_event_id": EVENT, "purpose": "complaint"});
    let masked = world.get("/calls/export");
    let raw = world.post("/calls/export/raw", purpose);
    // The columns' names, then both callers; a number that was withheld is in the first only.
    for (answer, lines) in [(masked, 3), (raw, 2)] {
        assert_eq!(answer.status, 200);
        let rows = rows(&answer.text());
        assert_eq!(rows.len(), lines);
        for cell in rows.into_iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
}

fn too_many(world: &mut World) {
    world.limit_exports(2);
    let purpose = || json!({"election_event_id": EVENT, "purpose": "complaint"});
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.call(TENANT, EVENT, "b", Some("+15195550124"));
    assert_eq!(world.get("/calls/export").status, 200, "as many as it holds");
    assert_eq!(world.post("/calls/export/raw", purpose()).status, 200);
    let traces = world.value(TRACE);
    world.call(TENANT, EVENT, "c", Some(OTHER_NUMBER));
    assert_eq!(world.get("/calls/export").refusal(), "422 TooManyRows");
    assert_eq!(world.post("/calls/export/raw", purpose()).refusal(), "422 TooManyRows");
    assert_eq!(world.value(TRACE), traces);
}

const TRACE: &str =
    "SELECT string_agg(concat_ws(' ', requested_by, purpose, election_event_id), ', '
    ORDER BY requested_at) FROM sequent_backend.ivr_raw_export";

fn raw(world: &mut World) {
    let caller = world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.call(TENANT, EVENT, "b", Some(NUMBER));
    world.call(TENANT, EVENT, "c", None);
    world.call(TENANT, OTHER_EVENT, "d", Some(OTHER_NUMBER));
    let ben = FIRST.token(&claims(TENANT, "ben", &[RAW]));
    let body = json!({"election_event_id": EVENT, "purpose": " complaint 12 "});
    let answer = world.ask_as(&ben, "POST", "/calls/export/raw", Some(body));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"callers-with-numbers.csv\""
    );
    let rows = rows(&answer.text());
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], ["caller_id", "phone_number", "calls", "votes", "last_call_at"]);
    assert_eq!(rows[1][..4], [caller, format!("'{NUMBER}"), "2".to_owned(), "0".to_owned()]);
    assert_eq!(world.value(TRACE), format!("ben complaint 12 {EVENT}"));
    // An export of nothing is on record too.
    world.run("DELETE FROM sequent_backend.ivr_call_log");
    world.post("/calls/export/raw", json!({"election_event_id": EVENT, "purpose": "again"}));
    assert_eq!(world.value(TRACE), format!("ben complaint 12 {EVENT}, ada again {EVENT}"));
}

fn asked(world: &mut World) {
    world.call(OTHER_TENANT, FOREIGN_EVENT, "a", Some(NUMBER));
    for (body, refusal) in [
        (json!({"election_event_id": EVENT}), "400 InvalidField purpose"),
        (json!({"election_event_id": EVENT, "purpose": ""}), "400 InvalidField purpose"),
        (json!({"election_event_id": EVENT, "purpose": " ab "}), "400 InvalidField purpose"),
        (
            json!({"election_event_id": EVENT, "purpose": "x".repeat(501)}),
            "400 InvalidField purpose",
        ),
        (json!({"election_event_id": EVENT, "purpose": "a\tb\tc"}), "400 InvalidField purpose"),
        (json!({"purpose": "complaint"}), "400 InvalidField election_event_id"),
        (json!({"election_event_id": FOREIGN_EVENT, "purpose": "complaint"}), "404 NotFound"),
        (json!({"election_event_id": NOWHERE, "purpose": "complaint"}), "404 NotFound"),
        (
            json!({"election_event_id": EVENT, "purpose": "complaint", "requested_by": "ben"}),
            "400 InvalidField requested_by",
        ),
    ] {
        assert_eq!(world.post("/calls/export/raw", body.clone()).refusal(), refusal, "{body}");
    }
    assert_eq!(world.value(TRACE), "NULL");
}

/// The export fails, with no number in the answer (the world looks), and leaves this trace.
fn fails(world: &mut World, trace: &str) {
    let body = json!({"election_event_id": EVENT, "purpose": "complaint"});
    let answer = world.post("/calls/export/raw", body);
    assert_eq!(answer.refusal(), "500 InternalServerError");
    assert_eq!(world.value(TRACE), trace);
}

fn no_trace(world: &mut World) {
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.run(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'; END $$;
         CREATE TRIGGER z_no BEFORE INSERT ON sequent_backend.ivr_raw_export
           FOR EACH ROW EXECUTE FUNCTION no();",
    );
    fails(world, "NULL");
}

fn unread(world: &mut World) {
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.run("ALTER VIEW sequent_backend.ivr_call_raw RENAME TO ivr_call_raw_away");
    fails(world, "NULL");
}

fn lost_commit(world: &mut World) {
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.run(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'; END $$;
         CREATE CONSTRAINT TRIGGER z_no AFTER INSERT ON sequent_backend.ivr_raw_export
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no();",
    );
    fails(world, "NULL");
}

fn kept(world: &mut World) {
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.expire("a");
    let body = json!({"election_event_id": EVENT, "purpose": "complaint"});
    let answer = world.post("/calls/export/raw", body);
    assert_eq!(rows(&answer.text()).len(), 1, "the job that erases may be late");
}
