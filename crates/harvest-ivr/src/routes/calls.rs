//! The call log as people see it: one line a caller, no number (design 14.2, ADR 0055).

use std::sync::Arc;

use axum::extract::State as Of;
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{Asked, moment, number};
use super::page::{self, Place};
use super::person::Person;
use super::refusal::{Problem, Refusal};
use super::state::State;
use super::transaction::{Access, begin, connect, has_event};

/// A caller of an event.
#[derive(Serialize, ToSchema)]
#[schema(as = CallerLine)]
pub(super) struct Line {
    /// Random: nothing of the number is in it. Of one number only as long as the number is kept.
    pub(super) id: Uuid,
    pub(super) election_event_id: Uuid,
    /// The calling code and no digit more, or `withheld`.
    #[schema(example = "+1 ***-***-****")]
    pub(super) masked_number: String,
    /// The calling code; null where the number was withheld.
    #[schema(required = true, example = "+1")]
    pub(super) country: Option<String>,
    pub(super) calls: i32,
    /// Calls without an ending, past the time that a call can last.
    pub(super) abandoned_calls: i32,
    /// Ballots cast in these calls.
    pub(super) votes: i32,
    pub(super) last_call_at: DateTime<Utc>,
}

impl Line {
    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let country: Option<String> = row.try_get("country")?;
        let masked = country.as_ref().map(|country| format!("{country} ***-***-****"));
        Ok(Self {
            id: row.try_get("id")?,
            election_event_id: row.try_get("election_event_id")?,
            masked_number: masked.unwrap_or_else(|| "withheld".to_owned()),
            country,
            calls: row.try_get("calls")?,
            abandoned_calls: row.try_get("abandoned_calls")?,
            votes: row.try_get("votes")?,
            last_call_at: row.try_get("last_call_at")?,
        })
    }
}

/// A page of callers, the last to call first.
#[derive(Serialize, ToSchema)]
#[schema(as = CallerPage)]
pub(super) struct Lines {
    callers: Vec<Line>,
    /// The `after` of the next page; null on the last one.
    #[schema(required = true)]
    next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Calls of this event; else of all of the tenant.
    election_event_id: Option<Uuid>,
    /// Calls from this calling code, such as `%2B1`.
    #[param(pattern = r"^\+[1-9][0-9]{0,2}$")]
    country: Option<String>,
    /// Calls of numbers that end so, as long as the numbers are kept.
    #[param(pattern = "^[0-9]{4}$")]
    last_four: Option<String>,
    /// Calls that began at or after this moment (RFC 3339, years 2000 to 2100).
    #[serde(default, deserialize_with = "moment")]
    from: Option<DateTime<Utc>>,
    /// Calls that began before this moment (RFC 3339, years 2000 to 2100).
    #[serde(default, deserialize_with = "moment")]
    until: Option<DateTime<Utc>>,
    /// How many lines a page has: 1 to 500, else 100.
    #[serde(default, deserialize_with = "number")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Which calls are asked for; without pages, for exports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Calls {
    /// Calls of this event; else of all of the tenant.
    election_event_id: Option<Uuid>,
    /// Calls from this calling code, such as `%2B1`.
    #[param(pattern = r"^\+[1-9][0-9]{0,2}$")]
    country: Option<String>,
    /// Calls of numbers that end so, as long as the numbers are kept.
    #[param(pattern = "^[0-9]{4}$")]
    last_four: Option<String>,
    /// Calls that began at or after this moment (RFC 3339, years 2000 to 2100).
    #[serde(default, deserialize_with = "moment")]
    from: Option<DateTime<Utc>>,
    /// Calls that began before this moment (RFC 3339, years 2000 to 2100).
    #[serde(default, deserialize_with = "moment")]
    until: Option<DateTime<Utc>>,
}

impl Calls {
    /// Before a connection is taken.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if self.last_four.as_deref().is_some_and(|four| four.len() != 4 || !digits(four)) {
            return Err(Refusal::field("last_four", "is to be four digits"));
        }
        let code = |text: &str| {
            let code = text.strip_prefix('+').unwrap_or_default();
            (1..=3).contains(&code.len()) && digits(code) && !code.starts_with('0')
        };
        if self.country.as_deref().is_some_and(|country| !code(country)) {
            return Err(Refusal::field("country", "is to be a calling code such as +1 (%2B1)"));
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if from >= until => {
                Err(Refusal::field("from", "is not before until"))
            }
            _ => Ok(()),
        }
    }

    /// The lines, at most so many, after a place.
    pub(super) async fn lines(
        &self,
        transaction: &Transaction<'_>,
        person: &Person,
        place: Option<Place>,
        most: usize,
    ) -> Result<Vec<Line>, Refusal> {
        if let Some(event) = self.election_event_id {
            has_event(transaction, person, event).await?;
        }
        let (time, id) = (place.map(|place| place.0), place.map(|place| place.1));
        let most = most as i64;
        let values: [&(dyn ToSql + Sync); 9] = [
            &self.last_four,
            &self.from,
            &self.until,
            &person.tenant,
            &self.election_event_id,
            &self.country,
            &time,
            &id,
            &most,
        ];
        let rows = transaction
            .query(
                "SELECT id, election_event_id, country, calls, abandoned_calls, votes, last_call_at
                 FROM sequent_backend.ivr_call_activity_matching($1, $2, $3)
                 WHERE tenant_id = $4
                   AND ($5::uuid IS NULL OR election_event_id = $5)
                   AND ($6::text IS NULL OR country = $6)
                   AND ($7::timestamptz IS NULL OR (last_call_at, id) < ($7, $8::uuid))
                 ORDER BY last_call_at DESC, id DESC LIMIT $9",
                &values,
            )
            .await?;
        Ok(rows.iter().map(Line::read).collect::<Result<_, _>>()?)
    }
}

/// The callers of the tenant.
#[utoipa::path(
    get, path = "/calls", operation_id = "listCallers", params(Page),
    responses((status = 200, body = Lines), (status = 404, body = Problem, description = "No such event."))
)]
pub(super) async fn list(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Asked(page): Asked<Page>,
) -> Result<Json<Lines>, Refusal> {
    let size = page::size(page.limit)?;
    let place = Place::read(page.after.as_deref())?;
    let Page { election_event_id, country, last_four, from, until, .. } = page;
    let calls = Calls { election_event_id, country, last_four, from, until };
    calls.check()?;
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Read).await?;
    let mut callers = calls.lines(&transaction, &person, place, size + 1).await?;
    let next = page::cut(&mut callers, size, |line| Place(line.last_call_at, line.id));
    Ok(Json(Lines { callers, next }))
}
