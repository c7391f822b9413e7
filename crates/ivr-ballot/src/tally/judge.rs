//! Whether a contest counts, as the platform's tally judges it. Warnings never spoil a vote.

use crate::style::{BlankVotePolicy, Contest};

/// What the tally makes of one contest of a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A vote that counts.
    Valid,
    /// No candidate, which the contest allows.
    Blank,
    /// Spoilt on purpose.
    ExplicitInvalid,
    /// No candidate, where the contest does not allow that.
    BlankNotAllowed,
    /// Fewer candidates than `min_votes`.
    BelowMin,
    /// More candidates than `max_votes`.
    AboveMax,
}

impl Verdict {
    /// Whether the contest is left out of the results.
    #[must_use]
    pub const fn is_invalid(self) -> bool {
        !matches!(self, Self::Valid | Self::Blank)
    }
}

pub(super) fn judge(contest: &Contest, marks: usize, explicit_invalid: bool) -> Verdict {
    let marks = i64::try_from(marks).unwrap_or(i64::MAX);
    if explicit_invalid {
        Verdict::ExplicitInvalid
    } else if marks > contest.max_votes {
        Verdict::AboveMax
    } else if marks < contest.min_votes {
        Verdict::BelowMin
    } else if marks > 0 {
        Verdict::Valid
    } else if contest.blank_vote_policy() == BlankVotePolicy::NotAllowed {
        Verdict::BlankNotAllowed
    } else {
        Verdict::Blank
    }
}
