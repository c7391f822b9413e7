//! The call log as files: masked, and whole behind a trace (design 14.2).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State as Of;
use axum::response::Response;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::calls::Calls;
use super::input::{Asked, Sent, purpose};
use super::person::Person;
use super::refusal::{Problem, Refusal};
use super::sheet::Sheet;
use super::state::State;
use super::transaction::{Access, begin, connect, has_event};

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The callers as CSV, as masked as the list. Cells that a spreadsheet could run begin with an
/// apostrophe.
#[utoipa::path(
    get, path = "/calls/export", operation_id = "exportCallers", params(Calls),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = Problem, description = "No such event."),
        (status = 422, body = Problem, description = "More than 100 000 lines."),
    )
)]
pub(super) async fn masked(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Asked(calls): Asked<Calls>,
) -> Result<Response, Refusal> {
    calls.check()?;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Read).await?;
    let limit = state.export_limit;
    let lines = calls.lines(&transaction, &person, None, limit + 1).await?;
    if lines.len() > limit {
        return Err(Refusal::TooMany);
    }
    let mut sheet = Sheet::new(
        "callers.csv",
        &[
            "caller_id",
            "election_event_id",
            "masked_number",
            "country",
            "calls",
            "abandoned_calls",
            "votes",
            "last_call_at",
        ],
    )?;
    for line in lines {
        sheet.row([
            line.id.to_string(),
            line.election_event_id.to_string(),
            line.masked_number,
            line.country.unwrap_or_default(),
            line.calls.to_string(),
            line.abandoned_calls.to_string(),
            line.votes.to_string(),
            time(line.last_call_at),
        ])?;
    }
    sheet.finish()
}

/// Whole numbers of an event, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExport {
    election_event_id: Uuid,
    /// 3 to 500 characters; it stays in the audit.
    #[schema(min_length = 3, max_length = 500, example = "complaint 12 of the returning officer")]
    purpose: String,
}

/// The callers with their whole numbers as CSV, as long as these are kept. Who asked, when and what
/// for is on record before a number leaves, or none leaves.
#[utoipa::path(
    post, path = "/calls/export/raw", operation_id = "exportRawNumbers", request_body = RawExport,
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = Problem, description = "No such event."),
        (status = 422, body = Problem, description = "More than 100 000 lines."),
    )
)]
pub(super) async fn raw(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Sent(export): Sent<RawExport>,
) -> Result<Response, Refusal> {
    let purpose = purpose(&export.purpose)?;
    let event = export.election_event_id;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Write).await?;
    has_event(&transaction, &person, event).await?;
    transaction
        .execute(
            "INSERT INTO sequent_backend.ivr_raw_export
               (tenant_id, election_event_id, requested_by, purpose) VALUES ($1, $2, $3, $4)",
            &[&person.tenant, &event, &person.user, &purpose],
        )
        .await?;
    let most = state.export_limit as i64 + 1;
    let rows = transaction
        .query(
            "SELECT id, phone_e164, calls, votes, last_call_at FROM sequent_backend.ivr_call_raw
             WHERE tenant_id = $1 AND election_event_id = $2
             ORDER BY last_call_at DESC, id DESC LIMIT $3",
            &[&person.tenant, &event, &most],
        )
        .await?;
    if rows.len() > state.export_limit {
        return Err(Refusal::TooMany);
    }
    let columns = ["caller_id", "phone_number", "calls", "votes", "last_call_at"];
    let mut sheet = Sheet::new("callers-with-numbers.csv", &columns)?;
    for row in rows {
        sheet.row([
            row.try_get::<_, Uuid>("id")?.to_string(),
            row.try_get("phone_e164")?,
            row.try_get::<_, i32>("calls")?.to_string(),
            row.try_get::<_, i32>("votes")?.to_string(),
            time(row.try_get("last_call_at")?),
        ])?;
    }
    // On record first.
    transaction.commit().await?;
    sheet.finish()
}
