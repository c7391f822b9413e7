//! How many ballots came through which channel, over time (design 14.2).

use std::sync::Arc;

use axum::extract::State as Of;
use axum::{Extension, Json};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use deadpool_postgres::Transaction;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::types::ToSql;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::buckets::{self, Bucket};
use super::input::{Asked, moment, yes};
use super::person::Person;
use super::refusal::{Problem, Refusal};
use super::state::State;
use super::transaction::{Access, begin, connect};

/// Where the platform keeps when voting began on each channel (facts 7, and the telephone's patch).
const PERIODS: [&str; 4] = [
    "voting_period_dates",
    "kiosk_voting_period_dates",
    "early_voting_period_dates",
    "telephone_voting_period_dates",
];

/// Ballots by channel. A voter who voted again counts again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
struct Ballots {
    #[serde(rename = "ONLINE")]
    online: i64,
    #[serde(rename = "KIOSK")]
    kiosk: i64,
    #[serde(rename = "EARLY_VOTING")]
    early_voting: i64,
    #[serde(rename = "TELEPHONE")]
    telephone: i64,
    /// Ballots from before the channel was recorded.
    unknown: i64,
}

impl Ballots {
    fn add(&mut self, channel: Option<&str>, ballots: i64) {
        *match channel {
            Some("ONLINE") => &mut self.online,
            Some("KIOSK") => &mut self.kiosk,
            Some("EARLY_VOTING") => &mut self.early_voting,
            Some("TELEPHONE") => &mut self.telephone,
            _ => &mut self.unknown,
        } += ballots;
    }

    fn plus(mut self, other: Self) -> Self {
        self.online += other.online;
        self.kiosk += other.kiosk;
        self.early_voting += other.early_voting;
        self.telephone += other.telephone;
        self.unknown += other.unknown;
        self
    }
}

/// A bucket: from its start to the next one's.
#[derive(Serialize, ToSchema)]
#[schema(as = BallotBucket)]
struct Slot {
    start: DateTime<Utc>,
    ballots: Ballots,
}

/// Ballots over time. Buckets without any are there, with zeros.
#[derive(Serialize, ToSchema)]
#[schema(as = BallotsByChannel)]
pub(super) struct Series {
    election_event_id: Uuid,
    /// Null: all elections of the event.
    #[schema(required = true)]
    election_id: Option<Uuid>,
    bucket: Bucket,
    #[schema(example = "America/Toronto")]
    time_zone: String,
    cumulative: bool,
    /// Where the first bucket begins.
    from: DateTime<Utc>,
    /// Where the last bucket ends.
    until: DateTime<Utc>,
    buckets: Vec<Slot>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    election_event_id: Uuid,
    /// Of this election only.
    election_id: Option<Uuid>,
    /// Left out: what suits the window.
    #[param(inline)]
    bucket: Option<Bucket>,
    /// Whose full hours and quarters (IANA, as America/Toronto); else UTC.
    time_zone: Option<String>,
    /// The beginning of the window (RFC 3339, years 2000 to 2100), counted in; else when voting
    /// began.
    #[serde(default, deserialize_with = "moment")]
    from: Option<DateTime<Utc>>,
    /// The end of the window (RFC 3339, years 2000 to 2100), not counted in; else now.
    #[serde(default, deserialize_with = "moment")]
    until: Option<DateTime<Utc>>,
    /// Whether each bucket says how many there were by its end, with those from before the window.
    #[serde(default, deserialize_with = "yes")]
    #[param(required = false)]
    cumulative: bool,
}

/// Ballots of an event or of an election by channel, over time.
#[utoipa::path(
    get, path = "/ballots-by-channel", operation_id = "ballotsByChannel", params(Which),
    responses(
        (status = 200, body = Series),
        (status = 404, body = Problem, description = "No such event, or no such election in it."),
    )
)]
pub(super) async fn by_channel(
    Of(state): Of<Arc<State>>,
    Extension(person): Extension<Person>,
    Asked(which): Asked<Which>,
) -> Result<Json<Series>, Refusal> {
    let zone: Tz = match &which.time_zone {
        Some(name) => name.parse().map_err(|_| {
            Refusal::field("time_zone", "is no IANA time zone, such as America/Toronto")
        })?,
        None => Tz::UTC,
    };
    let mut connection = connect(&state.pool).await?;
    let transaction = begin(&mut connection, &person, Access::Read).await?;
    let hidden = hidden(&transaction, &person, &which).await?;
    let (from, until) = window(&transaction, &person, &which, &hidden).await?;
    let bucket = which.bucket.unwrap_or_else(|| Bucket::suiting(until - from));
    let edges = buckets::edges(from, until, bucket, zone)?;
    let counted = count(&transaction, &person, &which, &hidden, &edges, until).await?;
    let (before, counted) = counted.split_at(1);
    let mut so_far = before.first().copied().unwrap_or_default();
    let slot = |(start, mut ballots): (DateTime<Utc>, Ballots)| {
        if which.cumulative {
            so_far = so_far.plus(ballots);
            ballots = so_far;
        }
        Slot { start, ballots }
    };
    let buckets = edges.into_iter().zip(counted.iter().copied()).map(slot).collect();
    Ok(Json(Series {
        election_event_id: which.election_event_id,
        election_id: which.election_id,
        bucket,
        time_zone: zone.name().to_owned(),
        cumulative: which.cumulative,
        from,
        until,
        buckets,
    }))
}

