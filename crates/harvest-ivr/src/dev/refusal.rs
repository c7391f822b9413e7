//! Why a ballot is not taken, and what of that is on the wire (facts 4.7).

use ivr_ballot::verify::VerifyError;

/// A refusal, named as the platform names it inside; those of the patches at the end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0}")]
    Unauthorized(&'static str),
    #[error("the area cannot be looked for")]
    GetAreaIdFailed,
    #[error("area not found")]
    AreaNotFound,
    #[error("election event not found")]
    ElectionEventNotFound,
    #[error(transparent)]
    Ballot(#[from] VerifyError),
    #[error("electoral log not found")]
    ElectoralLogNotFound,
    #[error("the area's presentation cannot be read")]
    DeserializeAreaPresentationFailed,
    #[error("{0}")]
    CheckStatusFailed(&'static str),
    #[error("CheckStatusInternalFailed")]
    CheckStatusInternalFailed,
    #[error("CheckStatusFailed")]
    VotingChannelNotEnabled { own_code: bool },
    #[error("the voter's ballots cannot be counted")]
    CheckPreviousVotesFailed,
    #[error("Cannot insert cast vote, maximum votes reached ({cast}, {allowed})")]
    CheckRevotesFailed { cast: i64, allowed: i64 },
    #[error("Cannot insert cast vote, votes already present in other area(s)")]
    CheckVotesInOtherAreasFailed,
    #[error("InsertFailedExceedsAllowedRevotes")]
    InsertFailedExceedsAllowedRevotes,
    #[error("InsertFailed")]
    InsertFailed(#[source] tokio_postgres::Error),
    #[error("CommitFailed")]
    CommitFailed(#[source] tokio_postgres::Error),
    #[error("GetDbClientFailed")]
    GetDbClientFailed,
    #[error("GetTransactionFailed")]
    GetTransactionFailed,
    #[error("after the commit: the voter's name cannot be looked up")]
    AfterCommit,
    #[error("This ballot is recorded already")]
    DuplicateVote,
    #[error("The ballot is of another voter")]
    BallotOfAnotherVoter,
}

impl Refusal {
    /// The HTTP status and the code.
    pub(super) fn wire(&self) -> (u16, &'static str) {
        match self {
            Self::Unauthorized(_) => (401, "Unauthorized"),
            Self::GetAreaIdFailed => (400, "GetAreaIdFailed"),
            Self::AreaNotFound => (404, "AreaNotFound"),
            Self::ElectionEventNotFound => (404, "ElectionEventNotFound"),
            // What cannot be read cannot be hashed either, and the hash comes first.
            Self::Ballot(
                VerifyError::DeserializeContestsFailed { .. }
                | VerifyError::BallotVoterSignatureFailed,
            )
            | Self::CheckStatusInternalFailed
            | Self::InsertFailed(_)
            | Self::CommitFailed(_)
            | Self::GetDbClientFailed => (500, "InternalServerError"),
            Self::Ballot(error) => (400, error.platform_name()),
            Self::ElectoralLogNotFound => (404, "ElectoralLogNotFound"),
            Self::DeserializeAreaPresentationFailed => (400, "DeserializeAreaPresentationFailed"),
            Self::VotingChannelNotEnabled { own_code: true } => (401, "VotingChannelNotEnabled"),
            Self::CheckStatusFailed(_) | Self::VotingChannelNotEnabled { .. } => {
                (401, "CheckStatusFailed")
            }
            Self::CheckPreviousVotesFailed => (400, "CheckPreviousVotesFailed"),
            Self::CheckRevotesFailed { .. } => (400, "CheckRevotesFailed"),
            Self::CheckVotesInOtherAreasFailed => (400, "CheckVotesInOtherAreasFailed"),
            Self::InsertFailedExceedsAllowedRevotes => (400, "InsertFailedExceedsAllowedRevotes"),
            Self::GetTransactionFailed => (500, "GetTransactionFailed"),
            Self::AfterCommit => (500, "UnknownError"),
            Self::DuplicateVote => (400, "DuplicateVote"),
            Self::BallotOfAnotherVoter => (400, "BallotIdMismatch"),
        }
    }

    /// The message, of which some are the code's name and no more.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Ballot(VerifyError::BallotIdMismatch { computed, stated }) => {
                format!("Expected {computed} but got {stated}")
            }
            Self::VotingChannelNotEnabled { own_code: true } => {
                "VotingChannelNotEnabled".to_owned()
            }
            Self::GetTransactionFailed => "InternalServerError".to_owned(),
            Self::Unauthorized(_)
            | Self::CheckStatusFailed(_)
            | Self::VotingChannelNotEnabled { .. }
            | Self::CheckPreviousVotesFailed
            | Self::CheckRevotesFailed { .. }
            | Self::CheckVotesInOtherAreasFailed
            | Self::DuplicateVote
            | Self::BallotOfAnotherVoter => self.to_string(),
            fixed => fixed.wire().1.to_owned(),
        }
    }

    /// Whether the whole is executed again before this is said (facts 4.4).
    pub(super) fn is_tried_again(&self) -> bool {
        !matches!(
            self,
            Self::Ballot(_)
                | Self::InsertFailedExceedsAllowedRevotes
                | Self::DuplicateVote
                | Self::BallotOfAnotherVoter
        )
    }
}
