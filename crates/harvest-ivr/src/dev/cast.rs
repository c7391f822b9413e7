//! One cast: executed up to six times, each in a transaction of its own (facts 4.3, 4.4).

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::channel::{Channel, check_auth_time};
use super::claims::Voter;
use super::election::Election;
use super::event::{Area, Event};
use super::refusal::Refusal;
use super::settings::HabitName;
use super::state::State;
use super::votes::{self, Ballot};

/// What is cast, and by whom.
pub(super) struct Cast {
    pub(super) voter: Voter,
    pub(super) election_id: Uuid,
    pub(super) ballot_id: String,
    pub(super) content: String,
    pub(super) annotations: Value,
}

/// The row, or the last refusal; to `early` goes the HTTP status of an answer that does not wait for
/// either.
pub(super) async fn cast(
    state: Arc<State>,
    cast: Cast,
    early: oneshot::Sender<u16>,
) -> Result<Value, Refusal> {
    let mut early = Some(early);
    let mut waits = state.settings().retry_milliseconds.into_iter();
    loop {
        state.count_execution();
        let refusal = match execute(&state, &cast, &mut early).await {
            Ok(answer) => return Ok(answer),
            Err(refusal) => refusal,
        };
        if matches!(refusal, Refusal::BallotOfAnotherVoter) {
            state.alert(cast.election_id, &cast.ballot_id);
        }
        match waits.next().filter(|_| refusal.is_tried_again()) {
            Some(wait) => tokio::time::sleep(Duration::from_millis(wait)).await,
            None => return Err(refusal),
        }
    }
}

async fn execute(
    state: &State,
    cast: &Cast,
    early: &mut Option<oneshot::Sender<u16>>,
) -> Result<Value, Refusal> {
    let patches = state.settings().patches;
    let mut client = state.pool.get().await.map_err(|_| Refusal::GetDbClientFailed)?;
    let transaction = client.transaction().await.map_err(|_| Refusal::GetTransactionFailed)?;
    let uuid = |text: &str| text.parse::<Uuid>().map_err(|_| Refusal::GetAreaIdFailed);
    let (tenant, area_id) = (uuid(&cast.voter.tenant_id)?, uuid(&cast.voter.area_id)?);
    let area = Area::read(&transaction, tenant, area_id).await?;
    let event = Event::read(&transaction, tenant, area.event_id, &patches).await?;
    let election_id = cast.election_id.to_string();
    ivr_ballot::verify::verify(&cast.ballot_id, &cast.content, &election_id, event.kind)?;
    event.check_board()?;
    area.check()?;

    let ballot = Ballot {
        tenant,
        event: area.event_id,
        election: cast.election_id,
        area: area_id,
        voter: &cast.voter.user_id,
        ballot_id: &cast.ballot_id,
        content: &cast.content,
        annotations: &cast.annotations,
    };
    if patches.voter_lock {
        votes::lock(&transaction, &ballot).await?;
    }
    if patches.ballot_once {
        votes::check_once(&transaction, &ballot).await?;
    }
    if event.archived {
        return Err(Refusal::CheckStatusFailed("Election event is archived"));
    }
    check_auth_time(&cast.voter, &patches)?;
    let election = Election::read(&transaction, tenant, area.event_id, cast.election_id).await?;
    let channel = Channel::of(cast.voter.client, &area, &election, &patches);
    election.check(channel, area.votes_early, Utc::now(), &patches)?;
    votes::check_limit(&transaction, &ballot, election.num_allowed_revotes).await?;

    let recorded = patches.cast_vote_channel.then_some(channel);
    let recorded = votes::insert(&transaction, &ballot, recorded).await?;
    if let Some(late) = state.take(HabitName::LateCommit, false) {
        if let (Some(status), Some(early)) = (late.status, early.take()) {
            let _ = early.send(status);
        }
        match late.milliseconds {
            Some(wait) => tokio::time::sleep(Duration::from_millis(wait)).await,
            None => state.hold().await,
        }
    }
    transaction.commit().await.map_err(Refusal::CommitFailed)?;
    if state.take(HabitName::ErrorAfterCommit, false).is_some() {
        return Err(Refusal::AfterCommit);
    }
    Ok(recorded.answer(&ballot))
}
