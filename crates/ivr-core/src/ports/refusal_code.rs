//! [`classify_refusal`]: the error table of the platform (facts 4.7), in the one place where a refusal
//! gets its meaning (design 5.4; DECISIONS 5, 68).

use super::outage::{Backend, Outage};
use super::vote_casting::{CastReply, CastVoteRejection};
use crate::publication::AllowedBallots;

/// A code of `extensions.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefusalCode {
    /// Token, role, area, elections or client: nothing was looked at.
    Unauthorized,
    /// The voter's area is not one of the tenant's.
    AreaNotFound,
    /// No such event, or one whose presentation cannot be read.
    ElectionEventNotFound,
    /// The event has no electoral log.
    ElectoralLogNotFound,
    /// The channel is closed or disabled; with status 401, and not about the token.
    CheckStatusFailed,
    /// The channel is disabled; with our patches.
    VotingChannelNotEnabled,
    /// Ballots cast before could not be counted.
    CheckPreviousVotesFailed,
    /// No ballot is left.
    CheckRevotesFailed,
    /// The same, found by the database.
    InsertFailedExceedsAllowedRevotes,
    /// This very ballot is there; with our patches.
    DuplicateVote,
    /// A ballot was cast in another area.
    CheckVotesInOtherAreasFailed,
    /// The hash is not that of the content; with our patches also a ballot of another voter.
    BallotIdMismatch,
    /// The ballot cannot be read, or a proof does not hold.
    BallotUnreadable,
    /// A matter of the platform's own that it reports as a 4xx.
    PlatformRefused,
    /// The platform does not know what became of the ballot.
    PlatformFailed,
    /// Hasura refused before it asked Harvest.
    HasuraRefused,
    /// Hasura has no answer of Harvest that it could pass on (DECISIONS 68).
    HasuraFailed,
    /// None that we know.
    Unknown,
}

impl RefusalCode {
    /// Reads a code.
    fn of(code: &str) -> Self {
        match code {
            "Unauthorized" => Self::Unauthorized,
            "AreaNotFound" => Self::AreaNotFound,
            "ElectionEventNotFound" => Self::ElectionEventNotFound,
            "ElectoralLogNotFound" => Self::ElectoralLogNotFound,
            "CheckStatusFailed" => Self::CheckStatusFailed,
            "VotingChannelNotEnabled" => Self::VotingChannelNotEnabled,
            "CheckPreviousVotesFailed" => Self::CheckPreviousVotesFailed,
            "CheckRevotesFailed" => Self::CheckRevotesFailed,
            "InsertFailedExceedsAllowedRevotes" => Self::InsertFailedExceedsAllowedRevotes,
            "DuplicateVote" => Self::DuplicateVote,
            "CheckVotesInOtherAreasFailed" => Self::CheckVotesInOtherAreasFailed,
            "BallotIdMismatch" => Self::BallotIdMismatch,
            "DeserializeBallotFailed" | "DeserializeContestsFailed" | "PokValidationFailed" => {
                Self::BallotUnreadable
            }
            "DeserializeAreaPresentationFailed"
            | "GetAreaIdFailed"
            | "GetClientCredentialsFailed"
            | "UuidParseFailed" => Self::PlatformRefused,
            "GetTransactionFailed" | "InternalServerError" | "UnknownError" => Self::PlatformFailed,
            "access-denied"
            | "invalid-headers"
            | "invalid-json"
            | "invalid-jwt"
            | "jwt-invalid-claims"
            | "jwt-missing-role-claims"
            | "not-supported"
            | "validation-failed" => Self::HasuraRefused,
            "unexpected" => Self::HasuraFailed,
            // Harvest's codes are names of variants; a hyphen is Hasura's way to write.
            _ if code.contains('-') => Self::HasuraFailed,
            _ => Self::Unknown,
        }
    }
}

/// What a refusal of `backend` means: Harvest's own, or what Hasura says in its place.
///
/// `code` is `extensions.code`; without one the answer is not a decision of the platform's casting
/// code, and only a 4xx is a refusal at all. A 5xx is never one, whatever its code: an error there
/// may have followed a commit, or a commit whose outcome the platform did not learn.
pub fn classify_refusal(
    backend: Backend,
    status: u16,
    code: Option<&str>,
    allowed: AllowedBallots,
) -> CastReply {
    if status >= 500 {
        return no_reply(backend, status, code);
    }
    let Some(text) = code else {
        return match status {
            400..=499 => rejected(CastVoteRejection::Other(format!("http_{status}"))),
            _ => no_reply(backend, status, None),
        };
    };
    match RefusalCode::of(text) {
        RefusalCode::CheckRevotesFailed | RefusalCode::InsertFailedExceedsAllowedRevotes => {
            rejected(match allowed {
                AllowedBallots::AtMost(1) => CastVoteRejection::DuplicateVote,
                AllowedBallots::AtMost(_) | AllowedBallots::Unlimited => {
                    CastVoteRejection::MaxRevotesExceeded
                }
            })
        }
        RefusalCode::DuplicateVote => rejected(CastVoteRejection::DuplicateVote),
        RefusalCode::CheckStatusFailed | RefusalCode::VotingChannelNotEnabled => {
            rejected(CastVoteRejection::ChannelClosed)
        }
        RefusalCode::BallotIdMismatch => rejected(CastVoteRejection::BallotIdMismatch),
        RefusalCode::AreaNotFound
        | RefusalCode::ElectionEventNotFound
        | RefusalCode::ElectoralLogNotFound => CastReply::Misrouted(text.to_owned()),
        RefusalCode::Unauthorized
        | RefusalCode::CheckPreviousVotesFailed
        | RefusalCode::CheckVotesInOtherAreasFailed
        | RefusalCode::BallotUnreadable
        | RefusalCode::PlatformRefused
        | RefusalCode::HasuraRefused
        | RefusalCode::Unknown => rejected(CastVoteRejection::Other(text.to_owned())),
        RefusalCode::PlatformFailed | RefusalCode::HasuraFailed => no_reply(backend, status, code),
    }
}

