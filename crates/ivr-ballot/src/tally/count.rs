//! Totals over decrypted ballots.

use std::collections::BTreeMap;

use super::decode::DecodedBallot;
use super::judge::Verdict;
use crate::prepared::{ContestName, Style};
use crate::style::{Contest, CountingAlgorithm};

/// A contest this crate cannot count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// Only plurality and cumulative contests are sums.
    #[error("{contest} is counted by {algorithm}, which is not a sum")]
    Algorithm {
        /// The contest.
        contest: ContestName,
        /// Its counting algorithm.
        algorithm: String,
    },
}

/// A count in progress.
#[derive(Clone, Debug)]
pub struct Tally {
    contests: Vec<Counting>,
    undecodable: u64,
}

#[derive(Clone, Debug)]
struct Counting {
    totals: ContestTotals,
    explicit_blank: Option<String>,
}

/// The totals of one contest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestTotals {
    /// The contest.
    pub contest_id: String,
    /// All ballots counted, valid or not.
    pub ballots: u64,
    /// Ballots that marked nobody, as the contest allows.
    pub blank: u64,
    /// Ballots spoilt on purpose.
    pub explicit_invalid: u64,
    /// Ballots that broke a rule.
    pub implicit_invalid: u64,
    /// Every candidate but the explicit-invalid one, by ascending id.
    pub candidates: Vec<CandidateTotal>,
}

/// The total of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateTotal {
    /// The candidate.
    pub candidate_id: String,
    /// Its votes; for the explicit-blank option the number of blank ballots.
    pub votes: u64,
}

impl Tally {
    /// A count of nothing yet.
    ///
    /// # Errors
    /// A contest whose algorithm ranks candidates.
    pub fn new(style: &Style) -> Result<Self, CountError> {
        let contests = style
            .contests
            .iter()
            .map(|layout| {
                let contest = style.contest(layout);
                refuse_rankings(contest)?;
                let candidate = |id: &String| CandidateTotal { candidate_id: id.clone(), votes: 0 };
                let blank = contest.candidates.iter().find(|each| each.is_explicit_blank());
                Ok(Counting {
                    totals: ContestTotals {
                        contest_id: layout.id.clone(),
                        ballots: 0,
                        blank: 0,
                        explicit_invalid: 0,
                        implicit_invalid: 0,
                        candidates: layout
                            .slots
                            .iter()
                            .map(|slot| candidate(&slot.candidate_id))
                            .collect(),
                    },
                    explicit_blank: blank.map(|each| each.id.clone()),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { contests, undecodable: 0 })
    }

    /// Counts one ballot.
    pub fn add(&mut self, ballot: &DecodedBallot) {
        let by_id: BTreeMap<&str, _> =
            ballot.contests.iter().map(|each| (each.contest_id.as_str(), each)).collect();
        for counting in &mut self.contests {
            let totals = &mut counting.totals;
            let Some(contest) = by_id.get(totals.contest_id.as_str()) else {
                continue;
            };
            totals.ballots += 1;
            match contest.verdict {
                Verdict::Blank => totals.blank += 1,
                Verdict::ExplicitInvalid => totals.explicit_invalid += 1,
                Verdict::Valid => {
                    for mark in &contest.marks {
                        let mut all = totals.candidates.iter_mut();
                        if let Some(total) = all.find(|each| each.candidate_id == mark.candidate_id)
                        {
                            total.votes += mark.digit;
                        }
                    }
                }
                Verdict::BlankNotAllowed | Verdict::BelowMin | Verdict::AboveMax => {
                    totals.implicit_invalid += 1;
                }
            }
        }
    }

    /// Counts one ballot that could not be decoded.
    pub fn add_undecodable(&mut self) {
        self.undecodable += 1;
    }

    /// How many ballots could not be decoded.
    #[must_use]
    pub fn undecodable(&self) -> u64 {
        self.undecodable
    }

    /// The totals so far, by ascending contest id. An explicit-blank option has the number of blank ballots,
    /// whatever was marked for it.
    #[must_use]
    pub fn totals(&self) -> Vec<ContestTotals> {
        let finish = |counting: &Counting| {
            let mut totals = counting.totals.clone();
            for candidate in &mut totals.candidates {
                if counting.explicit_blank.as_ref() == Some(&candidate.candidate_id) {
                    candidate.votes = totals.blank;
                }
            }
            totals
        };
        self.contests.iter().map(finish).collect()
    }
}

fn refuse_rankings(contest: &Contest) -> Result<(), CountError> {
    match contest.algorithm() {
        CountingAlgorithm::Plurality | CountingAlgorithm::Cumulative => Ok(()),
        CountingAlgorithm::Preferential => Err(CountError::Algorithm {
            contest: ContestName::of(contest),
            algorithm: contest.counting_algorithm.clone().unwrap_or_default(),
        }),
    }
}
