//! Every route speaks to the database in one transaction, in the name of the person who asks.

use std::time::Duration;

use deadpool_postgres::{Object, Pool, Transaction};
use uuid::Uuid;

use super::person::Person;
use super::refusal::{Refusal, log};

/// How long one waits for a connection, and a statement for its end: Harvest waits 20 seconds for
/// all of it.
const WAIT: Duration = Duration::from_secs(5);
const STATEMENT: &str = "10s";

/// What a route does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// A connection.
pub(super) async fn connect(pool: &Pool) -> Result<Object, Refusal> {
    match tokio::time::timeout(WAIT, pool.get()).await {
        Ok(connection) => Ok(connection?),
        Err(_) => {
            log("no connection to the database in time");
            Err(Refusal::Unavailable)
        }
    }
}

/// Begins. The audit trigger reads the actor from here (ADR 0057).
pub(super) async fn begin<'c>(
    connection: &'c mut Object,
    person: &Person,
    access: Access,
) -> Result<Transaction<'c>, Refusal> {
    let read_only = access == Access::Read;
    let transaction = connection.build_transaction().read_only(read_only).start().await?;
    transaction
        .execute(
            "SELECT set_config('ivr.actor', $1, true), set_config('statement_timeout', $2, true)",
            &[&person.user, &STATEMENT],
        )
        .await?;
    Ok(transaction)
}

/// That an event is one of the person's tenant.
pub(super) async fn has_event(
    transaction: &Transaction<'_>,
    person: &Person,
    event: Uuid,
) -> Result<(), Refusal> {
    let found = transaction
        .query_opt(
            "SELECT FROM sequent_backend.election_event WHERE tenant_id = $1 AND id = $2",
            &[&person.tenant, &event],
        )
        .await?;
    found.map(|_| ()).ok_or(Refusal::NotFound)
}
