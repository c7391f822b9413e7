//! An HTTP server that answers what a test wants and keeps what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::form_urlencoded;

/// A request that arrived.
#[derive(Clone)]
pub(in crate::adapters) struct Seen {
    pub(in crate::adapters) method: String,
    pub(in crate::adapters) path: String,
    pub(in crate::adapters) authorization: Option<String>,
    /// `x-hasura-role`.
    pub(in crate::adapters) role: Option<String>,
    pub(in crate::adapters) body: String,
}

impl Seen {
    /// A parameter of the form.
    pub(in crate::adapters) fn param(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// What is answered.
#[derive(Clone)]
pub(in crate::adapters) struct Answer {
    pub(in crate::adapters) status: u16,
    pub(in crate::adapters) content_type: &'static str,
    pub(in crate::adapters) body: Vec<u8>,
    /// Extra header lines.
    pub(in crate::adapters) headers: String,
    pub(in crate::adapters) after: Duration,
    /// Bytes of the body that are promised and never sent.
    pub(in crate::adapters) withheld: usize,
}

impl Answer {
    pub(in crate::adapters) fn new(
        status: u16,
        content_type: &'static str,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let (headers, after, withheld) = (String::new(), Duration::ZERO, 0);
        Self { status, content_type, body: body.into(), headers, after, withheld }
    }

    pub(in crate::adapters) fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "application/json", body)
    }

    pub(in crate::adapters) fn problem(status: u16, error: &str, description: &str) -> Self {
        let body = serde_json::json!({"error": error, "error_description": description});
        Self::json(status, body.to_string())
    }

    pub(in crate::adapters) fn slow(mut self, ms: u64) -> Self {
        self.after = Duration::from_millis(ms);
        self
    }
}

type Handler = dyn Fn(&Seen) -> Answer + Send + Sync;

pub(in crate::adapters) struct Server {
    pub(in crate::adapters) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(in crate::adapters) async fn start(
        answers: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answers): (_, Arc<Handler>) = (Arc::clone(&seen), Arc::new(answers));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept), Arc::clone(&answers)));
            }
        });
        Self { url, seen, accepting }
    }

    pub(in crate::adapters) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(in crate::adapters) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>, answers: Arc<Handler>) {
    let mut buffer = Vec::new();
    loop {
        let Some(request) = request(&mut stream, &mut buffer).await else { return };
        seen.lock().unwrap().push(request.clone());
        let answer = answers(&request);
        tokio::time::sleep(answer.after).await;
        let length = answer.body.len() + answer.withheld;
        let kind = match answer.content_type {
            "" => String::new(),
            kind => format!("Content-Type: {kind}\r\n"),
        };
        let head = format!(
            "HTTP/1.1 {} X\r\n{kind}{}Content-Length: {length}\r\n\r\n",
            answer.status, answer.headers
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&answer.body);
        if stream.write_all(&bytes).await.is_err() || answer.withheld > 0 {
            return;
        }
    }
}

async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        read_more(stream, buffer).await?;
    };
    let head = String::from_utf8(buffer[..head_end].to_vec()).ok()?;
    let header = |name: &str| {
        head.lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.to_owned()))
    };
    let length: usize = header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    while buffer.len() < head_end + 4 + length {
        read_more(stream, buffer).await?;
    }
    let body = String::from_utf8(buffer[head_end + 4..head_end + 4 + length].to_vec()).ok()?;
    let mut first = head.lines().next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let (authorization, role) = (header("authorization"), header("x-hasura-role"));
    let seen = Seen { method, path, authorization, role, body };
    buffer.drain(..head_end + 4 + length);
    Some(seen)
}

async fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk).await {
        Ok(0) | Err(_) => None,
        Ok(n) => {
            buffer.extend_from_slice(&chunk[..n]);
            Some(())
        }
    }
}
