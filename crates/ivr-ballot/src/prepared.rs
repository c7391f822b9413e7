//! A ballot style made ready: checked once, hashed once, its key in a table.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha512};

use crate::key::{ElectionKey, KeyError, KeyTables};
use crate::layout::{self, ContestLayout};
use crate::style::{
    BallotStyle, Contest, ContestEncryptionPolicy, CountingAlgorithm, VoterSigningPolicy,
};
use crate::telephone::{self, TelephoneDefect};

/// How a ballot is cut into ciphertexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BallotKind {
    /// One ciphertext for each contest.
    SingleContest,
    /// One ciphertext for the ballot.
    MultipleContests,
}

/// A ballot style that ballots can be sealed under.
#[derive(Clone)]
pub struct Style {
    pub(crate) style: BallotStyle,
    kind: BallotKind,
    hash: String,
    pub(crate) key: Arc<ElectionKey>,
    /// By ascending contest id.
    pub(crate) contests: Vec<ContestLayout>,
    /// Of the multiple-contests kind; empty in the other.
    pub(crate) multi_bases: Vec<u64>,
}

/// Who an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestName {
    /// The contest's id.
    pub id: String,
    /// Its name in the base language; empty when it has none.
    pub name: String,
}

impl ContestName {
    pub(crate) fn of(contest: &Contest) -> Self {
        Self { id: contest.id.clone(), name: contest.display_name().to_owned() }
    }
}

impl fmt::Display for ContestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contest {} \"{}\"", self.id, self.name)
    }
}

/// Why no ballot can be sealed under a ballot style.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StyleError {
    /// The election key cannot be used.
    #[error("the election key cannot be used")]
    Key(#[source] KeyError),
    /// Two contests have one id.
    #[error("{0} appears twice")]
    DuplicateContest(ContestName),
    /// Two candidates of a contest have one id.
    #[error("candidate {candidate_id} appears twice in {contest}")]
    DuplicateCandidate {
        /// The contest.
        contest: ContestName,
        /// The id that appears twice.
        candidate_id: String,
    },
    /// Ballots of one ciphertext know only plurality.
    #[error("{contest} is counted by {algorithm}, which a ballot of one ciphertext cannot express")]
    Algorithm {
        /// The contest.
        contest: ContestName,
        /// Its counting algorithm.
        algorithm: String,
    },
    /// A full ballot would not fit, or the digits cannot be laid out at all.
    #[error("a ballot cannot hold every choice of {0}")]
    Capacity(ContestName),
    /// The ballot style is sound, but a telephone cannot offer it.
    #[error("the telephone cannot offer this ballot: {}", telephone::list(.0))]
    Telephone(Vec<TelephoneDefect>),
}

impl Style {
    /// Prepares a ballot style for voters on the telephone.
    ///
    /// # Errors
    /// What [`Self::prepare_for_any_channel`] refuses, and every [`TelephoneDefect`].
    pub fn prepare(style: BallotStyle, keys: &mut KeyTables) -> Result<Self, StyleError> {
        let prepared = Self::prepare_for_any_channel(style, keys)?;
        let defects = prepared.telephone_defects();
        if defects.is_empty() { Ok(prepared) } else { Err(StyleError::Telephone(defects)) }
    }

    /// Prepares a ballot style without asking whether a keypad can express its contests.
    ///
    /// # Errors
    /// An unusable key, duplicate ids, or contests whose choices have no place in the format.
    pub fn prepare_for_any_channel(
        style: BallotStyle,
        keys: &mut KeyTables,
    ) -> Result<Self, StyleError> {
        let key = usable_key(&style, keys).map_err(StyleError::Key)?;
        let kind = match style.contest_encryption_policy() {
            ContestEncryptionPolicy::SingleContest => BallotKind::SingleContest,
            ContestEncryptionPolicy::MultipleContests => BallotKind::MultipleContests,
        };
        refuse_duplicates(&style)?;
        let mut contests: Vec<ContestLayout> = style
            .contests
            .iter()
            .enumerate()
            .map(|(index, contest)| ContestLayout::new(index, contest))
            .collect();
        contests.sort_by(|one, other| one.id.cmp(&other.id));

        let too_large =
            |index: usize| StyleError::Capacity(ContestName::of(&style.contests[index]));
        let mut multi_bases = Vec::new();
        match kind {
            BallotKind::SingleContest => {
                for layout in &mut contests {
                    if !layout.set_single_bases(&style.contests[layout.index]) {
                        return Err(too_large(layout.index));
                    }
                }
            }
            BallotKind::MultipleContests => {
                refuse_other_algorithms(&style)?;
                multi_bases = layout::multi_bases(&contests).map_err(too_large)?;
            }
        }
        let hash = style_hash(&style);
        Ok(Self { style, kind, hash, key, contests, multi_bases })
    }

    /// What keeps a telephone from offering this ballot; empty when nothing does.
    #[must_use]
    pub fn telephone_defects(&self) -> Vec<TelephoneDefect> {
        telephone::defects(&self.style, self.kind)
    }

    /// The ballot style as published.
    #[must_use]
    pub fn ballot_style(&self) -> &BallotStyle {
        &self.style
    }

    /// How its ballots are cut into ciphertexts.
    #[must_use]
    pub fn kind(&self) -> BallotKind {
        self.kind
    }

    /// The `ballot_style_hash`: 64 lowercase hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether ballots are signed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.style.voter_signing_policy() == VoterSigningPolicy::WithSignature
    }

    pub(crate) fn contest(&self, layout: &ContestLayout) -> &Contest {
        &self.style.contests[layout.index]
    }

    pub(crate) fn name_of(&self, layout: &ContestLayout) -> ContestName {
        ContestName::of(self.contest(layout))
    }
}

impl fmt::Debug for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Style")
            .field("id", &self.style.id)
            .field("kind", &self.kind)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// The bytes a ballot style is hashed as.
pub(crate) fn style_bytes(style: &BallotStyle) -> Vec<u8> {
    borsh::to_vec(style).expect("writing to memory fails only beyond 4 GiB")
}

fn style_hash(style: &BallotStyle) -> String {
    hex::encode(&Sha512::digest(style_bytes(style))[..32])
}

fn usable_key(style: &BallotStyle, keys: &mut KeyTables) -> Result<Arc<ElectionKey>, KeyError> {
    let config = style.public_key.as_ref().ok_or(KeyError::Missing)?;
    if config.is_demo {
        return Err(KeyError::Demo);
    }
    keys.get(&config.public_key)
}

fn refuse_duplicates(style: &BallotStyle) -> Result<(), StyleError> {
    let mut contests = HashSet::new();
    for contest in &style.contests {
        if !contests.insert(contest.id.as_str()) {
            return Err(StyleError::DuplicateContest(ContestName::of(contest)));
        }
        let mut candidates = HashSet::new();
        for candidate in &contest.candidates {
            if !candidates.insert(candidate.id.as_str()) {
                return Err(StyleError::DuplicateCandidate {
                    contest: ContestName::of(contest),
                    candidate_id: candidate.id.clone(),
                });
            }
        }
    }
    Ok(())
}

fn refuse_other_algorithms(style: &BallotStyle) -> Result<(), StyleError> {
    let other =
        style.contests.iter().find(|contest| contest.algorithm() != CountingAlgorithm::Plurality);
    match other {
        None => Ok(()),
        Some(contest) => Err(StyleError::Algorithm {
            contest: ContestName::of(contest),
            algorithm: contest.counting_algorithm.clone().unwrap_or_default(),
        }),
    }
}
