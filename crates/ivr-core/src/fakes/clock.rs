//! Time that stands still until somebody moves it; or the real one.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::{Clock, Deadline};

/// The time of a world.
#[derive(Debug)]
pub struct FakeClock {
    virtual_now: Option<Mutex<DateTime<Utc>>>,
}

impl FakeClock {
    /// Virtual time from a moment on, or the real clock.
    pub fn new(now: Option<DateTime<Utc>>) -> Self {
        Self { virtual_now: now.map(Mutex::new) }
    }

    /// Moves virtual time on; the real clock moves by itself.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(now) = &self.virtual_now {
            *now.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    /// Sets virtual time.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Some(now) = &self.virtual_now {
            *now.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }

    /// Whether time is virtual.
    pub fn is_virtual(&self) -> bool {
        self.virtual_now.is_some()
    }

    /// Lets `ms` pass, but not beyond the deadline; whether the deadline was reached.
    pub(super) fn pass(&self, ms: u64, within: Deadline) -> bool {
        let wanted = TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX / 2_000_000));
        let left = within.left(self.now());
        self.advance(wanted.min(left));
        wanted >= left
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        self.virtual_now.as_ref().map_or_else(now_of_the_machine, |now| {
            *now.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }
}

fn now_of_the_machine() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
