//! Listening.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{State, router};

/// How long a stop waits for what is being answered.
const GRACE: Duration = Duration::from_secs(10);

/// The service, listening; dropped, it takes no new requests.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Listens; port 0 takes a free one.
    ///
    /// # Errors
    /// The address is taken or is not this machine's.
    pub async fn start(listen: SocketAddr, state: State) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| anyhow::anyhow!("cannot listen on {listen}: {error}"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let router = router(state);
        let task = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    let _ = stopped.await;
                })
                .await
        });
        Ok(Self { address, stop, task })
    }

    /// Its base address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no new requests and ends with those that are being answered, or after ten seconds.
    ///
    /// # Errors
    /// It had failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        let Self { stop, mut task, .. } = self;
        let _ = stop.send(());
        match tokio::time::timeout(GRACE, &mut task).await {
            Ok(done) => Ok(done??),
            Err(_) => {
                task.abort();
                Ok(())
            }
        }
    }
}
