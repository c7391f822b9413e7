//! What the routes need.

use std::fmt;

use deadpool_postgres::Pool;

use super::issuers::Issuers;

/// The database, and who may sign tokens.
pub struct State {
    pub(super) pool: Pool,
    pub(super) issuers: Issuers,
}

impl State {
    /// Over connections to the platform's database, with our tables in it.
    #[must_use]
    pub fn new(pool: Pool, issuers: Issuers) -> Self {
        Self { pool, issuers }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("issuers", &self.issuers).finish_non_exhaustive()
    }
}
