//! [`MemorySessions`]: stored calls with the conditions of the real table.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::shared::Shared;
use crate::ports::{Deadline, SessionError, SessionPort, SessionRow};

/// Somebody who changes the rows just before an update.
pub type Intruder = Box<dyn FnOnce(&mut BTreeMap<String, SessionRow>) + Send>;

/// A table in memory. Nothing is deleted when its time is over: the engine looks.
pub struct MemorySessions(pub(super) Arc<Shared>);

#[async_trait]
impl SessionPort for MemorySessions {
    async fn load(
        &self,
        contact_id: &str,
        _within: Deadline,
    ) -> Result<Option<SessionRow>, SessionError> {
        Ok(self.0.tables().sessions.get(contact_id).cloned())
    }

    async fn create(
        &self,
        row: &SessionRow,
        now: i64,
        _within: Deadline,
    ) -> Result<(), SessionError> {
        let sessions = &mut self.0.tables().sessions;
        if sessions.get(&row.contact_id).is_some_and(|known| known.ttl >= now) {
            return Err(SessionError::SessionRaced);
        }
        sessions.insert(row.contact_id.clone(), row.clone());
        Ok(())
    }

    async fn update(
        &self,
        row: &SessionRow,
        expected: u64,
        _within: Deadline,
    ) -> Result<(), SessionError> {
        let hook = self.0.hooks().pop_front();
        if let Some(hook) = hook {
            hook(&self.0);
        }
        let sessions = &mut self.0.tables().sessions;
        match sessions.get_mut(&row.contact_id) {
            Some(known) if known.version == expected => {
                known.version = row.version;
                known.ttl = row.ttl;
                known.key_id.clone_from(&row.key_id);
                known.sealed.clone_from(&row.sealed);
            }
            Some(_) | None => return Err(SessionError::SessionRaced),
        }
        Ok(())
    }
}
