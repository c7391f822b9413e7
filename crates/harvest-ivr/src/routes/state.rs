//! What the routes need.

use std::fmt;

use deadpool_postgres::Pool;

use super::issuers::Issuers;

/// What an export holds at most, unless something else is said.
const EXPORT_LIMIT: usize = 100_000;

/// The database, who may sign tokens, and how long an export may be.
pub struct State {
    pub(super) pool: Pool,
    pub(super) issuers: Issuers,
    pub(super) export_limit: usize,
}

impl State {
    /// Over connections to the platform's database, with our tables in it.
    #[must_use]
    pub fn new(pool: Pool, issuers: Issuers) -> Self {
        Self { pool, issuers, export_limit: EXPORT_LIMIT }
    }

    /// An export holds at most so many lines; without this, 100 000.
    #[must_use]
    pub fn with_export_limit(self, lines: usize) -> Self {
        Self { export_limit: lines, ..self }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("issuers", &self.issuers).finish_non_exhaustive()
    }
}
