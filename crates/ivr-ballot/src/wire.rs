//! Ciphertexts as they travel: contest ids, ciphertext and proof in binary, then in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use borsh::{BorshDeserialize, BorshSerialize};

use crate::cipher::Sealed;
use crate::prepared::BallotKind;

/// The binary of the single-contest kind.
#[derive(BorshSerialize, BorshDeserialize)]
struct Single {
    contest_id: String,
    sealed: Sealed,
}

/// The binary of the multiple-contests kind.
#[derive(BorshSerialize, BorshDeserialize)]
struct Multi {
    contest_ids: Vec<String>,
    sealed: Sealed,
}

/// One ciphertext and the contests it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) contest_ids: Vec<String>,
    pub(crate) sealed: Sealed,
}

impl Entry {
    /// Reads the binary form: all of it, with every element and scalar canonical.
    pub(crate) fn from_bytes(kind: BallotKind, bytes: &[u8]) -> Option<Self> {
        let entry = match kind {
            BallotKind::SingleContest => Single::try_from_slice(bytes)
                .ok()
                .map(|single| Self { contest_ids: vec![single.contest_id], sealed: single.sealed }),
            BallotKind::MultipleContests => Multi::try_from_slice(bytes)
                .ok()
                .map(|multi| Self { contest_ids: multi.contest_ids, sealed: multi.sealed }),
        };
        entry.filter(|entry| entry.sealed.is_well_formed())
    }
}

/// The binary form of one contest's ciphertext.
pub(crate) fn single_bytes(contest_id: &str, sealed: &Sealed) -> Vec<u8> {
    borsh::to_vec(&(contest_id, sealed)).expect("writing to memory fails only beyond 4 GiB")
}

/// The binary form of a whole ballot's ciphertext.
pub(crate) fn multi_bytes(contest_ids: &[&str], sealed: &Sealed) -> Vec<u8> {
    borsh::to_vec(&(contest_ids, sealed)).expect("writing to memory fails only beyond 4 GiB")
}

/// The platform's base64: standard alphabet, no padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Decodes the platform's base64, one text a byte string: padding and stray trailing bits are refused.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}
