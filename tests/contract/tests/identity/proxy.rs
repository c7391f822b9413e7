//! A proxy in front of Keycloak that counts what goes through it, and may be slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Proxy {
    pub(crate) url: String,
    requests: Arc<AtomicUsize>,
}

impl Proxy {
    /// In front of a server; what comes back is held for a while.
    pub(crate) async fn start(server: &str, delay: Duration) -> anyhow::Result<Self> {
        let target = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target, counted) = (target.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    let _ = pass(client, &target, &counted, delay).await;
                });
            }
        });
        Ok(Self { url, requests })
    }

    /// Requests that the server was sent.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn pass(
    client: TcpStream,
    target: &str,
    counted: &AtomicUsize,
    delay: Duration,
) -> std::io::Result<()> {
    let (mut from_server, mut to_server) = TcpStream::connect(target).await?.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let there = async {
        let mut buffer = vec![0; 65_536];
        // HTTP/1.1, one request after the other; each begins with its method.
        while let Ok(n @ 1..) = from_client.read(&mut buffer).await {
            if buffer.starts_with(b"POST ") || buffer.starts_with(b"GET ") {
                counted.fetch_add(1, Ordering::SeqCst);
            }
            to_server.write_all(&buffer[..n]).await?;
            buffer.fill(0);
        }
        to_server.shutdown().await
    };
    let back = async {
        let mut buffer = vec![0; 65_536];
        while let Ok(n @ 1..) = from_server.read(&mut buffer).await {
            tokio::time::sleep(delay).await;
            to_client.write_all(&buffer[..n]).await?;
        }
        to_client.shutdown().await
    };
    tokio::try_join!(there, back).map(|_| ())
}