fn rejected(why: CastVoteRejection) -> CastReply {
    CastReply::Rejected(why)
}

fn no_reply(backend: Backend, status: u16, code: Option<&str>) -> CastReply {
    let cause = match code {
        Some(code) => format!("HTTP status {status}, {code}").into(),
        None => format!("HTTP status {status} without a code of the platform").into(),
    };
    CastReply::NoReply(Outage::Unavailable { backend, cause: Some(cause) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: AllowedBallots = AllowedBallots::AtMost(1);

    fn meaning(status: u16, code: &str, allowed: AllowedBallots) -> String {
        match classify_refusal(
            Backend::Harvest,
            status,
            (!code.is_empty()).then_some(code),
            allowed,
        ) {
            CastReply::Rejected(r) => r.code().to_owned(),
            CastReply::Misrouted(code) => format!("misrouted {code}"),
            CastReply::NoReply(_) => "no reply".into(),
            CastReply::Recorded => unreachable!("a refusal is never a record"),
        }
    }

    /// The table of facts 4.7, line by line, then what our patches and Hasura add.
    #[test]
    fn refusals_mean_what_the_facts_say() {
        for (status, code, expected) in [
            (401, "Unauthorized", "Unauthorized"),
            (404, "AreaNotFound", "misrouted AreaNotFound"),
            (404, "ElectionEventNotFound", "misrouted ElectionEventNotFound"),
            (404, "ElectoralLogNotFound", "misrouted ElectoralLogNotFound"),
            (401, "CheckStatusFailed", "channel_closed"),
            (500, "InternalServerError", "no reply"),
            (400, "CheckPreviousVotesFailed", "CheckPreviousVotesFailed"),
            (400, "CheckRevotesFailed", "duplicate_vote"),
            (400, "CheckVotesInOtherAreasFailed", "CheckVotesInOtherAreasFailed"),
            (400, "InsertFailedExceedsAllowedRevotes", "duplicate_vote"),
            (500, "GetTransactionFailed", "no reply"),
            (401, "GetClientCredentialsFailed", "GetClientCredentialsFailed"),
            (400, "GetAreaIdFailed", "GetAreaIdFailed"),
            (400, "DeserializeBallotFailed", "DeserializeBallotFailed"),
            (400, "DeserializeContestsFailed", "DeserializeContestsFailed"),
            (400, "DeserializeAreaPresentationFailed", "DeserializeAreaPresentationFailed"),
            (400, "PokValidationFailed", "PokValidationFailed"),
            (400, "UuidParseFailed", "UuidParseFailed"),
            (400, "BallotIdMismatch", "ballot_id_mismatch"),
            (500, "UnknownError", "no reply"),
            // Before the handler.
            (400, "", "http_400"),
            (401, "", "http_401"),
            (404, "", "http_404"),
            (422, "", "http_422"),
            (500, "", "no reply"),
            (503, "", "no reply"),
            // Our patches.
            (400, "DuplicateVote", "duplicate_vote"),
            (401, "VotingChannelNotEnabled", "channel_closed"),
            // Through Hasura everything is a 200.
            (200, "CheckStatusFailed", "channel_closed"),
            (200, "InternalServerError", "no reply"),
            (200, "unexpected", "no reply"),
            (200, "", "no reply"),
            (200, "invalid-jwt", "invalid-jwt"),
            (200, "access-denied", "access-denied"),
            (200, "validation-failed", "validation-failed"),
            (200, "parse-failed", "no reply"),
            (200, "postgres-error", "no reply"),
            // Nobody knows them: kept as they are.
            (400, "SomethingNew", "SomethingNew"),
            (200, "SomethingNew", "SomethingNew"),
        ] {
            assert_eq!(meaning(status, code, ONE), expected, "{status} {code}");
        }
    }

    #[test]
    fn the_limit_decides_how_a_used_up_one_is_called() {
        for code in ["CheckRevotesFailed", "InsertFailedExceedsAllowedRevotes"] {
            for allowed in [AllowedBallots::AtMost(2), AllowedBallots::Unlimited] {
                assert_eq!(meaning(400, code, allowed), "max_revotes_exceeded");
            }
        }
        assert_eq!(meaning(400, "DuplicateVote", AllowedBallots::AtMost(2)), "duplicate_vote");
    }

    /// The commit may have happened, or happen yet: CommitFailed is one of these.
    #[test]
    fn a_5xx_decides_nothing_whatever_its_code() {
        for code in ["InternalServerError", "GetTransactionFailed", "UnknownError", "AreaNotFound"]
        {
            let reply = classify_refusal(Backend::Harvest, 500, Some(code), ONE);
            let CastReply::NoReply(outage) = reply else { panic!("{code}: {reply:?}") };
            assert!(format!("{outage:?}").contains(code), "the code is kept for the log");
        }
    }
}
