//! Sealing at rest (DECISIONS 7): whoever reads the table learns no vote and no telephone number.
//!
//! A row shows contact id, version, ttl and key id. All of these are bound to the ciphertext, so a
//! sealed part cannot be moved to another row or another version. The plaintext is padded to a
//! fixed step before sealing, so that its length tells nothing.

use ring::aead::{Aad, Nonce};

use super::call::IvrSession;
use super::stored::{self, StoredSessionError};
use crate::ports::{Entropy, SealingKey, SessionRow};
use crate::secret::Secret;

/// Sealed parts are as long as a multiple of this, less what nonce and tag take.
pub const PADDING_STEP: usize = 3840;

const NONCE: usize = 12;
const TAG: usize = 16;

/// A sealed session that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Not sealed with this key for this row, or changed since.
    #[error("the sealed session does not belong to this row or was changed")]
    Forged,
    /// More than AES-GCM can seal: some sixty gigabytes.
    #[error("the session is too long to be sealed")]
    TooLong,
    /// Opened, but it cannot be read.
    #[error(transparent)]
    Stored(#[from] StoredSessionError),
}

/// Seals a session into the row that is stored.
pub fn seal(
    session: &IvrSession,
    ttl: i64,
    key: &SealingKey,
    entropy: &dyn Entropy,
) -> Result<SessionRow, SealError> {
    let mut nonce = [0; NONCE];
    entropy.fill(&mut nonce);
    let mut sealed = Vec::with_capacity(NONCE + PADDING_STEP + TAG);
    sealed.extend_from_slice(&nonce);
    // Until it is sealed, the buffer is a secret.
    let mut held = Secret::new(stored::encode(session, sealed)?);
    let sealed = held.expose_mut();
    // The end of the content, then zeroes.
    sealed.push(0x80);
    let padded = (sealed.len() - NONCE).div_ceil(PADDING_STEP) * PADDING_STEP;
    sealed.resize(NONCE + padded, 0);

    let mut row = SessionRow {
        contact_id: session.contact_id.clone(),
        version: session.version,
        ttl,
        key_id: key.id().to_owned(),
        sealed: Vec::new(),
    };
    let tag = key
        .cipher()
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(bound(&row)),
            &mut sealed[NONCE..],
        )
        .map_err(|_| SealError::TooLong)?;
    sealed.extend_from_slice(tag.as_ref());
    row.sealed = std::mem::take(sealed);
    Ok(row)
}

/// Opens the sealed part of a row, in place; what was opened is erased afterwards.
pub fn open(mut row: SessionRow, key: &SealingKey) -> Result<Box<IvrSession>, SealError> {
    let mut held = Secret::new(std::mem::take(&mut row.sealed));
    let (nonce, rest) = held.expose_mut().split_first_chunk_mut().ok_or(SealError::Forged)?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let content = key
        .cipher()
        .open_in_place(nonce, Aad::from(bound(&row)), rest)
        .map_err(|_| SealError::Forged)?;
    let end = end_of_content(content).ok_or(SealError::Forged)?;
    Ok(stored::decode(&content[..end])?)
}

/// Where the mark before the padding is. Most of a row is padding: it is passed over in blocks.
fn end_of_content(padded: &[u8]) -> Option<usize> {
    let zeroes = padded.rchunks_exact(64).take_while(|block| **block == [0; 64]).count() * 64;
    padded[..padded.len() - zeroes].iter().rposition(|byte| *byte != 0)
}

/// What the seal is bound to: everything that the row shows.
fn bound(row: &SessionRow) -> Vec<u8> {
    let mut bound = Vec::with_capacity(64 + row.contact_id.len() + row.key_id.len());
    for part in [row.contact_id.as_bytes(), row.key_id.as_bytes()] {
        bound.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bound.extend_from_slice(part);
    }
    bound.extend_from_slice(&row.version.to_le_bytes());
    bound.extend_from_slice(&row.ttl.to_le_bytes());
    bound
}
