//! [`KeyHost`]: publishes a key set that changes, as the platform does for all its realms at once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

/// Serves the set until the process ends.
pub(crate) struct KeyHost {
    url: String,
    keys: Arc<Mutex<Vec<Value>>>,
}

impl KeyHost {
    pub(crate) fn serve(keys: Vec<Value>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let url = format!("http://{}/certs.json", listener.local_addr()?);
        let keys = Arc::new(Mutex::new(keys));
        let served = Arc::clone(&keys);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let keys = served.lock().unwrap_or_else(PoisonError::into_inner).clone();
                // A caller that went away asks again.
                let _ = answer(stream, &json!({ "keys": keys }).to_string());
            }
        });
        Ok(Self { url, keys })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on these.
    pub(crate) fn publish(&self, keys: Vec<Value>) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

/// With the short life that lets a server notice a change within seconds (facts 3.4).
fn answer(stream: TcpStream, body: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(&stream).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    write!(
        &stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: max-age=1\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
