//! From choices to the ballot that is cast.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use rand_core::CryptoRng;

use crate::choice::{self, ChoiceError, ContestChoice};
use crate::cipher::{self, Randomness, Sealed};
use crate::content::{self, AnyContests, Content};
use crate::prepared::{BallotKind, Style};
use crate::signature;
use crate::wire;

/// A ballot ready to be cast. Nothing in it tells the choices.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedBallot {
    /// 64 lowercase hexadecimal digits; the voter's receipt.
    pub ballot_id: String,
    /// The JSON document, as the string the platform takes.
    pub content: String,
}

impl fmt::Debug for SealedBallot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedBallot").field("ballot_id", &self.ballot_id).finish_non_exhaustive()
    }
}

/// Why choices could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The choices are not a ballot of this style.
    #[error("the choices are not a ballot of this style")]
    Choice(#[source] ChoiceError),
    /// No group element carries the plaintext; of 8192 tries one in four succeeds.
    #[error("no group element carries the plaintext")]
    NoElement,
}

impl Style {
    /// Seals one choice for every contest into a ballot.
    ///
    /// `issue_date` is the date where the voter is. From `rng` come, for each ciphertext in turn, 64 bytes
    /// for its exponent and 64 for its proof's nonce, then 32 for the signing key if ballots are signed.
    ///
    /// # Errors
    /// Choices that do not fit the style. Over-votes and under-votes fit the single-contest kind: the tally
    /// judges them.
    pub fn seal<R: CryptoRng + ?Sized>(
        &self,
        choices: &[ContestChoice],
        issue_date: NaiveDate,
        rng: &mut R,
    ) -> Result<SealedBallot, SealError> {
        let digits = choice::digits(self, choices).map_err(SealError::Choice)?;
        let plaintexts = digits
            .iter()
            .map(choice::Digits::plaintext)
            .collect::<Result<Vec<_>, _>>()
            .map_err(SealError::Choice)?;
        let randomness: Vec<Randomness> =
            plaintexts.iter().map(|_| Randomness::draw(rng)).collect();
        let sealed =
            cipher::encrypt(&self.key, &plaintexts, &randomness).ok_or(SealError::NoElement)?;
        Ok(self.assemble(&sealed, issue_date, rng))
    }

    fn assemble<R: CryptoRng + ?Sized>(
        &self,
        sealed: &[Sealed],
        issue_date: NaiveDate,
        rng: &mut R,
    ) -> SealedBallot {
        let issue_date = format_date(issue_date);
        let entries = self.entries(sealed);
        let raw = content::raw_bytes(self.kind(), content::VERSION, &issue_date, &entries);
        let ballot_id = content::ballot_id(&raw);
        let mut texts: Vec<String> = entries.iter().map(|entry| wire::to_base64(entry)).collect();
        let contests = match self.kind() {
            BallotKind::SingleContest => AnyContests::Single(texts),
            BallotKind::MultipleContests => AnyContests::Multi(texts.pop().unwrap_or_default()),
        };
        let mut content = Content {
            version: content::VERSION,
            issue_date,
            contests,
            config: self.style.id.clone(),
            ballot_style_hash: self.hash().to_owned(),
            voter_signing_pk: None,
            voter_ballot_signature: None,
        };
        if self.is_signed() {
            let signable = content.signable_bytes();
            let message = signature::message(&ballot_id, &self.style.election_id, &signable);
            let signed = signature::sign(rng, &message);
            content.voter_signing_pk = Some(signed.public_key);
            content.voter_ballot_signature = Some(signed.signature);
        }
        SealedBallot { ballot_id, content: content.to_json() }
    }

    fn entries(&self, sealed: &[Sealed]) -> Vec<Vec<u8>> {
        match self.kind() {
            BallotKind::SingleContest => self
                .contests
                .iter()
                .zip(sealed)
                .map(|(contest, sealed)| wire::single_bytes(&contest.id, sealed))
                .collect(),
            BallotKind::MultipleContests => {
                let ids: Vec<&str> = self.contests.iter().map(|each| each.id.as_str()).collect();
                let entry = |sealed| wire::multi_bytes(&ids, sealed);
                sealed.iter().map(entry).collect()
            }
        }
    }
}

/// Day, month and year without leading zeros.
fn format_date(date: NaiveDate) -> String {
    format!("{}/{}/{}", date.day(), date.month(), date.year())
}
