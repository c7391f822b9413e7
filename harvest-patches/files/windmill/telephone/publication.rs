// SPDX-License-Identifier: Apache-2.0
//! The publication as the telephone reads it: a document on the public bucket, and a pointer to it.

use crate::postgres::ballot_publication::get_ballot_publication_by_id;
use crate::postgres::election::get_elections_ids;
use crate::postgres::election_event::get_election_event_by_id;
use crate::services::database::get_hasura_pool;
use crate::tasks::prepare_publication_preview::prepare_publication_preview_task;
use anyhow::{anyhow, Context, Result};
use aws_sdk_s3::primitives::ByteStream;
use deadpool_postgres::Transaction;
use sequent_core::serialization::deserialize_with_path::deserialize_value;
use sequent_core::services::s3::{get_public_bucket, upload_data_to_s3};
use sequent_core::types::hasura::core::{BallotPublication, VotingChannels};
use tracing::{info, warn};
use uuid::Uuid;

/// Uploads a publication that is published now, and lets the event's pointer name it.
///
/// Does nothing for an event without the telephone, nor for a publication that another has taken the
/// place of. May be repeated: each time makes a document of its own, and the pointer names the last.
/// The pointer moves only after the document is there, and one publishing at a time moves it: each
/// asks under the lock whether it is still the current one, so the older of two never comes last.
///
/// # Errors
/// Also for a publication of one election out of several: the telephone reads one document with all
/// of them, so a pointer to it would take the others away from its voters. Until the whole event is
/// published they hear the ballots of before, which is not to be passed over in silence.
pub async fn publish(tenant_id: &str, event_id: &str, publication_id: &str) -> Result<()> {
    let mut client = get_hasura_pool().await.get().await.context("Database connection")?;
    let transaction = client.transaction().await.context("Database transaction")?;
    let event = get_election_event_by_id(&transaction, tenant_id, event_id).await?;
    let channels: Option<VotingChannels> =
        event.voting_channels.map(deserialize_value).transpose()?;
    if !channels.map_or(false, |channels| channels.telephone == Some(true)) {
        return Ok(());
    }
    let publication = read(&transaction, tenant_id, event_id, publication_id).await?;
    if !is_current(&publication) {
        warn!(publication_id, "not for the telephone: another publication has replaced it");
        return Ok(());
    }
    let elections = get_elections_ids(&transaction, tenant_id, event_id).await?;
    if publication.election_id.is_some() && elections.len() > 1 {
        return Err(anyhow!("the telephone needs a publication of the whole event; until there is one it reads the former"));
    }
    let document_id = Uuid::new_v4().to_string();
    prepare_publication_preview_task(
        &transaction,
        tenant_id.to_string(),
        event_id.to_string(),
        publication_id.to_string(),
        document_id.clone(),
    )
    .await
    .context("Uploading the publication")?;
    transaction.commit().await.context("Recording the document")?;

    // Until the end of this transaction, so also while the pointer is on its way.
    let transaction = client.transaction().await.context("Database transaction")?;
    let lock = format!("ivr-pointer/{tenant_id}/{event_id}");
    transaction
        .execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&lock])
        .await
        .context("Waiting for other publishing")?;
    let publication = read(&transaction, tenant_id, event_id, publication_id).await?;
    if !is_current(&publication) {
        warn!(publication_id, "the pointer stays: another publication has replaced this one");
        return Ok(());
    }
    let pointer = sequent_core::telephone::pointer::pointer(&document_id, publication_id);
    upload_data_to_s3(
        ByteStream::from(pointer.to_string().into_bytes()),
        sequent_core::telephone::pointer::key(tenant_id, event_id),
        // Uploaded by the platform itself, as its documents are.
        false,
        get_public_bucket()?,
        "application/json".to_string(),
        Some("no-cache".to_string()),
        None,
    )
    .await
    .context("Moving the pointer")?;
    transaction.commit().await.context("After moving the pointer")?;
    info!(document_id, publication_id, "the telephone reads a new publication");
    Ok(())
}

async fn read(
    transaction: &Transaction<'_>,
    tenant_id: &str,
    event_id: &str,
    publication_id: &str,
) -> Result<BallotPublication> {
    get_ballot_publication_by_id(transaction, tenant_id, event_id, publication_id)
        .await?
        .ok_or_else(|| anyhow!("No such publication"))
}

/// Published, and no later one has deleted it.
fn is_current(publication: &BallotPublication) -> bool {
    publication.published_at.is_some() && publication.deleted_at.is_none()
}
