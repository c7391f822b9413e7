//! Loading and saving a session: sealing, versions, ttl (design 4.1, DECISIONS 7, 9).

use crate::flow::error::IvrError;
use crate::ports::{Deadline, Ports, SessionError};
use crate::session::{self, AFTERGLOW_S, IvrSession, Then, ttl};

/// Stores sessions sealed, under a condition.
#[derive(Clone, Copy)]
pub struct SessionStore<'a> {
    /// The outside.
    pub ports: Ports<'a>,
    /// When the turn must have answered.
    pub deadline: Deadline,
}

impl SessionStore<'_> {
    /// The session of a contact; a row past its ttl is absent (DECISIONS 9).
    pub async fn load(&self, contact_id: &str) -> Result<Option<Box<IvrSession>>, IvrError> {
        let row = self.ports.session.load(contact_id, self.deadline).await.map_err(store_error)?;
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
    pub async fn write(&self, session: &IvrSession) -> Result<(), IvrError> {
        let row = self.row(session).await?;
        let store = self.ports.session;
        let written = if session.version == 1 {
            store.create(&row, self.ports.clock.now().timestamp(), self.deadline).await
        } else {
            store.update(&row, session.version - 1, self.deadline).await
        };
        written.map_err(store_error)
    }

    async fn row(&self, session: &IvrSession) -> Result<crate::ports::SessionRow, IvrError> {
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
}

fn store_error(error: SessionError) -> IvrError {
    match error {
        SessionError::SessionRaced => IvrError::SessionRaced,
        SessionError::Outage(outage) => IvrError::outage("session", outage),
    }
}
