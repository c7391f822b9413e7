//! The writing half: each case with what is answered and what is in the table afterwards.

use anyhow::ensure;
use serde_json::{Value, json};

use super::reading::{self, World};
use super::server::code;
use super::world::{self, id};

/// One thing that somebody tries to write.
pub(crate) struct Case {
    pub(crate) role: &'static str,
    pub(crate) table: &'static str,
    pub(crate) operation: &'static str,
    /// The event of the token; else the own one.
    of: Option<u32>,
    /// What is tried, in words of the page.
    pub(crate) tries: &'static str,
    /// The code of the refusal; nothing if it is accepted.
    pub(crate) refused: Option<&'static str>,
    query: &'static str,
    variables: fn() -> Value,
    /// A value of the database afterwards.
    then: (&'static str, &'static str),
}

const CAST: &str = "mutation ($object: sequent_backend_cast_vote_insert_input!) {
    insert_sequent_backend_cast_vote(objects: [$object]) { affected_rows } }";
const CAST_NOW: &str = "SELECT count(*) FROM sequent_backend.cast_vote WHERE ballot_id = 'written'";
const RECORD: &str = include_str!("../../../../hasura/graphql/RecordCall.graphql");
const EXPORT: &str = "mutation ($object: sequent_backend_ivr_raw_export_insert_input!) {
    insert_sequent_backend_ivr_raw_export(objects: [$object]) { affected_rows } }";
const EXPORTS: &str = "SELECT count(*) FROM sequent_backend.ivr_raw_export";

fn vote(changed: &[(&str, Value)]) -> Value {
    let mut object = json!({
        "tenant_id": id(world::TENANT), "election_event_id": id(world::EVENT),
        "area_id": id(world::AREA), "election_id": id(world::ELECTION),
        "ballot_id": "written", "content": "sealed",
    });
    for (name, value) in changed {
        object[*name] = value.clone();
    }
    json!({ "object": object })
}

fn call(changed: &[(&str, Value)]) -> Value {
    let mut variables = json!({"contactId": "written", "phoneNumber": "+15195550120",
        "voterId": null, "stage": "started", "votes": 0, "startedAt": "2026-05-01T10:00:00Z"});
    for (name, value) in changed {
        variables[*name] = value.clone();
    }
    variables
}

