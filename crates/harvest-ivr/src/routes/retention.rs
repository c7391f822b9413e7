//! The retention job (DECISIONS 65, ADR 0055): number and voter of a call are erased when its session
//! would have expired.

use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::{MissedTickBehavior, interval};

use super::refusal::{Refusal, log};
use super::transaction::connect;

/// What is past its time is shown to nobody, so a minute more or less is no matter.
const EVERY: Duration = Duration::from_secs(60);

/// Erases what is to be erased, now and every minute; it never ends. Several at a time are one.
pub async fn keep(pool: Pool) {
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        // The log has why; in a minute it is tried again.
        if erase(&pool).await.is_err() {
            log("the retention job did not erase what is past its time");
        }
    }
}

async fn erase(pool: &Pool) -> Result<(), Refusal> {
    let connection = connect(pool).await?;
    connection.execute("SELECT sequent_backend.ivr_erase_expired_calls()", &[]).await?;
    Ok(())
}
