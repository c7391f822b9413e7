//! What a keypad cannot offer, though the ballot format could hold it.

use crate::prepared::{BallotKind, ContestName};
use crate::style::{BallotStyle, BlankVotePolicy, Contest, CountingAlgorithm};

/// The most numbered candidates of a contest, and the most contests of a ballot: two key presses.
pub const MOST_NUMBERED: usize = 99;

/// One reason why a ballot style cannot be voted on the telephone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TelephoneDefect {
    /// There is nothing to vote on.
    #[error("there are no contests")]
    NoContests,
    /// More contests than two digits can name.
    #[error("there are {0} contests, more than 99")]
    TooManyContests(usize),
    /// A contest whose candidates are ranked.
    #[error("{contest} is counted by {algorithm}, which takes a ranking")]
    Algorithm {
        /// The contest.
        contest: ContestName,
        /// Its counting algorithm.
        algorithm: String,
    },
    /// More candidates than two digits can name.
    #[error("{contest} has {candidates} numbered candidates, more than 99")]
    TooManyCandidates {
        /// The contest.
        contest: ContestName,
        /// How many a voter could pick.
        candidates: usize,
    },
    /// A contest that allows no vote at all.
    #[error("{contest} allows {max_votes} votes")]
    MaxVotes {
        /// The contest.
        contest: ContestName,
        /// Its `max_votes`.
        max_votes: i64,
    },
    /// A contest that asks for more votes than it allows.
    #[error("{contest} asks for {min_votes} votes and allows {max_votes}")]
    MinAboveMax {
        /// The contest.
        contest: ContestName,
        /// Its `min_votes`.
        min_votes: i64,
        /// Its `max_votes`.
        max_votes: i64,
    },
    /// A contest that asks for more votes than a voter on the telephone can give.
    #[error("{contest} asks for {min_votes} votes and has {candidates} numbered candidates")]
    MinAboveCandidates {
        /// The contest.
        contest: ContestName,
        /// Its `min_votes`.
        min_votes: i64,
        /// How many a voter could pick.
        candidates: usize,
    },
    /// A contest with nobody to pick, where picking nobody is not allowed either.
    #[error("{0} has no numbered candidates and cannot be left blank")]
    NothingPossible(ContestName),
}

/// All defects of a ballot style, contest by contest.
pub(crate) fn defects(style: &BallotStyle, kind: BallotKind) -> Vec<TelephoneDefect> {
    let mut found = Vec::new();
    match style.contests.len() {
        0 => found.push(TelephoneDefect::NoContests),
        many if many > MOST_NUMBERED => found.push(TelephoneDefect::TooManyContests(many)),
        _ => {}
    }
    for contest in &style.contests {
        contest_defects(contest, kind, &mut found);
    }
    found
}

fn contest_defects(contest: &Contest, kind: BallotKind, found: &mut Vec<TelephoneDefect>) {
    let name = || ContestName::of(contest);
    let candidates = contest.numbered_candidates().count();
    let (min_votes, max_votes) = (contest.min_votes, contest.max_votes);

    let expressible = match contest.algorithm() {
        CountingAlgorithm::Plurality => true,
        CountingAlgorithm::Cumulative => kind == BallotKind::SingleContest,
        CountingAlgorithm::Preferential => false,
    };
    if !expressible {
        found.push(TelephoneDefect::Algorithm {
            contest: name(),
            algorithm: contest.counting_algorithm.clone().unwrap_or_default(),
        });
    }
    if candidates > MOST_NUMBERED {
        found.push(TelephoneDefect::TooManyCandidates { contest: name(), candidates });
    }
    if max_votes < 1 {
        found.push(TelephoneDefect::MaxVotes { contest: name(), max_votes });
    }
    if min_votes > max_votes {
        found.push(TelephoneDefect::MinAboveMax { contest: name(), min_votes, max_votes });
    }
    let blank_refused = min_votes > 0 || contest.blank_vote_policy() == BlankVotePolicy::NotAllowed;
    if candidates == 0 && blank_refused {
        found.push(TelephoneDefect::NothingPossible(name()));
    } else if usize::try_from(min_votes).is_ok_and(|least| least > candidates) {
        found.push(TelephoneDefect::MinAboveCandidates { contest: name(), min_votes, candidates });
    }
}

/// The defects as one line of text.
pub(crate) fn list(defects: &[TelephoneDefect]) -> String {
    let texts: Vec<String> = defects.iter().map(ToString::to_string).collect();
    texts.join("; ")
}