/// In order: what one case wrote, the next one finds.
pub(crate) const CASES: &[Case] = &[
    Case { role: "user", table: "cast_vote", operation: "insert", of: None,
        tries: "own area, election and tenant (the platform's own permission; nothing of ours uses it)",
        refused: None, query: CAST, variables: || vote(&[]),
        then: ("SELECT string_agg(right(voter_id_string, 2), ',') FROM sequent_backend.cast_vote
            WHERE ballot_id = 'written'", "d1") },
    Case { role: "user", table: "cast_vote", operation: "insert", of: None, tries: "in another's name",
        refused: Some("validation-failed"), query: CAST,
        variables: || vote(&[("voter_id_string", json!(id(world::OTHER_VOTER)))]),
        then: (CAST_NOW, "1") },
    Case { role: "user", table: "cast_vote", operation: "insert", of: None, tries: "other tenant",
        refused: Some("permission-error"), query: CAST,
        variables: || vote(&[("tenant_id", json!(id(world::OTHER_TENANT)))]), then: (CAST_NOW, "1") },
    Case { role: "user", table: "cast_vote", operation: "insert", of: None, tries: "other area",
        refused: Some("permission-error"), query: CAST,
        variables: || vote(&[("area_id", json!(id(world::OTHER_AREA)))]), then: (CAST_NOW, "1") },
    Case { role: "user", table: "cast_vote", operation: "insert", of: None, tries: "not the voter's election",
        refused: Some("permission-error"), query: CAST,
        variables: || vote(&[("election_id", json!(id(world::OTHER_ELECTION)))]),
        then: (CAST_NOW, "1") },
    Case { role: "user", table: "cast_vote", operation: "insert", of: None,
        tries: "no election: a check that is NULL passes, which is the platform's gap, not ours",
        refused: None, query: CAST, variables: || vote(&[("election_id", Value::Null)]),
        then: (CAST_NOW, "2") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "a call; tenant and event come from the token", refused: None, query: RECORD,
        variables: || call(&[]),
        then: ("SELECT concat_ws(' ', right(tenant_id::text, 2), right(election_event_id::text, 2), stage)
            FROM sequent_backend.ivr_call_log WHERE contact_id = 'written'", "0a a1 started") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "the same call again, further on: one row, changed", refused: None, query: RECORD,
        variables: || call(&[("stage", json!("logged_in")), ("voterId", json!("v"))]),
        then: ("SELECT string_agg(concat_ws(' ', stage, voter_id), ',')
            FROM sequent_backend.ivr_call_log WHERE contact_id = 'written'", "logged_in v") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "the contact of a call of another event: a row of its own, the other one unchanged",
        refused: None, query: RECORD,
        variables: || call(&[("contactId", json!("contact-other-event"))]),
        then: ("SELECT string_agg(concat_ws(' ', right(election_event_id::text, 2), stage), ','
                ORDER BY election_event_id)
            FROM sequent_backend.ivr_call_log WHERE contact_id = 'contact-other-event'",
            "a1 started,a2 completed") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "the contact of a call of the other tenant: a row of its own, the other one unchanged",
        refused: None, query: RECORD,
        variables: || call(&[("contactId", json!("contact-other-tenant"))]),
        then: ("SELECT string_agg(concat_ws(' ', right(election_event_id::text, 2), stage), ','
                ORDER BY election_event_id)
            FROM sequent_backend.ivr_call_log WHERE contact_id = 'contact-other-tenant'",
            "a1 started,b1 completed") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "another tenant, said in the request", refused: Some("validation-failed"),
        query: "mutation ($tenant: uuid) { insert_sequent_backend_ivr_call_log(objects:
            [{contact_id: \"smuggled\", tenant_id: $tenant}]) { affected_rows } }",
        variables: || json!({"tenant": id(world::OTHER_TENANT)}),
        then: ("SELECT count(*) FROM sequent_backend.ivr_call_log WHERE contact_id = 'smuggled'", "0") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "what is no number", refused: Some("permission-error"), query: RECORD,
        variables: || call(&[("contactId", json!("bad")), ("phoneNumber", json!("5195550120"))]),
        then: ("SELECT count(*) FROM sequent_backend.ivr_call_log WHERE contact_id = 'bad'", "0") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "insert", of: None,
        tries: "to read what was written", refused: Some("validation-failed"),
        query: "mutation { insert_sequent_backend_ivr_call_log(objects: [{contact_id: \"r\",
            stage: \"started\", started_at: \"2026-05-01T10:00:00Z\"}])
            { affected_rows returning { contact_id } } }",
        variables: || Value::Null,
        then: ("SELECT count(*) FROM sequent_backend.ivr_call_log WHERE contact_id = 'r'", "0") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "update", of: Some(world::OTHER_EVENT),
        tries: "every call of an event that has one: that one, and none of the tenant's other event",
        refused: None,
        query: "mutation { update_sequent_backend_ivr_call_log(where: {}, _set: {votes: 7})
            { affected_rows } }",
        variables: || Value::Null,
        then: ("SELECT string_agg(right(election_event_id::text, 2), ' ')
            FROM sequent_backend.ivr_call_log WHERE votes = 7", "a2") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "update", of: None,
        tries: "every call at once", refused: Some("permission-error"),
        query: "mutation { update_sequent_backend_ivr_call_log(where: {}, _set: {stage: \"disconnected\"})
            { affected_rows } }",
        variables: || Value::Null,
        then: ("SELECT count(*) FROM sequent_backend.ivr_call_log WHERE stage = 'disconnected'", "0") },
    Case { role: "can_record_ivr_call", table: "ivr_call_log", operation: "update", of: None,
        tries: "calls by their number", refused: Some("validation-failed"),
        query: "mutation { update_sequent_backend_ivr_call_log(
            where: {phone_e164: {_eq: \"+15195550120\"}}, _set: {votes: 9}) { affected_rows } }",
        variables: || Value::Null,
        then: ("SELECT count(*) FROM sequent_backend.ivr_call_log WHERE votes = 9", "0") },
    Case { role: "can_export_raw_phone", table: "ivr_raw_export", operation: "insert", of: None,
        tries: "an event of the own tenant, in the own name", refused: None, query: EXPORT,
        variables: || json!({"object": {"election_event_id": id(world::OTHER_EVENT), "purpose": "complaint 7"}}),
        then: ("SELECT concat_ws(' ', right(tenant_id::text, 2), right(requested_by, 2))
            FROM sequent_backend.ivr_raw_export WHERE purpose = 'complaint 7'", "0a f1") },
    Case { role: "can_export_raw_phone", table: "ivr_raw_export", operation: "insert", of: None,
        tries: "an event of the other tenant", refused: Some("constraint-violation"), query: EXPORT,
        variables: || json!({"object": {"election_event_id": id(world::FOREIGN_EVENT), "purpose": "complaint"}}),
        then: (EXPORTS, "4") },
    Case { role: "can_export_raw_phone", table: "ivr_raw_export", operation: "insert", of: None,
        tries: "in another's name", refused: Some("validation-failed"),
        query: "mutation ($event: uuid) { insert_sequent_backend_ivr_raw_export(objects: [{purpose:
            \"complaint\", election_event_id: $event, requested_by: \"somebody\"}]) { affected_rows } }",
        variables: || json!({"event": id(world::EVENT)}), then: (EXPORTS, "4") },
    Case { role: "can_export_raw_phone", table: "ivr_raw_export", operation: "insert", of: None,
        tries: "without a purpose", refused: Some("constraint-violation"), query: EXPORT,
        variables: || json!({"object": {"election_event_id": id(world::EVENT)}}),
        then: (EXPORTS, "4") },
];

pub(crate) fn cases(world: &World) -> anyhow::Result<()> {
    for case in CASES {
        let token = reading::token(&world.gateway, case.role, case.of.unwrap_or(world::EVENT))?;
        let answer = world.gateway.ask(&token, case.query, &(case.variables)())?;
        let what = format!("{}: {} into {}: {}", case.role, case.operation, case.table, case.tries);
        ensure!(code(&answer) == case.refused, "{what}: {answer}");
        let (sql, wanted) = case.then;
        let found = world.gateway.value(sql)?;
        ensure!(found == wanted, "{what}: afterwards `{found}`, not `{wanted}`");
    }
    Ok(())
}
