//! The time, as an argument.

use chrono::{DateTime, Utc};

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}
