//! Loading and saving a session: sealing, versions, ttl (design 4.1, DECISIONS 7, 9), and asking
//! again where the store did not answer (design 8.1).

use chrono::TimeDelta;

use super::reads::Tries;
use crate::flow::error::IvrError;
use crate::ports::{
    Deadline, Outage, Ports, SessionError, SessionRow, TelemetryEvent, TelemetryRecord,
};
use crate::session::{self, AFTERGLOW_S, IvrSession, Then, ttl};
use crate::settings::Settings;
use crate::sources::with_sources;

/// With less than this left of a turn, nothing is asked again, in milliseconds.
const TOO_LATE_MS: i64 = 200;

/// Stores sessions sealed, under a condition.
#[derive(Clone, Copy)]
pub struct SessionStore<'a> {
    /// The outside.
    pub ports: Ports<'a>,
    /// Limits.
    pub settings: &'a Settings,
    /// When the turn must have answered.
    pub deadline: Deadline,
}

impl SessionStore<'_> {
    /// The session of a contact; a row past its ttl is absent (DECISIONS 9).
    pub async fn load(&self, contact_id: &str) -> Result<Option<Box<IvrSession>>, IvrError> {
        let row = self.row_of(contact_id, &mut Tries::default()).await?;
        let now = self.ports.clock.now().timestamp();
        let Some(row) = row.filter(|row| row.ttl >= now) else { return Ok(None) };
        let key = self
            .ports
            .sealing_keys
            .by_id(&row.key_id, self.deadline)
            .await
            .map_err(|e| IvrError::outage("sealing_key", e))?
            .ok_or(IvrError::InvalidState("the sealing key of a stored session is gone"))?;
        session::open(row, &key).map(Some).map_err(|e| IvrError::Session(e.into()))
    }

    /// Replaces the row that this session was loaded from.
    pub async fn save(&self, session: &mut IvrSession) -> Result<(), IvrError> {
        session.version += 1;
        let saved = self.write(session).await;
        if saved.is_err() {
            session.version -= 1;
        }
        saved
    }

    /// Writes the version that the session says: the first one as a new row, any other one over
    /// the version before it.
    ///
    /// A write of which nobody knows whether it happened is repeated, the same bytes under the
    /// same condition. If the condition is lost then, the row that stands there tells whose
    /// write it was: no two are sealed to the same bytes.
    pub async fn write(&self, session: &IvrSession) -> Result<(), IvrError> {
        let row = self.row(session).await?;
        let now = self.ports.clock.now().timestamp();
        let store = self.ports.session;
        let mut tries = Tries::default();
        let mut may_have_happened = false;
        loop {
            let written = if row.version == 1 {
                store.create(&row, now, self.within()).await
            } else {
                store.update(&row, row.version - 1, self.within()).await
            };
            match written {
                Ok(()) => return Ok(()),
                Err(SessionError::SessionRaced) if may_have_happened => {
                    let stands = self.row_of(&row.contact_id, &mut tries).await?;
                    return if stands == Some(row) { Ok(()) } else { Err(IvrError::SessionRaced) };
                }
                Err(SessionError::SessionRaced) => return Err(IvrError::SessionRaced),
                Err(SessionError::Outage(outage)) => {
                    self.again(&mut tries, &row.contact_id, "session_save", outage)?;
                    may_have_happened = true;
                }
            }
        }
    }

    /// The row of a contact as it is stored. Reading it again is safe.
    async fn row_of(
        &self,
        contact_id: &str,
        tries: &mut Tries,
    ) -> Result<Option<SessionRow>, IvrError> {
        loop {
            match self.ports.session.load(contact_id, self.within()).await {
                Ok(row) => return Ok(row),
                Err(SessionError::SessionRaced) => return Err(IvrError::SessionRaced),
                Err(SessionError::Outage(outage)) => {
                    self.again(tries, contact_id, "session_load", outage)?;
                }
            }
        }
    }

    async fn row(&self, session: &IvrSession) -> Result<SessionRow, IvrError> {
        let now = self.ports.clock.now().timestamp();
        let lives_until = match session.last_response.then {
            Then::End(_) => now + AFTERGLOW_S,
            Then::Ask | Then::GoOn => ttl(
                now,
                session.call_start_time.timestamp(),
                session.login.as_ref().map(|login| login.session_started_at),
            ),
        };
        let key = self
            .ports
            .sealing_keys
            .current(self.deadline)
            .await
            .map_err(|e| IvrError::outage("sealing_key", e))?;
        session::seal(session, lives_until, &key, self.ports.entropy)
            .map_err(|e| IvrError::Session(e.into()))
    }

    fn within(&self) -> Deadline {
        let limit = TimeDelta::milliseconds(self.settings.session_ms);
        self.deadline.at_most(limit, self.ports.clock.now())
    }

    /// Whether to ask again after this failure, while the turn has time; one log line either way.
    fn again(
        &self,
        tries: &mut Tries,
        contact_id: &str,
        operation: &'static str,
        outage: Outage,
    ) -> Result<(), IvrError> {
        let now = self.ports.clock.now();
        let (backend, detail) = (outage.backend(), with_sources(&outage));
        self.ports.telemetry.record(TelemetryRecord {
            at: now,
            contact_id: contact_id.to_owned(),
            caller: None,
            tenant_id: None,
            election_event_id: None,
            phase: None,
            sub_phase: None,
            latency_ms: 0,
            event: TelemetryEvent::Error { backend, operation, detail },
        });
        let in_time = self.deadline.left(now) > TimeDelta::milliseconds(TOO_LATE_MS);
        if in_time && tries.allow(&outage, self.settings) {
            Ok(())
        } else {
            Err(IvrError::outage("session", outage))
        }
    }
}
