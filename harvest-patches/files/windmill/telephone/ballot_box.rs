// SPDX-License-Identifier: Apache-2.0
//! One voter at a time, and every ballot once.

use super::known_ballot::{among, in_refusal, Known};
use crate::services::insert_cast_vote::CastVoteError;
use deadpool_postgres::Transaction;
use tracing::error;
use uuid::Uuid;

/// To be awaited before anything is counted: takes the voter's lock until the end of the
/// transaction, and refuses a ballot that is in the box already.
///
/// What is counted after it stays true until the insertion, also where the database's own count
/// allows any number (`num_allowed_revotes` null).
pub async fn before_counting(
    transaction: &Transaction<'_>,
    tenant_id: &Uuid,
    election_event_id: &Uuid,
    election_id: &Uuid,
    voter_id: &str,
    ballot_id: &str,
) -> Result<(), CastVoteError> {
    let failed = |cause: tokio_postgres::Error| {
        CastVoteError::CheckPreviousVotesFailed(database_says(&cause))
    };
    transaction
        .execute(
            "SELECT sequent_backend.ivr_lock_voter($1, $2, $3, $4)",
            &[tenant_id, election_event_id, election_id, &voter_id],
        )
        .await
        .map_err(failed)?;
    let rows = transaction
        .query(
            "SELECT voter_id_string FROM sequent_backend.cast_vote
              WHERE tenant_id = $1 AND election_event_id = $2 AND election_id = $3
                AND ballot_id = $4",
            &[tenant_id, election_event_id, election_id, &ballot_id],
        )
        .await
        .map_err(failed)?;
    let recorded: Vec<Option<String>> = rows.iter().map(|row| row.get(0)).collect();
    match among(&recorded, voter_id) {
        None => Ok(()),
        Some(known) => Err(refusal(known, &election_id.to_string(), ballot_id)),
    }
}

/// What the insertion's failure means, if it is about a ballot that is in the box already.
pub fn after_insertion(message: &str, election_id: &str, ballot_id: &str) -> Option<CastVoteError> {
    in_refusal(message).map(|known| refusal(known, election_id, ballot_id))
}

/// The database's own words. `Display` of this error says "db error" and no more, so that what the
/// triggers raise would never be recognised.
pub fn database_says(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().to_string(),
        None => error.to_string(),
    }
}

fn refusal(known: Known, election_id: &str, ballot_id: &str) -> CastVoteError {
    match known {
        Known::SameVoter => {
            CastVoteError::DuplicateVote("This ballot is recorded already".to_string())
        }
        Known::AnotherVoter => {
            // The electoral log gets an entry with the voter; this one is for whoever is on duty.
            error!(
                target: "integrity_alert",
                election_id, ballot_id, "a ballot that another voter has cast was sent again"
            );
            CastVoteError::BallotIdMismatch("The ballot is of another voter".to_string())
        }
    }
}
