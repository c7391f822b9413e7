//! The stored form of a session: versioned, so that newer code reads the calls of older code.

use serde::{Deserialize, Serialize};

use super::call::IvrSession;

/// The newest stored form.
pub const SCHEMA: u16 = 1;

/// A stored session that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredSessionError {
    /// Written by newer code.
    #[error("the session has form {0}, this code reads up to {SCHEMA}")]
    FromTheFuture(u16),
    /// Damaged.
    #[error("the stored session cannot be read")]
    Damaged(#[source] postcard::Error),
}

#[derive(Serialize, Deserialize)]
struct Header {
    schema: u16,
}

/// Writes a session in the newest form.
pub fn encode(session: &IvrSession, out: Vec<u8>) -> Result<Vec<u8>, StoredSessionError> {
    let out = postcard::to_extend(&Header { schema: SCHEMA }, out)
        .map_err(StoredSessionError::Damaged)?;
    postcard::to_extend(session, out).map_err(StoredSessionError::Damaged)
}

/// Reads a session in any form that was ever stored.
pub fn decode(bytes: &[u8]) -> Result<Box<IvrSession>, StoredSessionError> {
    let (header, rest) =
        postcard::take_from_bytes::<Header>(bytes).map_err(StoredSessionError::Damaged)?;
    match header.schema {
        1 => postcard::from_bytes(rest).map_err(StoredSessionError::Damaged),
        newer => Err(StoredSessionError::FromTheFuture(newer)),
    }
}
