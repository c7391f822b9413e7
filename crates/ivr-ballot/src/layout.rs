//! Where each candidate's digit lies in the plaintext.

use crate::integer::Integer;
use crate::plaintext::CAPACITY_BITS;
use crate::style::{Candidate, Contest, CountingAlgorithm};

/// No plaintext of 29 bytes has more digits that matter; it also bounds what a ballot style can make us do.
const MAX_SLOTS: u64 = 4096;

/// A contest as the encoder sees it.
#[derive(Clone, Debug)]
pub(crate) struct ContestLayout {
    /// Its place in the ballot style.
    pub(crate) index: usize,
    pub(crate) id: String,
    /// Candidates that have a digit, by ascending id.
    pub(crate) slots: Vec<Slot>,
    pub(crate) min_votes: i64,
    pub(crate) max_votes: i64,
    /// Digits of the single-contest kind, the contest's own first slot included. Empty in the other kind.
    pub(crate) bases: Vec<u64>,
    /// How many of the candidates are write-ins that append a text.
    pub(crate) write_ins: usize,
}

/// One candidate that has a digit.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) candidate_id: String,
    /// Whether a ballot of ours may mark it.
    pub(crate) markable: bool,
}

impl ContestLayout {
    /// Sorts the candidates of a contest into slots. The bases are for [`Self::set_single_bases`].
    pub(crate) fn new(index: usize, contest: &Contest) -> Self {
        let mut candidates: Vec<&Candidate> =
            contest.candidates.iter().filter(|each| !each.is_explicit_invalid()).collect();
        candidates.sort_by(|one, other| one.id.cmp(&other.id));
        let write_ins = match contest.write_in_base() {
            Some(_) => candidates.iter().filter(|each| each.is_write_in()).count(),
            None => 0,
        };
        let slots = candidates
            .into_iter()
            .map(|each| Slot { candidate_id: each.id.clone(), markable: each.is_numbered() })
            .collect();
        Self {
            index,
            id: contest.id.clone(),
            slots,
            min_votes: contest.min_votes,
            max_votes: contest.max_votes,
            bases: Vec::new(),
            write_ins,
        }
    }

    /// The bases of a contest that has a ciphertext of its own. False when a marked candidate has no digit,
    /// or when the last candidates could not be marked.
    #[must_use]
    pub(crate) fn set_single_bases(&mut self, contest: &Contest) -> bool {
        let base = match contest.algorithm() {
            CountingAlgorithm::Plurality => Some(2),
            CountingAlgorithm::Cumulative => contest.checkboxes().checked_add(1),
            CountingAlgorithm::Preferential => {
                u64::try_from(contest.max_votes).ok().and_then(|most| most.checked_add(1))
            }
        };
        let Some(base) = base.filter(|base| *base >= 2) else {
            return false;
        };
        self.bases.push(2);
        self.bases.resize(1 + self.slots.len(), base);
        if !every_mark_fits(&self.bases) {
            return false;
        }
        if let Some(base) = contest.write_in_base() {
            self.bases.resize(self.bases.len() + self.write_ins, base);
        }
        true
    }

    /// The base of each of the contest's `max_votes` digits in a ballot of one ciphertext.
    pub(crate) fn multi_base(&self) -> u64 {
        self.slots.len() as u64 + 1
    }

    /// The slot of a candidate.
    pub(crate) fn slot_of(&self, candidate_id: &str) -> Option<usize> {
        self.slots.binary_search_by(|slot| slot.candidate_id.as_str().cmp(candidate_id)).ok()
    }
}

/// Whether a number with a 1 in every slot still fits: the largest a ballot of ours can be.
fn every_mark_fits(bases: &[u64]) -> bool {
    let mut number = Integer::ZERO;
    for base in bases.iter().rev() {
        match number.mul_add(*base, 1) {
            Some(larger) if larger.bits() <= CAPACITY_BITS => number = larger,
            _ => return false,
        }
    }
    true
}

/// The bases of a whole ballot in one ciphertext; the index of the contest that no longer fits otherwise.
pub(crate) fn multi_bases(contests: &[ContestLayout]) -> Result<Vec<u64>, usize> {
    let mut bases = vec![2];
    // The largest number is one less than the product, so the product may be 2^232 itself.
    let mut largest = Integer::ONE;
    for contest in contests {
        let slots = u64::try_from(contest.max_votes).map_err(|_| contest.index)?;
        if slots > MAX_SLOTS {
            return Err(contest.index);
        }
        let base = contest.multi_base();
        for _ in 0..slots {
            largest = largest
                .mul_add(base, base - 1)
                .filter(|number| number.bits() <= CAPACITY_BITS)
                .ok_or(contest.index)?;
            bases.push(base);
        }
    }
    Ok(bases)
}
