//! The VoteCasting port: takes ballots (design 5.3, 5.4; facts 4; DECISIONS 5, 68).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::outage::Deadline;
use crate::publication::AllowedBallots;
use crate::route::Route;
use crate::secret::Secret;

/// What is sent: the `insert-cast-vote` body, unchanged on every attempt.
#[derive(Clone, Copy)]
pub struct CastRequest<'a> {
    /// The election, exactly as published.
    pub election_id: &'a str,
    /// The ballot's hash.
    pub ballot_id: &'a str,
    /// The sealed ballot, JSON text.
    pub content: &'a str,
    /// How many ballots the election allows: it decides what a refusal means.
    pub allowed: AllowedBallots,
}

/// What came back.
#[derive(Debug)]
pub enum CastReply {
    /// Recorded.
    Recorded,
    /// Refused, for a reason that concerns this election.
    Rejected(CastVoteRejection),
    /// Refused because the voter, the area or the event is not where we think: every further
    /// election would meet the same. The raw code.
    Misrouted(String),
    /// No reply of the platform was seen: time-out, lost connection, an answer of something in
    /// between. The ballot may be recorded, now or later.
    NoReply(super::outage::Outage),
}

/// Why a ballot was refused (design 5.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CastVoteRejection {
    /// The one ballot allowed was cast before.
    DuplicateVote,
    /// All ballots allowed were cast before.
    MaxRevotesExceeded,
    /// The telephone channel is not open for the election.
    ChannelClosed,
    /// The hash does not match: an integrity failure.
    BallotIdMismatch,
    /// Anything else: the raw code, for the log.
    Other(String),
}

impl CastVoteRejection {
    /// A word for it in results and logs.
    pub fn code(&self) -> &str {
        match self {
            Self::DuplicateVote => "duplicate_vote",
            Self::MaxRevotesExceeded => "max_revotes_exceeded",
            Self::ChannelClosed => "channel_closed",
            Self::BallotIdMismatch => "ballot_id_mismatch",
            Self::Other(code) => code,
        }
    }
}

/// The one place where the platform's refusals get their meaning (facts 4.7).
///
/// `code` is `extensions.code`; without one the answer is not a decision of the platform's casting
/// code, and only a 4xx is a refusal at all. A 5xx is never one, whatever its code: an error there
/// may have followed a commit, or a commit whose outcome the platform did not learn.
pub fn classify_refusal(status: u16, code: Option<&str>, allowed: AllowedBallots) -> CastReply {
    let rejection = match code {
        _ if status >= 500 => return no_reply(status, code),
        Some("CheckRevotesFailed" | "InsertFailedExceedsAllowedRevotes") => match allowed {
            AllowedBallots::AtMost(1) => CastVoteRejection::DuplicateVote,
            AllowedBallots::AtMost(_) | AllowedBallots::Unlimited => {
                CastVoteRejection::MaxRevotesExceeded
            }
        },
        Some("DuplicateVote") => CastVoteRejection::DuplicateVote,
        // A closed or disabled channel, not a dead token, although it is a 401.
        Some("CheckStatusFailed" | "VotingChannelNotEnabled") => CastVoteRejection::ChannelClosed,
        Some("BallotIdMismatch") => CastVoteRejection::BallotIdMismatch,
        Some(code @ ("AreaNotFound" | "ElectionEventNotFound" | "ElectoralLogNotFound")) => {
            return CastReply::Misrouted(code.to_owned());
        }
        Some("unexpected") => return no_reply(status, code),
        Some(code) => CastVoteRejection::Other(code.to_owned()),
        None if (400..500).contains(&status) => CastVoteRejection::Other(format!("http_{status}")),
        None => return no_reply(status, None),
    };
    CastReply::Rejected(rejection)
}

fn no_reply(status: u16, code: Option<&str>) -> CastReply {
    let cause = match code {
        Some(code) => format!("HTTP status {status}, {code}").into(),
        None => format!("HTTP status {status} without a code of the platform").into(),
    };
    CastReply::NoReply(super::outage::Outage::Unavailable {
        backend: super::outage::Backend::Harvest,
        cause: Some(cause),
    })
}

/// Takes ballots.
#[async_trait]
pub trait VoteCastingPort: Send + Sync {
    /// Sends a ballot. Repeating is safe only for the submit protocol ([`crate::submit`]): the
    /// platform counts a second copy as a second ballot where the limit allows one.
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(status: u16, code: &str, allowed: AllowedBallots) -> String {
        match classify_refusal(status, (!code.is_empty()).then_some(code), allowed) {
            CastReply::Rejected(r) => r.code().to_owned(),
            CastReply::Misrouted(code) => format!("misrouted {code}"),
            CastReply::NoReply(_) => "no reply".into(),
            CastReply::Recorded => unreachable!("a refusal is never a record"),
        }
    }

    #[test]
    fn refusals_mean_what_the_facts_say() {
        let one = AllowedBallots::AtMost(1);
        let two = AllowedBallots::AtMost(2);
        for (status, code, allowed, expected) in [
            (400, "CheckRevotesFailed", one, "duplicate_vote"),
            (400, "CheckRevotesFailed", two, "max_revotes_exceeded"),
            (400, "InsertFailedExceedsAllowedRevotes", one, "duplicate_vote"),
            (400, "DuplicateVote", two, "duplicate_vote"),
            (401, "CheckStatusFailed", one, "channel_closed"),
            (401, "VotingChannelNotEnabled", one, "channel_closed"),
            (400, "BallotIdMismatch", one, "ballot_id_mismatch"),
            (400, "CheckVotesInOtherAreasFailed", one, "CheckVotesInOtherAreasFailed"),
            (400, "PokValidationFailed", one, "PokValidationFailed"),
            (409, "SomethingNew", one, "SomethingNew"),
            (404, "AreaNotFound", one, "misrouted AreaNotFound"),
            (401, "Unauthorized", one, "Unauthorized"),
            (200, "unexpected", one, "no reply"),
            (503, "", one, "no reply"),
            (422, "", one, "http_422"),
        ] {
            assert_eq!(meaning(status, code, allowed), expected, "{status} {code}");
        }
    }

    /// The commit may have happened, or happen yet: CommitFailed is one of these.
    #[test]
    fn a_5xx_decides_nothing_whatever_its_code() {
        for code in ["InternalServerError", "GetTransactionFailed", "UnknownError", "AreaNotFound"]
        {
            let reply = classify_refusal(500, Some(code), AllowedBallots::AtMost(1));
            let CastReply::NoReply(outage) = reply else { panic!("{code}: {reply:?}") };
            assert!(format!("{outage:?}").contains(code), "the code is kept for the log");
        }
    }
}
