//! The one HTTP client: no redirects, no proxies, no retries of its own, bounded bodies, and an
//! answer by the deadline.
//!
//! An error here is a word of ours. What a library says about a failed request can hold the request
//! (a password, a token) or the answer (which may echo it), so none of it is kept, not even as the
//! cause.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use ivr_core::ports::{Backend, Clock, Deadline, Outage};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;

/// The most bytes of an answer to a question about tokens or steps.
pub const SMALL_BODY: usize = 64 * 1024;
/// The most bytes of a set of keys (DECISIONS 61).
pub const KEYS_BODY: usize = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The deadline passed. Whether the request arrived is unknown.
    #[error("no answer in time")]
    TimedOut,
    /// The server could not be reached.
    #[error("the server cannot be reached ({0})")]
    Unreachable(&'static str),
    /// The answer ended before it was complete, or was none.
    #[error("the answer broke off")]
    Broken,
    /// The answer is longer than any real one.
    #[error("the answer is too long")]
    TooLong,
    /// The client itself could not be made.
    #[error("the HTTP client could not be set up")]
    NoClient,
}

impl HttpError {
    /// As the engine sees it.
    pub fn outage(self, backend: Backend) -> Outage {
        match self {
            Self::TimedOut => Outage::TimedOut { backend },
            other => Outage::Unavailable { backend, cause: Some(Box::new(other)) },
        }
    }
}

/// An answer, whole. Its body is whatever somebody sent: `Debug` shows its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// `Content-Type` without parameters, lower case; empty if there was none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Whether the sender calls the body JSON.
    pub fn is_json(&self) -> bool {
        self.content_type == "application/json" || self.content_type.ends_with("+json")
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The client. Cheap to share; one a process.
pub struct Http {
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    sent: AtomicU64,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("sent", &self.sent).finish_non_exhaustive()
    }
}

/// Whether plain HTTP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS only.
    HttpsOnly,
    /// Development and tests: servers on this machine.
    PlainAllowed,
}

impl Http {
    /// A client that reads time from `clock`.
    pub fn new(clock: Arc<dyn Clock>, transport: Transport) -> Result<Self, HttpError> {
        let client = reqwest::Client::builder()
            .https_only(transport == Transport::HttpsOnly)
            // Neither a token nor a PIN follows a `Location`, and none goes through a proxy that
            // an environment variable names.
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            // Retries have one owner, and it is not this one.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(Duration::from_secs(20))
            .tcp_nodelay(true)
            .user_agent(concat!("ivr-lambda/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| HttpError::NoClient)?;
        Ok(Self { client, clock, sent: AtomicU64::new(0) })
    }

    /// The time.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// What is left until a deadline.
    pub fn left(&self, within: Deadline) -> TimeDelta {
        within.left(self.clock.now())
    }

    /// Requests sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends a request once and reads its answer whole.
    pub async fn send(
        &self,
        request: reqwest::Request,
        body_limit: usize,
        within: Deadline,
    ) -> Result<Reply, HttpError> {
        let left = self.left(within).to_std().unwrap_or_default();
        if left.is_zero() {
            return Err(HttpError::TimedOut);
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let asked = self.exchange(request, body_limit);
        tokio::time::timeout(left, asked).await.unwrap_or(Err(HttpError::TimedOut))
    }

    async fn exchange(&self, request: reqwest::Request, limit: usize) -> Result<Reply, HttpError> {
        let mut response = self.client.execute(request).await.map_err(|e| reason(&e))?;
        let status = response.status().as_u16();
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default();
        let content_type = content_type.trim().to_ascii_lowercase();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| reason(&e))? {
            if body.len() + chunk.len() > limit {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, content_type, body })
    }
}

/// One of our own words for what a library says.
fn reason(error: &reqwest::Error) -> HttpError {
    if error.is_timeout() {
        return HttpError::TimedOut;
    }
    if !error.is_connect() && !error.is_builder() {
        return HttpError::Broken;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => {
                    return HttpError::Unreachable("connection refused");
                }
                io::ErrorKind::ConnectionReset => {
                    return HttpError::Unreachable("connection reset");
                }
                io::ErrorKind::InvalidData => return HttpError::Unreachable("TLS"),
                _ => {}
            }
        }
        cause = error.source();
    }
    HttpError::Unreachable("no connection: host name, network or TLS")
}
