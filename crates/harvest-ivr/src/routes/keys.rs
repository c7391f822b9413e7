//! A realm's public keys, kept.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access_token::{KeySet, NoKeySet, SigningKey};
use tokio::time::Instant;
use url::Url;

use super::refusal::{Refusal, log};

/// What an answer with keys may weigh.
const BODY: usize = 256 * 1024;
/// How long one waits for it.
const WAIT: Duration = Duration::from_secs(5);

/// As long as there are none, they are read this often: a realm may start later than this service.
const WITHOUT_ANY: Duration = Duration::from_secs(1);

/// How often keys are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Because of a key that is not known: at most so often, whoever sends such ids.
    pub at_most_every: Duration,
    /// After this they are read again anyway: a key that a realm withdrew ends here.
    pub kept_for: Duration,
}

impl Default for Reading {
    fn default() -> Self {
        Self { at_most_every: Duration::from_secs(30), kept_for: Duration::from_secs(600) }
    }
}

/// The signing keys at one address, which configuration names: never the token.
pub(super) struct Keys {
    http: reqwest::Client,
    url: Url,
    reading: Reading,
    held: Mutex<Held>,
    /// One reads, the others wait or go on with what is there.
    one_reads: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Held {
    set: Option<Arc<KeySet>>,
    asked: Option<Instant>,
    read: Option<Instant>,
}

impl Keys {
    pub(super) fn new(http: reqwest::Client, url: Url, reading: Reading) -> Arc<Self> {
        let (held, one_reads) = (Mutex::default(), tokio::sync::Mutex::default());
        Arc::new(Self { http, url, reading, held, one_reads })
    }

    /// The key of an id.
    ///
    /// # Errors
    /// `Token` when the realm has no such key, `Unavailable` when nobody knows which it has.
    pub(super) async fn key(self: &Arc<Self>, id: &str) -> Result<SigningKey, Refusal> {
        if self.known(id).is_some() && self.old() {
            // Whoever comes meanwhile goes on with the old ones.
            if let Ok(_one) = self.one_reads.try_lock() {
                self.read_if_due().await;
            }
        }
        if let Some(key) = self.known(id) {
            return Ok(key);
        }
        let _one = self.one_reads.lock().await;
        if self.known(id).is_none() {
            self.read_if_due().await;
        }
        match (self.known(id), self.held().set.is_some()) {
            (Some(key), _) => Ok(key),
            (None, true) => Err(Refusal::Token),
            (None, false) => Err(Refusal::Unavailable),
        }
    }

    fn old(&self) -> bool {
        self.held().read.is_none_or(|at| at.elapsed() >= self.reading.kept_for)
    }

    /// In a task of its own: a caller who leaves does not take the answer with them.
    async fn read_if_due(self: &Arc<Self>) {
        let held = self.held().clone();
        let pause = match held.set {
            Some(_) => self.reading.at_most_every,
            None => self.reading.at_most_every.min(WITHOUT_ANY),
        };
        if held.asked.is_some_and(|at| at.elapsed() < pause) {
            return;
        }
        self.held().asked = Some(Instant::now());
        let keys = Arc::clone(self);
        let task = tokio::spawn(async move {
            match keys.read().await {
                Ok(set) => {
                    let mut held = keys.held();
                    held.set = Some(Arc::new(set));
                    held.read = Some(Instant::now());
                }
                // The old set stays.
                Err(why) => log(&format!("the keys at {} cannot be read: {why}", keys.url)),
            }
        });
        // It ends in time, and a panic in it leaves things as they were.
        let _ = task.await;
    }

    async fn read(&self) -> Result<KeySet, &'static str> {
        let asked = self.http.get(self.url.clone()).timeout(WAIT).send().await;
        let mut answer = asked.map_err(|_| "no answer")?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err("not the status 200");
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| "the answer broke off")? {
            body.extend_from_slice(&part);
            if body.len() > BODY {
                return Err("larger than 256 KiB");
            }
        }
        KeySet::read(&body).map_err(|NoKeySet| "no JSON Web Key Set")
    }

    fn known(&self, id: &str) -> Option<SigningKey> {
        let set = self.held().set.clone()?;
        set.key(id).cloned()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
