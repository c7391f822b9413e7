//! A session store with real conditions.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::ports::{Deadline, SessionError, SessionPort, SessionRow};

/// Runs before an update, to let another writer in between.
pub type Intruder = Box<dyn FnOnce(&mut BTreeMap<String, SessionRow>) + Send>;

/// Rows in memory.
#[derive(Default)]
pub(super) struct MemorySessions {
    rows: Mutex<BTreeMap<String, SessionRow>>,
    intruder: Mutex<Option<Intruder>>,
}

impl MemorySessions {
    /// The rows themselves.
    pub(super) fn rows(&self) -> MutexGuard<'_, BTreeMap<String, SessionRow>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody else write just before the next update.
    pub(super) fn before_next_update(&self, intruder: Intruder) {
        *self.intruder.lock().unwrap_or_else(PoisonError::into_inner) = Some(intruder);
    }
}

#[async_trait]
impl SessionPort for MemorySessions {
    async fn load(
        &self,
        contact_id: &str,
        _within: Deadline,
    ) -> Result<Option<SessionRow>, SessionError> {
        Ok(self.rows().get(contact_id).cloned())
    }

    async fn create(
        &self,
        row: &SessionRow,
        now: i64,
        _within: Deadline,
    ) -> Result<(), SessionError> {
        let mut rows = self.rows();
        if rows.get(&row.contact_id).is_some_and(|present| present.ttl >= now) {
            return Err(SessionError::SessionRaced);
        }
        rows.insert(row.contact_id.clone(), row.clone());
        Ok(())
    }

    async fn update(
        &self,
        row: &SessionRow,
        expected: u64,
        _within: Deadline,
    ) -> Result<(), SessionError> {
        let mut rows = self.rows();
        let intruder = self.intruder.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(intruder) = intruder {
            intruder(&mut rows);
        }
        match rows.get_mut(&row.contact_id) {
            Some(present) if present.version == expected => {
                *present = row.clone();
                Ok(())
            }
            _ => Err(SessionError::SessionRaced),
        }
    }
}
