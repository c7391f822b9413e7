//! Sealing at rest (DECISIONS 7): whoever reads the table learns no vote and no telephone number.
//!
//! A row shows contact id, version, ttl and key id. All of these are bound to the ciphertext, so a
//! sealed part cannot be moved to another row or another version. The plaintext is padded to a
//! fixed step before sealing, so that its length tells nothing.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use zeroize::Zeroizing;

use super::call::IvrSession;
use super::stored::{self, StoredSessionError};
use crate::ports::{Entropy, SealingKey, SessionRow};

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
    let mut sealed = Vec::with_capacity(NONCE + PADDING_STEP + TAG);
    sealed.resize(NONCE, 0);
    entropy.fill(&mut sealed);
    let nonce = Nonce::try_from(&sealed[..NONCE]).map_err(|_| SealError::Forged)?;
    let mut sealed = Zeroizing::new(stored::encode(session, sealed)?);
    // The end of the content, then zeroes.
    sealed.push(0x80);
    let padded = (sealed.len() - NONCE).div_ceil(PADDING_STEP) * PADDING_STEP;
    sealed.resize(NONCE + padded, 0);

    let mut row = SessionRow {
        contact_id: session.contact_id.clone(),
        version: session.version,
        ttl,
        key_id: key.id.clone(),
        sealed: Vec::new(),
    };
    let tag = cipher(key)
        .encrypt_inout_detached(&nonce, &bound(&row), (&mut sealed[NONCE..]).into())
        .map_err(|_| SealError::Forged)?;
    sealed.extend_from_slice(&tag);
    row.sealed = std::mem::take(&mut *sealed);
    Ok(row)
}

/// Opens the sealed part of a row.
pub fn open(row: &SessionRow, key: &SealingKey) -> Result<IvrSession, SealError> {
    let content_len =
        row.sealed.len().checked_sub(NONCE + TAG).filter(|n| *n > 0).ok_or(SealError::Forged)?;
    let (nonce, rest) = row.sealed.split_at(NONCE);
    let (content, tag) = rest.split_at(content_len);
    let nonce = Nonce::try_from(nonce).map_err(|_| SealError::Forged)?;
    let tag = Tag::try_from(tag).map_err(|_| SealError::Forged)?;
    let mut content = Zeroizing::new(content.to_vec());
    cipher(key)
        .decrypt_inout_detached(&nonce, &bound(row), content.as_mut_slice().into(), &tag)
        .map_err(|_| SealError::Forged)?;
    let end = end_of_content(&content).ok_or(SealError::Forged)?;
    let session = stored::decode(&content[..end])?;
    Ok(session)
}

/// Where the mark before the padding is. Most of a row is padding: it is passed over in blocks.
fn end_of_content(padded: &[u8]) -> Option<usize> {
    let zeroes = padded.rchunks_exact(64).take_while(|block| **block == [0; 64]).count() * 64;
    padded[..padded.len() - zeroes].iter().rposition(|byte| *byte != 0)
}

fn cipher(key: &SealingKey) -> Aes256Gcm {
    Aes256Gcm::new(key.key.expose().into())
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
