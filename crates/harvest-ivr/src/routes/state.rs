//! What the routes need.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::Pool;

use super::issuers::Issuers;

/// What an export holds at most, unless something else is said.
const EXPORT_LIMIT: usize = 100_000;
/// How long a request may take, all in all, unless something else is said: Harvest, in front, waits
/// 20 seconds, and would not know why.
const TIME_LIMIT: Duration = Duration::from_secs(18);

/// The database, who may sign tokens, how long an export may be and a request may take.
pub struct State {
    pub(super) pool: Pool,
    pub(super) issuers: Issuers,
    pub(super) export_limit: usize,
    pub(super) time_limit: Duration,
}

impl State {
    /// Over connections to the platform's database, with our tables in it.
    #[must_use]
    pub fn new(pool: Pool, issuers: Issuers) -> Self {
        Self { pool, issuers, export_limit: EXPORT_LIMIT, time_limit: TIME_LIMIT }
    }

    /// An export holds at most so many lines; without this, 100 000.
    #[must_use]
    pub fn with_export_limit(self, lines: usize) -> Self {
        Self { export_limit: lines, ..self }
    }

    /// A request may take so long; without this, 18 seconds.
    #[must_use]
    pub fn with_time_limit(self, limit: Duration) -> Self {
        Self { time_limit: limit, ..self }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("issuers", &self.issuers).finish_non_exhaustive()
    }
}
