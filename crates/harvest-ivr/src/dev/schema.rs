//! What the patches need of the database, put there with the switch and taken away with it.
//!
//! Named as in `harvest-patches`, whose migrations a platform gets; a database that has those needs
//! nothing of this. The lock needs nothing in any case: it is the application's.

use deadpool_postgres::Pool;

use super::settings::Patches;

/// Two servers do not do this at the same moment.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(hashtext('harvest-dev schema'))";

const CHANNEL: &str = "ALTER TABLE sequent_backend.cast_vote ADD COLUMN IF NOT EXISTS channel text
  CONSTRAINT cast_vote_channel CHECK (channel IN ('ONLINE', 'KIOSK', 'EARLY_VOTING', 'TELEPHONE'))";

const ONCE: &str = "CREATE UNIQUE INDEX IF NOT EXISTS cast_vote_ballot_id_once
  ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, ballot_id)";

const TWICE: &str = "DROP INDEX IF EXISTS sequent_backend.cast_vote_ballot_id_once";

/// Makes the database fit the patches.
///
/// # Errors
/// No database, none with the platform's tables, or a box that holds a ballot twice.
pub(super) async fn fit(pool: &Pool, patches: &Patches) -> anyhow::Result<()> {
    let plain = |error: tokio_postgres::Error| match error.as_db_error() {
        Some(said) => anyhow::anyhow!("the database: {}", said.message()),
        None => anyhow::anyhow!("the database cannot be reached"),
    };
    let mut client =
        pool.get().await.map_err(|_| anyhow::anyhow!("the database cannot be reached"))?;
    let transaction = client.transaction().await.map_err(plain)?;
    transaction.execute(ONE_AT_A_TIME, &[]).await.map_err(plain)?;
    if patches.channel_recorded {
        // It stays when the switch goes: rows have it.
        transaction.batch_execute(CHANNEL).await.map_err(plain)?;
    }
    let once = if patches.ballot_once { ONCE } else { TWICE };
    transaction.batch_execute(once).await.map_err(plain)?;
    transaction.commit().await.map_err(plain)
}
