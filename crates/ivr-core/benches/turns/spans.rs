//! Ports that watch where a turn spends its time.
//!
//! The engine asks its ports in a fixed order, so the questions mark where a piece of work begins
//! and ends:
//!
//! | Piece | From | To |
//! |---|---|---|
//! | a session is opened | its key was handed out | the publication is asked for |
//! | a session is sealed | its nonce is drawn | the row is handed to the store |
//! | a ballot is sealed | its seed is drawn | the time is asked |
//! | a ballot is cast | it is handed over | the reply |

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use ivr_core::ports::*;
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::call::Casting;

/// A piece of work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// AES-GCM, padding and decoding of a session.
    Open,
    /// Encoding, padding and AES-GCM of a session.
    Seal,
    /// `Style::seal`.
    Ballot,
    /// `VoteCastingPort::cast`.
    Cast,
}

/// How long every kind of span took in all, and how often there was one.
pub(crate) type Spans = [(Duration, u32); 4];

#[derive(Default)]
struct Watch {
    spans: Spans,
    begun: Option<(Span, Instant)>,
}

/// Bytes that only the generator of a sealed ballot draws; a session's nonce has twelve.
const SEED: usize = 32;

/// The ports of a world, watched; telemetry is dropped.
pub(crate) struct Watched<'a> {
    inner: Ports<'a>,
    casting: Casting,
    /// Whether sessions are timed too; every look at the clock costs some of what is measured.
    sessions_too: bool,
    watch: Mutex<Watch>,
    /// The service's token, kept as the adapter keeps it (DECISIONS 57); the fake makes one each
    /// time.
    service_token: Mutex<Option<Secret<String>>>,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(inner: Ports<'a>, casting: Casting, sessions_too: bool) -> Self {
        Self {
            inner,
            casting,
            sessions_too,
            watch: Mutex::default(),
            service_token: Mutex::default(),
        }
    }

    pub(crate) fn ports(&self) -> Ports<'_> {
        Ports {
            session: self,
            service_token: self,
            election_config: self,
            vote_casting: self,
            sealing_keys: self,
            clock: self,
            entropy: self,
            telemetry: self,
            ..self.inner
        }
    }

    pub(crate) fn spans(&self) -> Spans {
        self.watch().spans
    }

    /// What is not the engine's: sealing and casting of ballots, so far.
    pub(crate) fn aside(&self) -> Duration {
        let spans = self.spans();
        spans[Span::Ballot as usize].0 + spans[Span::Cast as usize].0
    }

    /// Opening and sealing of sessions, so far.
    pub(crate) fn sessions(&self) -> Duration {
        let spans = self.spans();
        spans[Span::Open as usize].0 + spans[Span::Seal as usize].0
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, span: Span) {
        if !self.sessions_too && matches!(span, Span::Open | Span::Seal) {
            return;
        }
        self.watch().begun = Some((span, Instant::now()));
    }

    fn end(&self, span: Span) {
        let mut watch = self.watch();
        if let Some((_, start)) = watch.begun.take_if(|(begun, _)| *begun == span) {
            let (taken, times) = &mut watch.spans[span as usize];
            *taken += start.elapsed();
            *times += 1;
        }
    }
}

impl Clock for Watched<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.end(Span::Ballot);
        self.inner.clock.now()
    }
}

impl Entropy for Watched<'_> {
    fn fill(&self, bytes: &mut [u8]) {
        self.begin(if bytes.len() == SEED { Span::Ballot } else { Span::Seal });
        self.inner.entropy.fill(bytes);
    }
}

impl Telemetry for Watched<'_> {
    fn record(&self, _record: TelemetryRecord) {}
}

#[async_trait]
impl SessionPort for Watched<'_> {
    async fn load(
        &self,
        contact_id: &str,
        within: Deadline,
    ) -> Result<Option<SessionRow>, SessionError> {
        self.inner.session.load(contact_id, within).await
    }

    async fn create(
        &self,
        row: &SessionRow,
        now: i64,
        within: Deadline,
    ) -> Result<(), SessionError> {
        self.end(Span::Seal);
        self.inner.session.create(row, now, within).await
    }

    async fn update(
        &self,
        row: &SessionRow,
        expected: u64,
        within: Deadline,
    ) -> Result<(), SessionError> {
        self.end(Span::Seal);
        self.inner.session.update(row, expected, within).await
    }
}

#[async_trait]
impl ServiceTokenPort for Watched<'_> {
    async fn get_service_token(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<ServiceToken, AuthError> {
        let kept = || self.service_token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = &*kept() {
            return Ok(ServiceToken(token.clone()));
        }
        let token = self.inner.service_token.get_service_token(route, within).await?;
        *kept() = Some(token.0.clone());
        Ok(token)
    }
}

#[async_trait]
impl SealingKeysPort for Watched<'_> {
    async fn current(&self, within: Deadline) -> Result<SealingKey, Outage> {
        self.inner.sealing_keys.current(within).await
    }

    async fn by_id(&self, id: &str, within: Deadline) -> Result<Option<SealingKey>, Outage> {
        let key = self.inner.sealing_keys.by_id(id, within).await;
        self.begin(Span::Open);
        key
    }
}

#[async_trait]
impl ElectionConfigPort for Watched<'_> {
    async fn fetch(
        &self,
        wanted: &PublicationRef,
        within: Deadline,
    ) -> Result<PinnedPublication, ElectionConfigError> {
        self.end(Span::Open);
        self.inner.election_config.fetch(wanted, within).await
    }
}

#[async_trait]
impl VoteCastingPort for Watched<'_> {
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        self.begin(Span::Cast);
        let reply = match self.casting {
            Casting::Records => CastReply::Recorded,
            Casting::Verifies => {
                // The time is asked while it is verified; that ends no cast.
                self.inner.vote_casting.cast(route, request, access_token, within).await
            }
        };
        self.end(Span::Cast);
        reply
    }
}
