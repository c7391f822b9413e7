// SPDX-License-Identifier: Apache-2.0
//! Scheduling the opening and closing of some channels only.

use crate::postgres::scheduled_event::{
    archive_scheduled_event, find_scheduled_event_by_task_id, insert_scheduled_event,
    update_scheduled_event,
};
use anyhow::{anyhow, Context, Result};
use deadpool_postgres::Transaction;
use sequent_core::ballot::VotingStatusChannel;
use sequent_core::telephone::schedule::{payload, task_name};
use sequent_core::types::scheduled_event::{
    generate_manage_date_task_name, CronConfig, EventProcessors,
};

/// Schedules, moves (another date) or takes back (no date) the opening or closing of these channels
/// in an election or, without one, in the whole event; commits.
///
/// Today's event of the same kind stays as it is.
pub async fn manage_and_commit(
    transaction: Transaction<'_>,
    tenant_id: &str,
    election_event_id: &str,
    election_id: Option<&str>,
    channels: &[VotingStatusChannel],
    date: Option<&str>,
    processor: EventProcessors,
) -> Result<()> {
    if channels.is_empty() {
        return Err(anyhow!("voting_channels is empty: leave it out for today's behaviour"));
    }
    match processor {
        EventProcessors::START_VOTING_PERIOD | EventProcessors::END_VOTING_PERIOD => {}
        other => return Err(anyhow!("{other} is not scheduled by channel")),
    }
    let of_today =
        generate_manage_date_task_name(tenant_id, election_event_id, election_id, &processor);
    let task_id = task_name(&of_today, channels);
    let found =
        find_scheduled_event_by_task_id(&transaction, tenant_id, election_event_id, &task_id)
            .await
            .context("Looking for the scheduled event")?;
    match (date, found) {
        (None, None) => {}
        (None, Some(found)) => archive_scheduled_event(&transaction, tenant_id, &found.id)
            .await
            .map(drop)
            .context("Taking the scheduled event back")?,
        (Some(date), Some(found)) => {
            update_scheduled_event(&transaction, tenant_id, &found.id, at(date))
                .await
                .map(drop)
                .context("Moving the scheduled event")?
        }
        (Some(date), None) => insert_scheduled_event(
            &transaction,
            tenant_id,
            election_event_id,
            processor,
            &task_id,
            at(date),
            payload(election_id, channels),
        )
        .await
        .map(drop)
        .context("Adding the scheduled event")?,
    }
    transaction.commit().await.context("Committing the scheduled event")
}

fn at(date: &str) -> CronConfig {
    CronConfig { cron: None, scheduled_date: Some(date.to_string()) }
}
