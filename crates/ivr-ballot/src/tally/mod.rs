//! Decrypting, judging and counting: for tests and rehearsals with throw-away keys.
//!
//! A telephone line has no business here, so all of it is behind the feature `tally`.

mod count;
mod decode;
mod judge;
mod secret_key;

pub use count::{CandidateTotal, ContestTotals, CountError, Tally};
pub use decode::{DecodeError, DecodedBallot, DecodedContest, Mark};
pub use judge::Verdict;
pub use secret_key::{SecretKey, SecretKeyError};

use crate::content::Content;
use crate::prepared::{BallotKind, Style};
use crate::verify::{self, VerifyError};
use crate::{group, plaintext::Plaintext};

/// Why a ballot could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not a ballot document of the style's kind.
    #[error("the ballot cannot be read")]
    Unreadable(#[source] VerifyError),
    /// A contest has no ciphertext, or the whole ballot has not exactly one.
    #[error("the ballot does not cover the contests of the style")]
    Contests,
    /// What was encrypted is no choice. The platform sets such a ballot aside.
    #[error("what was encrypted is not a choice")]
    Undecodable(#[source] DecodeError),
}

/// Decrypts a cast ballot and reads its choices, contest by contest in id order.
///
/// Neither proofs nor hashes are checked: that is [`crate::verify::verify`]'s and was done when the ballot
/// was cast. As the platform's tally does, each contest's ciphertext is found by the contest's id.
///
/// # Errors
/// Content that cannot be read, or plaintext that is no choice.
pub fn open(style: &Style, key: &SecretKey, content: &str) -> Result<DecodedBallot, OpenError> {
    let content = Content::from_json(style.kind(), content)
        .map_err(|error| OpenError::Unreadable(VerifyError::DeserializeBallotFailed(error)))?;
    let (entries, _) =
        verify::read_entries(style.kind(), &content).map_err(OpenError::Unreadable)?;
    match style.kind() {
        BallotKind::MultipleContests => {
            let [entry] = entries.as_slice() else {
                return Err(OpenError::Contests);
            };
            if !entry.contest_ids.iter().eq(style.contests.iter().map(|each| &each.id)) {
                return Err(OpenError::Contests);
            }
            let plaintext = decrypt(key, &entry.sealed).ok_or(OpenError::Contests)?;
            decode::multi(style, &plaintext).map_err(OpenError::Undecodable)
        }
        BallotKind::SingleContest => {
            let mut contests = Vec::with_capacity(style.contests.len());
            for layout in &style.contests {
                let entry = entries
                    .iter()
                    .find(|entry| entry.contest_ids.first() == Some(&layout.id))
                    .ok_or(OpenError::Contests)?;
                let plaintext = decrypt(key, &entry.sealed).ok_or(OpenError::Contests)?;
                let decoded = decode::single(style, layout, &plaintext);
                contests.push(decoded.map_err(OpenError::Undecodable)?);
            }
            Ok(DecodedBallot { contests })
        }
    }
}

/// Reads thirty plaintext bytes as a choice of the style: of its first contest in the single-contest kind.
///
/// For fuzzing the decoder on bytes no encoder made.
///
/// # Errors
/// Bytes that are no choice.
#[doc(hidden)]
pub fn decode_plaintext(style: &Style, bytes: &[u8; 30]) -> Result<DecodedBallot, DecodeError> {
    let plaintext = Plaintext(*bytes);
    match (style.kind(), style.contests.first()) {
        (BallotKind::MultipleContests, _) => decode::multi(style, &plaintext),
        (BallotKind::SingleContest, None) => Ok(DecodedBallot { contests: Vec::new() }),
        (BallotKind::SingleContest, Some(layout)) => {
            Ok(DecodedBallot { contests: vec![decode::single(style, layout, &plaintext)?] })
        }
    }
}

/// The plaintext of a ciphertext; `None` when its elements are none.
fn decrypt(key: &SecretKey, sealed: &crate::cipher::Sealed) -> Option<Plaintext> {
    let (mhr, gr) = (group::point(sealed.mhr)?, group::point(sealed.gr)?);
    Some(group::decode(&key.unmask(&mhr, &gr)))
}
