//! The platform's own rules over a ballot, in the platform's order.
//!
//! What the platform checks when a ballot is cast, and no more. That a ballot belongs to a ballot style is
//! [`crate::check_against`]'s to say: the platform does not ask.

use crate::content::{self, Content, VERSION};
use crate::prepared::BallotKind;
use crate::signature;
use crate::wire::{self, Entry};

/// A refusal, named as the platform names it.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Not the JSON document of this kind.
    #[error("the content is not a ballot document")]
    DeserializeBallotFailed(#[source] serde_json::Error),
    /// A version other than 1. The platform reports it as a ballot it cannot read.
    #[error("the ballot has version {0}, not 1")]
    UnsupportedVersion(u32),
    /// The ballot's bytes do not have the hash that was stated.
    #[error("the ballot id is {computed} and was stated as {stated}")]
    BallotIdMismatch {
        /// The hash of the ballot.
        computed: String,
        /// The `ballot_id` beside it.
        stated: String,
    },
    /// A ciphertext that cannot be read.
    #[error("ciphertext {index} cannot be read")]
    DeserializeContestsFailed {
        /// Its place, from 0.
        index: usize,
    },
    /// A proof that does not hold.
    #[error("the proof of ciphertext {index} does not hold")]
    PokValidationFailed {
        /// Its place, from 0.
        index: usize,
    },
    /// A signature that does not hold.
    #[error("the voter's signature does not hold")]
    BallotVoterSignatureFailed,
}

impl VerifyError {
    /// The platform's internal name of the refusal.
    #[must_use]
    pub const fn platform_name(&self) -> &'static str {
        match self {
            Self::DeserializeBallotFailed(_) | Self::UnsupportedVersion(_) => {
                "DeserializeBallotFailed"
            }
            Self::BallotIdMismatch { .. } => "BallotIdMismatch",
            Self::DeserializeContestsFailed { .. } => "DeserializeContestsFailed",
            Self::PokValidationFailed { .. } => "PokValidationFailed",
            Self::BallotVoterSignatureFailed => "BallotVoterSignatureFailed",
        }
    }
}

/// Checks a ballot as the platform does when it is cast in `election_id`.
///
/// # Errors
/// The first rule the ballot breaks.
pub fn verify(
    ballot_id: &str,
    content: &str,
    election_id: &str,
    kind: BallotKind,
) -> Result<(), VerifyError> {
    let content =
        Content::from_json(kind, content).map_err(VerifyError::DeserializeBallotFailed)?;
    if content.version != VERSION {
        return Err(VerifyError::UnsupportedVersion(content.version));
    }
    let (entries, bytes) = read_entries(kind, &content)?;
    let raw = content::raw_bytes(kind, content.version, &content.issue_date, &bytes);
    let computed = content::ballot_id(&raw);
    if computed != ballot_id {
        return Err(VerifyError::BallotIdMismatch { computed, stated: ballot_id.to_owned() });
    }
    for (index, entry) in entries.iter().enumerate() {
        if !entry.sealed.proof_holds() {
            return Err(VerifyError::PokValidationFailed { index });
        }
    }
    let (key, signature) = (&content.voter_signing_pk, &content.voter_ballot_signature);
    if let (Some(key), Some(signature)) = (key, signature) {
        let message = signature::message(ballot_id, election_id, &content.signable_bytes());
        if !signature::holds(key, signature, &message) {
            return Err(VerifyError::BallotVoterSignatureFailed);
        }
    }
    Ok(())
}

/// The ciphertexts, read and in binary.
pub(crate) fn read_entries(
    kind: BallotKind,
    content: &Content,
) -> Result<(Vec<Entry>, Vec<Vec<u8>>), VerifyError> {
    let texts = content.contests.texts().iter().enumerate();
    texts
        .map(|(index, text)| {
            let unreadable = || VerifyError::DeserializeContestsFailed { index };
            let bytes = wire::from_base64(text).ok_or_else(unreadable)?;
            let entry = Entry::from_bytes(kind, &bytes).ok_or_else(unreadable)?;
            Ok((entry, bytes))
        })
        .collect()
}
