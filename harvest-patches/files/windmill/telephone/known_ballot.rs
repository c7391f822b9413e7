// SPDX-License-Identifier: Apache-2.0
//! Whether a ballot is in the box already, and whose it is.

/// Whose a ballot is that is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Of the voter who sends it: a repetition.
    SameVoter,
    /// Of somebody else: a copy.
    AnotherVoter,
}

/// What the triggers on `cast_vote` raise for a repetition.
const REPEATED: &str = "ivr_duplicate_vote";
/// What they raise for a copy.
const COPIED: &str = "ivr_ballot_of_another_voter";
/// The index that stands behind them. The triggers see a voter's own repetition first, so what only
/// the index has seen is a copy.
const INDEX: &str = "cast_vote_ballot_id_once";

/// From the voters of the rows with this ballot id, and the voter who sends it.
///
/// Whoever has it in the box themselves only repeats, whoever else may have copied it before.
pub fn among(recorded: &[Option<String>], voter_id: &str) -> Option<Known> {
    if recorded.is_empty() {
        None
    } else if recorded.iter().any(|recorded| recorded.as_deref() == Some(voter_id)) {
        Some(Known::SameVoter)
    } else {
        Some(Known::AnotherVoter)
    }
}

/// From what the database said to an insertion.
pub fn in_refusal(message: &str) -> Option<Known> {
    if message.contains(REPEATED) {
        Some(Known::SameVoter)
    } else if message.contains(COPIED) || message.contains(INDEX) {
        Some(Known::AnotherVoter)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(voters: &[&str]) -> Vec<Option<String>> {
        voters.iter().map(|voter| Some(voter.to_string())).collect()
    }

    #[test]
    fn a_ballot_that_is_not_there_is_new() {
        assert_eq!(among(&[], "a"), None);
    }

    #[test]
    fn a_voters_own_ballot_is_a_repetition_also_beside_a_copy() {
        assert_eq!(among(&rows(&["a"]), "a"), Some(Known::SameVoter));
        assert_eq!(among(&rows(&["b", "a"]), "a"), Some(Known::SameVoter));
    }

    #[test]
    fn another_voters_ballot_is_a_copy_and_so_is_one_of_nobody() {
        assert_eq!(among(&rows(&["b"]), "a"), Some(Known::AnotherVoter));
        assert_eq!(among(&[None], "a"), Some(Known::AnotherVoter));
    }

    #[test]
    fn refusals_of_the_database_are_told_apart() {
        for (message, known) in [
            ("ERROR: ivr_duplicate_vote", Some(Known::SameVoter)),
            ("ERROR: ivr_ballot_of_another_voter", Some(Known::AnotherVoter)),
            (
                "duplicate key value violates unique constraint \"cast_vote_ballot_id_once\"",
                Some(Known::AnotherVoter),
            ),
            ("duplicate key value violates unique constraint \"cast_vote_pkey\"", None),
            ("ERROR: insert_failed_exceeds_allowed_revotes", None),
            ("db error", None),
        ] {
            assert_eq!(in_refusal(message), known, "{message}");
        }
    }
}
