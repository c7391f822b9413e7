//! What the tests of the adapters share: a server on a socket, a clock, and everything of an error.

pub(in crate::adapters) mod server;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::ports::Clock;

/// A clock that stands until somebody moves it.
pub(in crate::adapters) struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    pub(in crate::adapters) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap())))
    }

    pub(in crate::adapters) fn advance(&self, ms: i64) {
        *self.0.lock().unwrap() += TimeDelta::milliseconds(ms);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// An error with everything that can be read of it.
pub(in crate::adapters) fn everything(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?} {error:#?}"));
        cause = error.source();
    }
    text
}
