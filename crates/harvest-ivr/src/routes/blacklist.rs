//! The blacklist: who is refused, in which scope, and why (design 6.3).
//!
//! Numbers come in bodies, never in addresses, which every server on the way writes down; they leave
//! masked.

use std::sync::Arc;

use axum::extract::{Path, State as Of};
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use ivr_core::caller::E164;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{Asked, Sent, number, reason, said};
use super::page::{self, Place};
use super::person::Person;
use super::refusal::{Problem, Refusal};
use super::state::State;
use super::transaction::{Access, begin, connect, has_event};

/// An entry of the blacklist.
#[derive(Serialize, ToSchema)]
#[schema(as = BlacklistEntry)]
pub(super) struct Entry {
    id: Uuid,
    /// The calling code and the last four digits.
    #[schema(example = "+1 ***-***-0123")]
    masked_number: String,
    /// The event that it holds for; null: every event of the tenant.
    #[schema(required = true)]
    election_event_id: Option<Uuid>,
    #[schema(required = true)]
    reason: Option<String>,
    created_at: DateTime<Utc>,
    /// The user's id in Keycloak, or what else wrote it.
    created_by: String,
}

/// The columns of an [`Entry`].
pub(super) const COLUMNS: &str =
    "id, masked_number, election_event_id, reason, created_at, created_by";

impl Entry {
    pub(super) fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            masked_number: row.try_get("masked_number")?,
            election_event_id: row.try_get("election_event_id")?,
            reason: row.try_get("reason")?,
            created_at: row.try_get("created_at")?,
            created_by: row.try_get("created_by")?,
        })
    }
}

/// A page of the blacklist, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = BlacklistPage)]
pub(super) struct Entries {
    entries: Vec<Entry>,
    /// The `after` of the next page; null on the last one.
    #[schema(required = true)]
    next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only what holds for this event: its own entries and those of the whole tenant.
    election_event_id: Option<Uuid>,
    /// How many entries a page has: 1 to 500, else 100.
    #[serde(default, deserialize_with = "number")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The entries of the tenant.
#[utoipa::path(
    get, path = "/blacklist", operation_id = "listBlacklist", params(Which),
    responses((status = 200, body = Entries), (status = 404, body = Problem, description = "No such event."))
)]
pub(super) async fn list(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Asked(which): Asked<Which>,
) -> Result<Json<Entries>, Refusal> {
    let size = page::size(which.limit)?;
    let (time, id) = match Place::read(which.after.as_deref())? {
        Some(Place(time, id)) => (Some(time), Some(id)),
        None => (None, None),
    };
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Read).await?;
    if let Some(event) = which.election_event_id {
        has_event(&transaction, &person, event).await?;
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM sequent_backend.ivr_phone_blacklist
         WHERE tenant_id = $1
           AND ($2::uuid IS NULL OR election_event_id = $2 OR election_event_id IS NULL)
           AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
         ORDER BY created_at DESC, id DESC LIMIT $5"
    );
    let most = size as i64 + 1;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
        [&person.tenant, &which.election_event_id, &time, &id, &most];
    let rows = transaction.query(&sql, &values).await?;
    let mut entries = rows.iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
    let next = page::cut(&mut entries, size, |entry| Place(entry.created_at, entry.id));
    Ok(Json(Entries { entries, next }))
}

/// A number to refuse.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEntry {
    /// As people write it: with `+` and calling code, or with `region`.
    #[schema(example = "+1 416 555-0100")]
    phone_number: String,
    /// The country of a number without calling code (ISO 3166 alpha-2).
    #[schema(example = "CA")]
    region: Option<String>,
    /// The event that it is to hold for; left out or null: every event of the tenant.
    election_event_id: Option<Uuid>,
    /// Why, for colleagues and for the audit: 1 to 500 characters. No number belongs here.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Adds a number.
#[utoipa::path(
    post, path = "/blacklist", operation_id = "addToBlacklist", request_body = NewEntry,
    responses(
        (status = 201, body = Entry),
        (status = 404, body = Problem, description = "No such event."),
        (status = 409, body = Problem, description = "There already, with the same scope."),
    )
)]
pub(super) async fn create(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Sent(new): Sent<NewEntry>,
) -> Result<(StatusCode, Json<Entry>), Refusal> {
    let number = e164(&new.phone_number, new.region.as_deref())?;
    let reason = reason(new.reason)?;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Write).await?;
    if let Some(event) = new.election_event_id {
        has_event(&transaction, &person, event).await?;
    }
    // No error of the database when it is there already: the server's log would quote the number.
    let sql = format!(
        "INSERT INTO sequent_backend.ivr_phone_blacklist
           (phone_number, tenant_id, election_event_id, reason)
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
    );
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
        [&number.expose(), &person.tenant, &new.election_event_id, &reason];
    let row = transaction.query_opt(&sql, &values).await?;
    let entry = Entry::read(&row.ok_or(Refusal::AlreadyListed)?)?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(entry)))
}

/// One way to write a number, for all that compare numbers (DECISIONS 64).
fn e164(text: &str, region: Option<&str>) -> Result<E164, Refusal> {
    let region = region.map(str::to_ascii_uppercase);
    let known = |region: &str| region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase());
    if region.as_deref().is_some_and(|region| !known(region)) {
        return Err(Refusal::field("region", "is to be a country's two letters, such as CA"));
    }
    // The library looks for numbers in texts; nobody dials a hundred digits.
    let short = text.len() <= 64;
    let parsed = short.then(|| E164::parse(text, region.as_deref())).flatten();
    parsed.ok_or(Refusal::field(
        "phone_number",
        "is no telephone number: with + and calling code, or with a region",
    ))
}

/// What can be said better about an entry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Annotation {
    /// Why; null takes it away.
    #[serde(deserialize_with = "said")]
    #[schema(required = true, max_length = 500)]
    reason: Option<String>,
}

/// Changes the reason of an entry, which is all that can change.
#[utoipa::path(
    patch, path = "/blacklist/{id}", operation_id = "annotateBlacklist",
    params(("id" = Uuid, Path)), request_body = Annotation,
    responses((status = 200, body = Entry), (status = 404, body = Problem, description = "No such entry."))
)]
pub(super) async fn annotate(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Path(id): Path<String>,
    Sent(annotation): Sent<Annotation>,
) -> Result<Json<Entry>, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    let reason = reason(annotation.reason)?;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Write).await?;
    let sql = format!(
        "UPDATE sequent_backend.ivr_phone_blacklist SET reason = $3
         WHERE tenant_id = $1 AND id = $2 RETURNING {COLUMNS}"
    );
    let row = transaction.query_opt(&sql, &[&person.tenant, &id, &reason]).await?;
    let entry = Entry::read(&row.ok_or(Refusal::NotFound)?)?;
    transaction.commit().await?;
    Ok(Json(entry))
}

/// Takes an entry away.
#[utoipa::path(
    delete, path = "/blacklist/{id}", operation_id = "removeFromBlacklist",
    params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem, description = "No such entry."))
)]
pub(super) async fn delete(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Write).await?;
    let sql = "DELETE FROM sequent_backend.ivr_phone_blacklist WHERE tenant_id = $1 AND id = $2";
    if transaction.execute(sql, &[&person.tenant, &id]).await? == 0 {
        return Err(Refusal::NotFound);
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