/// The event's elections with a label that the person's token does not have. The platform does not
/// list them to that person; here they are not there, neither alone nor in a sum.
async fn hidden(
    transaction: &Transaction<'_>,
    person: &Person,
    which: &Which,
) -> Result<Vec<Uuid>, Refusal> {
    let labelled = "SELECT id FROM sequent_backend.election
         WHERE tenant_id = $1 AND election_event_id = $2
           AND permission_label IS NOT NULL AND permission_label <> ALL($3)";
    let values: [&(dyn ToSql + Sync); 3] =
        [&person.tenant, &which.election_event_id, &person.labels];
    let rows = transaction.query(labelled, &values).await?;
    let hidden: Vec<Uuid> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let asked = which.election_id.is_some_and(|asked| hidden.contains(&asked));
    if asked { Err(Refusal::NotFound) } else { Ok(hidden) }
}

/// The window that was asked for, or since voting began: by the status, else by the first ballot.
async fn window(
    transaction: &Transaction<'_>,
    person: &Person,
    which: &Which,
    hidden: &[Uuid],
) -> Result<(DateTime<Utc>, DateTime<Utc>), Refusal> {
    let values: [&(dyn ToSql + Sync); 3] =
        [&person.tenant, &which.election_event_id, &which.election_id];
    let status = match which.election_id {
        Some(_) => {
            "SELECT status, now() FROM sequent_backend.election
             WHERE tenant_id = $1 AND election_event_id = $2 AND id = $3"
        }
        None => {
            "SELECT status, now() FROM sequent_backend.election_event
             WHERE tenant_id = $1 AND id = $2 AND $3::uuid IS NULL"
        }
    };
    let row = transaction.query_opt(status, &values).await?.ok_or(Refusal::NotFound)?;
    let until = which.until.unwrap_or(row.try_get(1)?);
    if let Some(from) = which.from {
        return Ok((from, until));
    }
    let status: Option<Value> = row.try_get(0)?;
    let began = |period: &str| -> Option<DateTime<Utc>> {
        status.as_ref()?.get(period)?.get("first_started_at")?.as_str()?.parse().ok()
    };
    let mut from = PERIODS.iter().filter_map(|period| began(period)).min();
    if from.is_none() {
        let first = "SELECT min(created_at) FROM sequent_backend.cast_vote
             WHERE tenant_id = $1 AND election_event_id = $2
               AND ($3::uuid IS NULL OR election_id = $3)
               AND (election_id IS NULL OR election_id <> ALL($4))";
        let values: [&(dyn ToSql + Sync); 4] =
            [&person.tenant, &which.election_event_id, &which.election_id, &hidden];
        from = transaction.query_one(first, &values).await?.try_get(0)?;
    }
    let from = from.filter(|from| *from < until);
    let from = from.or_else(|| until.checked_sub_signed(TimeDelta::hours(1)));
    Ok((from.ok_or(Refusal::field("until", "is beyond what a calendar holds"))?, until))
}

/// What was cast before the first edge, then what was cast in each bucket.
async fn count(
    transaction: &Transaction<'_>,
    person: &Person,
    which: &Which,
    hidden: &[Uuid],
    edges: &[DateTime<Utc>],
    until: DateTime<Utc>,
) -> Result<Vec<Ballots>, Refusal> {
    let recorded = transaction
        .query_opt(
            "SELECT FROM pg_attribute WHERE attrelid = 'sequent_backend.cast_vote'::regclass
               AND attname = 'channel' AND NOT attisdropped",
            &[],
        )
        .await?;
    // A platform without the patch has no such column; what there is is all from before.
    let channel = recorded.map_or("NULL::text", |_| "channel");
    let since = if which.cumulative { None } else { edges.first() };
    let sql = format!(
        "SELECT width_bucket(created_at, $4::timestamptz[]), {channel}, count(*)
         FROM sequent_backend.cast_vote
         WHERE tenant_id = $1 AND election_event_id = $2
           AND ($3::uuid IS NULL OR election_id = $3)
           AND (election_id IS NULL OR election_id <> ALL($7))
           AND created_at < $5 AND ($6::timestamptz IS NULL OR created_at >= $6)
         GROUP BY 1, 2"
    );
    let values: [&(dyn ToSql + Sync); 7] = [
        &person.tenant,
        &which.election_event_id,
        &which.election_id,
        &edges,
        &until,
        &since,
        &hidden,
    ];
    let mut counted = vec![Ballots::default(); edges.len() + 1];
    for row in transaction.query(&sql, &values).await? {
        let place = usize::try_from(row.try_get::<_, i32>(0)?).unwrap_or_default();
        if let Some(ballots) = counted.get_mut(place) {
            ballots.add(row.try_get(1)?, row.try_get(2)?);
        }
    }
    Ok(counted)
}
