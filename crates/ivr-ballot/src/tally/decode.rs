//! From plaintext bytes back to choices. The bytes are foreign: nothing here may panic.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::judge::{self, Verdict};
use crate::integer::Integer;
use crate::layout::ContestLayout;
use crate::plaintext::Plaintext;
use crate::prepared::{ContestName, Style};
use crate::style::CountingAlgorithm;

/// The choices of one ballot, contest by contest in id order. A vote: never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodedBallot {
    /// By ascending contest id.
    pub contests: Vec<DecodedContest>,
}

/// One contest of a decrypted ballot. A vote: wiped and never shown.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DecodedContest {
    /// The contest.
    pub contest_id: String,
    /// The candidates marked, by ascending id.
    pub marks: Vec<Mark>,
    /// The voter spoilt it on purpose: this contest, or in the multiple-contests kind the ballot.
    pub explicit_invalid: bool,
    /// Whether it counts.
    #[zeroize(skip)]
    pub verdict: Verdict,
}

/// One candidate's mark. A vote: wiped and never shown.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Mark {
    /// The candidate.
    pub candidate_id: String,
    /// The digit: 1 in plurality, the number of marks in a cumulative contest, else the rank from 1.
    pub digit: u64,
}

/// Plaintext that is no choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The length byte says more than there is.
    #[error("the length byte is too large")]
    Length,
    /// There is more in the number than the digits account for.
    #[error("the number is too large for the digits")]
    Remainder,
    /// A candidate twice in one contest.
    #[error("a candidate of {0} is chosen twice")]
    DuplicateCandidate(ContestName),
    /// Fewer than `min_votes`: the whole ballot cannot be decoded.
    #[error("{0} has too few choices")]
    TooFew(ContestName),
}

impl DecodedContest {
    /// Ids of the marked candidates, ascending.
    #[must_use]
    pub fn selected(&self) -> Vec<&str> {
        self.marks.iter().map(|mark| mark.candidate_id.as_str()).collect()
    }
}

impl fmt::Debug for DecodedBallot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DecodedBallot(..)")
    }
}

impl fmt::Debug for DecodedContest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DecodedContest(..)")
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mark(..)")
    }
}

/// Takes digits off a number, least significant first.
struct Digits(Integer);

impl Digits {
    fn of(plaintext: &Plaintext) -> Result<Self, DecodeError> {
        plaintext.to_integer().map(Self).ok_or(DecodeError::Length)
    }

    fn next(&mut self, base: u64) -> u64 {
        self.0.div_rem(base).unwrap_or(0)
    }

    fn finish(&self) -> Result<(), DecodeError> {
        if self.0.is_zero() { Ok(()) } else { Err(DecodeError::Remainder) }
    }
}

/// Reads one contest of the single-contest kind. The text of a write-in is skipped.
pub(super) fn single(
    style: &Style,
    layout: &ContestLayout,
    plaintext: &Plaintext,
) -> Result<DecodedContest, DecodeError> {
    let mut digits = Digits::of(plaintext)?;
    let fixed = 1 + layout.slots.len();
    let mut values = layout.bases.iter().take(fixed).map(|base| digits.next(*base));
    let explicit_invalid = values.next() == Some(1);
    let marks = layout
        .slots
        .iter()
        .zip(values)
        .filter(|(_, digit)| *digit > 0)
        .map(|(slot, digit)| Mark { candidate_id: slot.candidate_id.clone(), digit })
        .collect();
    for base in layout.bases.iter().skip(fixed) {
        while digits.next(*base) != 0 {}
    }
    digits.finish()?;
    Ok(contest(style, layout, marks, explicit_invalid))
}

/// Reads a whole ballot of the multiple-contests kind.
pub(super) fn multi(style: &Style, plaintext: &Plaintext) -> Result<DecodedBallot, DecodeError> {
    let mut digits = Digits::of(plaintext)?;
    let explicit_invalid = digits.next(2) == 1;
    let mut contests = Vec::with_capacity(style.contests.len());
    for layout in &style.contests {
        let mut positions = Vec::new();
        for _ in 0..layout.max_votes {
            let position = digits.next(layout.multi_base());
            if position > 0 {
                positions.push(position as usize - 1);
            }
        }
        positions.sort_unstable();
        if positions.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(DecodeError::DuplicateCandidate(style.name_of(layout)));
        }
        if i64::try_from(positions.len()).is_ok_and(|chosen| chosen < layout.min_votes) {
            return Err(DecodeError::TooFew(style.name_of(layout)));
        }
        let marks = positions
            .iter()
            .filter_map(|position| layout.slots.get(*position))
            .map(|slot| Mark { candidate_id: slot.candidate_id.clone(), digit: 1 })
            .collect();
        positions.zeroize();
        contests.push(contest(style, layout, marks, explicit_invalid));
    }
    digits.finish()?;
    Ok(DecodedBallot { contests })
}

fn contest(
    style: &Style,
    layout: &ContestLayout,
    marks: Vec<Mark>,
    explicit_invalid: bool,
) -> DecodedContest {
    let rules = style.contest(layout);
    let verdict = judge::judge(rules, marks.len(), explicit_invalid);
    debug_assert!(
        rules.algorithm() != CountingAlgorithm::Plurality
            || marks.iter().all(|mark| mark.digit == 1)
    );
    DecodedContest { contest_id: layout.id.clone(), marks, explicit_invalid, verdict }
}
