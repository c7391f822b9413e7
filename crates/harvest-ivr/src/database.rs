//! Connections to PostgreSQL.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::NoTls;

/// How long one waits for a connection.
const WAIT: Duration = Duration::from_secs(30);

/// At most `size` connections to the database at `url`.
///
/// # Errors
/// No connection at all, or an address that does not parse. It is not repeated: it can hold a password.
pub fn pool(url: &str, size: usize) -> anyhow::Result<Pool> {
    anyhow::ensure!(size > 0, "--connections is to be at least 1");
    let config: tokio_postgres::Config =
        url.parse().map_err(|_| anyhow::anyhow!("the database's address does not parse"))?;
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, NoTls, recycling);
    Ok(Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .build()?)
}
