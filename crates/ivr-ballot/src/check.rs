//! Whether a ballot belongs to a ballot style, which the platform does not ask.

use crate::content::Content;
use crate::prepared::{BallotKind, Style};
use crate::verify::{self, VerifyError};

/// How a ballot differs from the style it should have been made under.
#[derive(Debug, thiserror::Error)]
pub enum MismatchError {
    /// Not a ballot of the style's kind at all.
    #[error("the content is not a ballot of the style's kind")]
    Unreadable(#[source] VerifyError),
    /// `config` is not the style's id.
    #[error("the ballot was made under style {found}, not {expected}")]
    Config {
        /// The style's id.
        expected: String,
        /// The ballot's `config`.
        found: String,
    },
    /// `ballot_style_hash` is not the style's hash.
    #[error("the ballot states style hash {found}, not {expected}")]
    StyleHash {
        /// The style's hash.
        expected: String,
        /// The ballot's `ballot_style_hash`.
        found: String,
    },
    /// Not exactly one ciphertext for every contest, in order.
    #[error("the ballot's contests are not the style's")]
    Contests {
        /// The style's contest ids.
        expected: Vec<String>,
        /// The ballot's.
        found: Vec<String>,
    },
    /// The style asks for a signature and there is none.
    #[error("the ballot is not signed")]
    Unsigned,
}

/// Checks that a ballot was made under a style. That it is sound is for [`crate::verify::verify`].
///
/// # Errors
/// The first difference.
pub fn check_against(style: &Style, content: &str) -> Result<(), MismatchError> {
    let content = Content::from_json(style.kind(), content)
        .map_err(|error| MismatchError::Unreadable(VerifyError::DeserializeBallotFailed(error)))?;
    if content.config != style.ballot_style().id {
        return Err(MismatchError::Config {
            expected: style.ballot_style().id.clone(),
            found: content.config,
        });
    }
    if content.ballot_style_hash != style.hash() {
        return Err(MismatchError::StyleHash {
            expected: style.hash().to_owned(),
            found: content.ballot_style_hash,
        });
    }
    let (entries, _) =
        verify::read_entries(style.kind(), &content).map_err(MismatchError::Unreadable)?;
    let ciphertexts = match style.kind() {
        BallotKind::SingleContest => style.contests.len(),
        BallotKind::MultipleContests => 1,
    };
    let count = entries.len();
    let found: Vec<String> = entries.into_iter().flat_map(|entry| entry.contest_ids).collect();
    let expected = style.contests.iter().map(|contest| &contest.id);
    if count != ciphertexts || !expected.clone().eq(&found) {
        return Err(MismatchError::Contests { expected: expected.cloned().collect(), found });
    }
    let signed = content.voter_signing_pk.is_some() && content.voter_ballot_signature.is_some();
    if style.is_signed() && !signed {
        return Err(MismatchError::Unsigned);
    }
    Ok(())
}
