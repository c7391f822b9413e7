//! The service as a server.

use std::net::SocketAddr;
use std::time::Duration;

use super::{State, router};
use crate::server::Listening;

/// How long a stop waits for what is being answered.
const GRACE: Duration = Duration::from_secs(10);

/// The service, listening; dropped, it takes no new requests.
#[derive(Debug)]
pub struct Server(Listening);

impl Server {
    /// Listens; port 0 takes a free one.
    ///
    /// # Errors
    /// The address is taken or is not this machine's.
    pub async fn start(listen: SocketAddr, state: State) -> anyhow::Result<Self> {
        Ok(Self(Listening::start(listen, router(state)).await?))
    }

    /// Its base address.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Takes no new requests and ends with those that are being answered, or after ten seconds.
    ///
    /// # Errors
    /// It had failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.0.stop(GRACE).await
    }
}
