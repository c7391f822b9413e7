//! The Session port: rows of calls in progress, guarded by conditions (design 4.1).

use async_trait::async_trait;

use super::outage::{Deadline, Outage};

/// A stored call. All that can be read without the key is here: whose row, which version, until
/// when, under which key (DECISIONS 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The contact.
    pub contact_id: String,
    /// Counts writes, from 1.
    pub version: u64,
    /// When the row stops being valid, Unix seconds.
    pub ttl: i64,
    /// Which key sealed it.
    pub key_id: String,
    /// Everything else, sealed.
    pub sealed: Vec<u8>,
}

/// Why a row was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The condition did not hold: another invocation was first.
    #[error("another invocation wrote this session first")]
    SessionRaced,
    /// The store did not answer. A write may or may not have happened.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Where calls in progress are kept.
///
/// Writing has one model: it succeeds only if its condition holds. Repeating a write that already
/// happened fails with [`SessionError::SessionRaced`] and changes nothing.
#[async_trait]
pub trait SessionPort: Send + Sync {
    /// The row of a contact, also one past its `ttl`: the engine decides what that means.
    async fn load(
        &self,
        contact_id: &str,
        within: Deadline,
    ) -> Result<Option<SessionRow>, SessionError>;

    /// Stores a first row: no row may exist, or only one whose `ttl` lies before `now`
    /// (Unix seconds; DECISIONS 9).
    async fn create(
        &self,
        row: &SessionRow,
        now: i64,
        within: Deadline,
    ) -> Result<(), SessionError>;

    /// Replaces the row whose version is `expected`.
    async fn update(
        &self,
        row: &SessionRow,
        expected: u64,
        within: Deadline,
    ) -> Result<(), SessionError>;
}
