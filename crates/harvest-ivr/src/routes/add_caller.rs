//! A caller's number goes from the call log to the blacklist without anybody seeing it (design 14.2).

use std::sync::Arc;

use axum::extract::{Path, State as Of};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::blacklist::{COLUMNS, Entry};
use super::input::{Sent, reason};
use super::person::Person;
use super::refusal::{Problem, Refusal};
use super::state::State;
use super::transaction::{Access, begin, connect};

/// For which events a caller is refused.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Scope {
    /// The event that was called.
    Event,
    /// Every event of the tenant.
    Tenant,
}

/// How a caller is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCaller {
    scope: Scope,
    /// Why: 1 to 500 characters. No number belongs here.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Adds a caller of the list to the blacklist. A caller that is unknown, another tenant's, withheld
/// or past the time that numbers are kept is one and the same 404.
#[utoipa::path(
    post, path = "/calls/{id}/blacklist", operation_id = "addCallerToBlacklist",
    params(("id" = Uuid, Path, description = "The id of a line of the call log.")),
    request_body = NewCaller,
    responses(
        (status = 201, body = Entry),
        (status = 404, body = Problem, description = "No caller whose number is kept."),
        (status = 409, body = Problem, description = "There already, with the same scope."),
    )
)]
pub(super) async fn add_caller(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Path(id): Path<String>,
    Sent(new): Sent<NewCaller>,
) -> Result<(StatusCode, Json<Entry>), Refusal> {
    let reason = reason(new.reason)?;
    // An id that is none is not there either.
    let id = id.parse().unwrap_or(Uuid::nil());
    let whole_tenant = new.scope == Scope::Tenant;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Write).await?;
    // The number stays in the database. Past its time it is nobody's, also while it waits for the
    // job that erases it.
    let sql = format!(
        "WITH caller AS (
           SELECT phone_e164, tenant_id, election_event_id FROM sequent_backend.ivr_call_log
           WHERE tenant_id = $1 AND caller_id = $2 AND phone_e164 IS NOT NULL AND expires_at > now()
           LIMIT 1
         ), entry AS (
           INSERT INTO sequent_backend.ivr_phone_blacklist
             (phone_number, tenant_id, election_event_id, reason)
           SELECT phone_e164, tenant_id, CASE WHEN NOT $3 THEN election_event_id END, $4 FROM caller
           ON CONFLICT DO NOTHING RETURNING {COLUMNS}
         )
         SELECT entry.* FROM caller LEFT JOIN entry ON true"
    );
    let row = transaction.query_opt(&sql, &[&person.tenant, &id, &whole_tenant, &reason]).await?;
    let row = row.ok_or(Refusal::NotFound)?;
    if row.try_get::<_, Option<Uuid>>("id")?.is_none() {
        return Err(Refusal::AlreadyListed);
    }
    let entry = Entry::read(&row)?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(entry)))
}
