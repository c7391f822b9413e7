//! Ballots in the box: counted, kept apart, inserted (facts 4.5; DECISIONS 67).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio_postgres::Transaction;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::channel::Channel;
use super::refusal::Refusal;

/// A ballot on its way into the box.
pub(super) struct Ballot<'a> {
    pub(super) tenant: Uuid,
    pub(super) event: Uuid,
    pub(super) election: Uuid,
    pub(super) area: Uuid,
    pub(super) voter: &'a str,
    pub(super) ballot_id: &'a str,
    pub(super) content: &'a str,
    pub(super) annotations: &'a Value,
}

/// Waits for, and holds until the end of the transaction, the lock on the voter in the election.
pub(super) async fn lock(
    transaction: &Transaction<'_>,
    ballot: &Ballot<'_>,
) -> Result<(), Refusal> {
    let sql = "SELECT sequent_backend.ivr_lock_voter($1, $2, $3, $4)";
    let Ballot { tenant, event, election, voter, .. } = ballot;
    let locked = transaction.execute(sql, &[tenant, event, election, voter]).await;
    locked.map(|_| ()).map_err(|_| Refusal::CheckPreviousVotesFailed)
}

/// Refuses a ballot that is in the box of this election already, whoever put it there.
pub(super) async fn check_once(
    transaction: &Transaction<'_>,
    ballot: &Ballot<'_>,
) -> Result<(), Refusal> {
    let sql = "SELECT voter_id_string IS NOT DISTINCT FROM $5 FROM sequent_backend.cast_vote
               WHERE tenant_id = $1 AND election_event_id = $2 AND election_id = $3
                 AND ballot_id = $4";
    let Ballot { tenant, event, election, ballot_id, voter, .. } = ballot;
    let rows = transaction.query(sql, &[tenant, event, election, ballot_id, voter]).await;
    let rows = rows.map_err(|_| Refusal::CheckPreviousVotesFailed)?;
    match rows.iter().map(|row| row.get::<_, bool>(0)).max() {
        None => Ok(()),
        Some(true) => Err(Refusal::DuplicateVote),
        Some(false) => Err(Refusal::BallotOfAnotherVoter),
    }
}

/// The application's count: of the voter's area; then, one ballot in another one refuses. A row
/// without an area is in neither.
pub(super) async fn check_limit(
    transaction: &Transaction<'_>,
    ballot: &Ballot<'_>,
    num_allowed_revotes: Option<i32>,
) -> Result<(), Refusal> {
    let sql = "SELECT count(*) FILTER (WHERE area_id = $5),
                 count(*) FILTER (WHERE area_id <> $5)
               FROM sequent_backend.cast_vote
               WHERE tenant_id = $1 AND election_event_id = $2 AND election_id = $3
                 AND voter_id_string = $4";
    let Ballot { tenant, event, election, voter, area, .. } = ballot;
    let counted = transaction.query_one(sql, &[tenant, event, election, voter, area]).await;
    let row = counted.map_err(|_| Refusal::CheckPreviousVotesFailed)?;
    let (cast, elsewhere): (i64, i64) = (row.get(0), row.get(1));
    match i64::from(num_allowed_revotes.unwrap_or(1)) {
        allowed if allowed != 0 && cast >= allowed => {
            Err(Refusal::CheckRevotesFailed { cast, allowed })
        }
        _ if elsewhere > 0 => Err(Refusal::CheckVotesInOtherAreasFailed),
        _ => Ok(()),
    }
}

/// A row of the box, as it goes back to whoever cast it.
pub(super) struct Recorded {
    id: Uuid,
    at: DateTime<Utc>,
    signature: Vec<u8>,
}

/// Puts the ballot into the box; the database's trigger counts once more, in all areas.
pub(super) async fn insert(
    transaction: &Transaction<'_>,
    ballot: &Ballot<'_>,
    channel: Option<Channel>,
) -> Result<Recorded, Refusal> {
    let signature = signature(ballot.content);
    let Ballot { tenant, event, election, area, voter, ballot_id, content, annotations } = ballot;
    let mut values: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
        vec![tenant, event, election, area, voter, ballot_id, content, annotations, &signature];
    let name = channel.map(Channel::name);
    let (column, place) = match &name {
        Some(name) => {
            values.push(name);
            (", channel", ", $10")
        }
        None => ("", ""),
    };
    let sql = format!(
        "INSERT INTO sequent_backend.cast_vote (tenant_id, election_event_id, election_id, area_id,
           voter_id_string, ballot_id, content, annotations, cast_ballot_signature{column})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9{place}) RETURNING id, created_at"
    );
    match transaction.query_one(&sql, &values).await {
        Ok(row) => Ok(Recorded { id: row.get(0), at: row.get(1), signature }),
        Err(error) => Err(refused(error)),
    }
}

fn refused(error: tokio_postgres::Error) -> Refusal {
    let said = error.as_db_error();
    let said =
        said.map(|said| (said.code(), said.constraint().unwrap_or_default(), said.message()));
    match said {
        // What only the index has seen, no look has: somebody else was faster.
        Some((_, "cast_vote_ballot_id_once", _)) => Refusal::BallotOfAnotherVoter,
        Some((_, _, message)) if message.contains("ivr_duplicate_vote") => Refusal::DuplicateVote,
        Some((_, _, message)) if message.contains("ivr_ballot_of_another_voter") => {
            Refusal::BallotOfAnotherVoter
        }
        Some((code, _, _)) if *code == SqlState::RAISE_EXCEPTION => {
            Refusal::InsertFailedExceedsAllowedRevotes
        }
        _ => Refusal::InsertFailed(error),
    }
}

/// The voter's signature in the document, else 64 zero bytes.
fn signature(content: &str) -> Vec<u8> {
    let content: Value = serde_json::from_str(content).unwrap_or(Value::Null);
    let bytes =
        content["voter_ballot_signature"].as_str().and_then(|text| STANDARD.decode(text).ok());
    bytes.unwrap_or_else(|| vec![0; 64])
}

impl Recorded {
    /// The answer of facts 4.6.
    pub(super) fn answer(&self, ballot: &Ballot<'_>) -> Value {
        json!({
            "id": self.id,
            "tenant_id": ballot.tenant,
            "election_event_id": ballot.event,
            "election_id": ballot.election,
            "area_id": ballot.area,
            "created_at": self.at,
            "last_updated_at": self.at,
            "content": ballot.content,
            "cast_ballot_signature": self.signature,
            "voter_id_string": ballot.voter,
            "ballot_id": ballot.ballot_id,
        })
    }
}
