//! What the patches need of the database, put there with the switch and taken away with it.

use deadpool_postgres::Pool;
use tokio_postgres::Transaction;

use super::patches::{BALLOT_ONCE, CAST_VOTE_CHANNEL, Migration, VOTER_LOCK};
use super::settings::Patches;

/// Two servers do not do this at the same moment, and nobody waits for ever: a cast that is held
/// back has the table.
const ONE_AT_A_TIME: &str = "SET LOCAL lock_timeout = '10s';
  SELECT pg_advisory_xact_lock(hashtext('harvest-dev schema'))";

/// Makes the database fit the patches. Where it does already nothing is touched.
///
/// # Errors
/// No database, none with the platform's tables, or one in use by a cast that does not end.
pub(super) async fn fit(pool: &Pool, patches: &Patches) -> anyhow::Result<()> {
    let gone = |_| anyhow::anyhow!("the database cannot be reached");
    let mut client = pool.get().await.map_err(gone)?;
    let transaction = client.transaction().await.map_err(plain)?;
    transaction.batch_execute(ONE_AT_A_TIME).await.map_err(plain)?;
    for (migration, wanted) in [
        (&VOTER_LOCK, patches.voter_lock),
        (&BALLOT_ONCE, patches.ballot_once),
        (&CAST_VOTE_CHANNEL, patches.cast_vote_channel),
    ] {
        let fitted = one(&transaction, migration, wanted).await;
        fitted.map_err(|error| plain(error).context(migration.patch))?;
    }
    transaction.commit().await.map_err(plain)
}

async fn one(
    transaction: &Transaction<'_>,
    migration: &Migration,
    wanted: bool,
) -> Result<(), tokio_postgres::Error> {
    let there: bool = transaction.query_one(migration.there, &[]).await?.get(0);
    match (there, wanted, migration.down) {
        (false, true, _) => transaction.batch_execute(migration.up).await,
        (true, false, Some(down)) => transaction.batch_execute(down).await,
        _ => Ok(()),
    }
}

/// The database's words, which at this place are about tables and never about rows.
fn plain(error: tokio_postgres::Error) -> anyhow::Error {
    match error.as_db_error() {
        Some(said) => anyhow::anyhow!("the database: {}", said.message()),
        None => anyhow::anyhow!("the database cannot be reached"),
    }
}
