//! What the nullable fields of a ballot style mean once defaults are applied.

use super::{
    BallotStyle, BlankVotePolicy, Candidate, Contest, ContestEncryptionPolicy, InvalidVotePolicy,
    OverVotePolicy, UnderVotePolicy, VoterSigningPolicy,
};

/// How a contest's votes are counted, as far as the format of the ballot depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountingAlgorithm {
    /// One mark a candidate; also what null means.
    Plurality,
    /// Several marks a candidate.
    Cumulative,
    /// Any other: candidates are ranked.
    Preferential,
}

impl BallotStyle {
    /// One ciphertext for the ballot, or one for each contest.
    #[must_use]
    pub fn contest_encryption_policy(&self) -> ContestEncryptionPolicy {
        self.election_event_presentation
            .as_ref()
            .and_then(|event| event.contest_encryption_policy)
            .unwrap_or_default()
    }

    /// Whether ballots are signed.
    #[must_use]
    pub fn voter_signing_policy(&self) -> VoterSigningPolicy {
        self.election_event_presentation
            .as_ref()
            .and_then(|event| event.voter_signing_policy)
            .unwrap_or_default()
    }
}

impl Contest {
    /// How votes are counted.
    #[must_use]
    pub fn algorithm(&self) -> CountingAlgorithm {
        match self.counting_algorithm.as_deref() {
            None | Some("plurality-at-large") => CountingAlgorithm::Plurality,
            Some("cumulative") => CountingAlgorithm::Cumulative,
            Some(_) => CountingAlgorithm::Preferential,
        }
    }

    /// The name errors call the contest by.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().or(self.alias.as_deref()).unwrap_or("")
    }

    /// The candidates a voter can pick by number, in ballot style order.
    pub fn numbered_candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|each| each.is_numbered())
    }

    /// What no choice means.
    #[must_use]
    pub fn blank_vote_policy(&self) -> BlankVotePolicy {
        self.presentation.as_ref().and_then(|each| each.blank_vote_policy).unwrap_or_default()
    }

    /// What fewer choices than allowed mean.
    #[must_use]
    pub fn under_vote_policy(&self) -> UnderVotePolicy {
        self.presentation.as_ref().and_then(|each| each.under_vote_policy).unwrap_or_default()
    }

    /// What more choices than allowed mean.
    #[must_use]
    pub fn over_vote_policy(&self) -> OverVotePolicy {
        self.presentation.as_ref().and_then(|each| each.over_vote_policy).unwrap_or_default()
    }

    /// What spoiling the contest on purpose means.
    #[must_use]
    pub fn invalid_vote_policy(&self) -> InvalidVotePolicy {
        self.presentation.as_ref().and_then(|each| each.invalid_vote_policy).unwrap_or_default()
    }

    /// The base of write-in characters, where the contest allows write-ins.
    pub(crate) fn write_in_base(&self) -> Option<u64> {
        let presentation = self.presentation.as_ref()?;
        if !presentation.allow_writeins.unwrap_or(false) {
            return None;
        }
        let base32 = presentation.base32_writeins.unwrap_or(true);
        Some(if base32 { 32 } else { 256 })
    }

    /// How often one candidate may be marked in a cumulative contest.
    pub(crate) fn checkboxes(&self) -> u64 {
        self.presentation
            .as_ref()
            .and_then(|each| each.cumulative_number_of_checkboxes)
            .unwrap_or(1)
    }
}

impl Candidate {
    /// The option by which a voter spoils the contest. It has no place in the ballot's bytes.
    #[must_use]
    pub fn is_explicit_invalid(&self) -> bool {
        self.flag(|each| each.is_explicit_invalid)
    }

    /// The option by which a voter says "none". Choosing it marks nothing.
    #[must_use]
    pub fn is_explicit_blank(&self) -> bool {
        self.flag(|each| each.is_explicit_blank)
    }

    /// An option shown but not offered.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.flag(|each| each.is_disabled)
    }

    /// The heading of a list of candidates.
    #[must_use]
    pub fn is_category_list(&self) -> bool {
        self.flag(|each| each.is_category_list)
    }

    /// A line to write a name on.
    #[must_use]
    pub fn is_write_in(&self) -> bool {
        self.flag(|each| each.is_write_in)
    }

    /// Whether a voter on the telephone can pick this candidate by number.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        !(self.is_explicit_invalid()
            || self.is_explicit_blank()
            || self.is_disabled()
            || self.is_category_list()
            || self.is_write_in())
    }

    fn flag(&self, read: impl Fn(&super::CandidatePresentation) -> Option<bool>) -> bool {
        self.presentation.as_ref().and_then(read).unwrap_or(false)
    }
}
