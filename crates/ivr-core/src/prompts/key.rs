//! [`IvrPromptKey`]: every prompt that the engine speaks by itself, and what each may interpolate.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::placeholder::{Placeholder, PlaceholderSet};

macro_rules! prompt_keys {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $group:ident;)+) => {
        /// A well-known prompt key (design Appendix D and `CALL.md`, "Words").
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub enum IvrPromptKey { $($(#[$doc])* $variant,)+ }

        impl IvrPromptKey {
            /// Every key, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The key as it stands in `i18n[lang].ivr`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The placeholders that a template of this key may use.
            pub const fn placeholders(self) -> PlaceholderSet {
                match self { $(Self::$variant => PlaceholderSet::$group,)+ }
            }
        }

        impl FromStr for IvrPromptKey {
            type Err = UnknownPromptKey;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($name => Ok(Self::$variant),)+ _ => Err(UnknownPromptKey) }
            }
        }
    };
}

/// The text is not a well-known prompt key; it may still be a deployment's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a well-known prompt key")]
pub struct UnknownPromptKey;

// Stored by name: a stored session outlives the order of the declaration.
impl From<IvrPromptKey> for String {
    fn from(key: IvrPromptKey) -> Self {
        key.as_str().to_owned()
    }
}

impl TryFrom<String> for IvrPromptKey {
    type Error = UnknownPromptKey;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl fmt::Display for IvrPromptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

prompt_keys! {
    // The call.
    /// Welcome.
    Greeting = "greeting", ANYWHERE;
    /// The language menu.
    LanguageSelect = "language_select", ANYWHERE;
    /// How to hear something again.
    RepeatInstruction = "repeat_instruction", ANYWHERE;
    /// A legal declaration.
    DeclarationText = "declaration_text", ANYWHERE;
    /// What happens when the line drops before the ballot is cast.
    PreVotingStatement = "pre_voting_statement", ANYWHERE;
    /// Farewell.
    Goodbye = "goodbye", ANYWHERE;
    /// The dialled number is unknown or disabled.
    CallNotAvailable = "call_not_available", ANYWHERE;
    /// The calling number is blocked.
    BlacklistMessage = "blacklist_message", ANYWHERE;
    /// A fault of ours; ends the call.
    SystemError = "system_error", ANYWHERE;
    /// The voter's session is over; ends the call.
    SessionExpired = "session_expired", ANYWHERE;
    // Input.
    /// A key that is not on the menu.
    InvalidInput = "invalid_input", ANYWHERE;
    /// Too many of those; ends the call.
    InvalidInputFinal = "invalid_input_final", ANYWHERE;
    /// Silence.
    Timeout = "timeout", ANYWHERE;
    /// The last silence but one, with a ballot filled and not cast.
    TimeoutWarning = "timeout_warning", ELECTION;
    /// Too much silence; ends the call.
    TimeoutFinal = "timeout_final", ANYWHERE;
    // Who the voter is.
    /// Asks for the voter id.
    AuthEnterUsername = "auth_enter_username", ANYWHERE;
    /// Asks for the PIN.
    AuthEnterPassword = "auth_enter_password", ANYWHERE;
    /// Asks for the date of birth.
    AuthEnterDob = "auth_enter_dob", ANYWHERE;
    /// Wrong credentials.
    AuthFailed = "auth_failed", ANYWHERE;
    /// The credentials could not be checked; the voter is asked again without losing a try.
    AuthUnavailable = "auth_unavailable", ANYWHERE;
    /// Too many wrong credentials; ends the call.
    AuthMaxAttempts = "auth_max_attempts", ANYWHERE;
    /// The server says that the account is locked; ends the call.
    AuthLocked = "auth_locked", ANYWHERE;
    /// The account is not set up; ends the call.
    AccountIncomplete = "account_incomplete", ANYWHERE;
    /// Eligibility is about to be checked.
    EligibilityCheck = "eligibility_check", ANYWHERE;
    /// Not entitled to vote here; ends the call.
    NotEligible = "not_eligible", ANYWHERE;
    /// The credentials were deactivated; ends the call.
    NotActive = "not_active", ANYWHERE;
    /// Telephone voting is closed.
    ElectionClosed = "election_closed", ELECTION;
    /// Telephone voting is paused and will go on.
    VotingPaused = "voting_paused", ELECTION;
    /// Telephone voting has not begun.
    VotingNotStarted = "voting_not_started", ELECTION;
    // The list of ballots.
    /// Introduces the list and says how to leave it.
    ElectionList = "election_list", ANYWHERE;
    /// A ballot that can be chosen.
    ElectionOption = "election_option", ELECTION_OPTION;
    /// A ballot cast before that may be cast again.
    ElectionOptionAgain = "election_option_again", ELECTION_OPTION;
    /// A ballot cast before.
    ElectionAlreadyVoted = "election_already_voted", ELECTION;
    /// A ballot that is closed, paused or not yet open.
    ElectionNotOpen = "election_not_open", ELECTION;
    /// A ballot that cannot be cast by telephone.
    ElectionNotByPhone = "election_not_by_phone", ELECTION;
    /// Offers another language for this ballot.
    LanguageSwitch = "language_switch", ELECTION;
    /// Introduces a ballot.
    ElectionIntro = "election_intro", ELECTION;
    // A contest.
    /// Introduces a contest and its rules.
    ContestIntro = "contest_intro", CONTEST;
    /// A write-in needs another way of voting.
    WriteInNotice = "write_in_notice", CONTEST;
    /// One candidate and the key.
    CandidateOption = "candidate_option", OPTION;
    /// Who was chosen, and how many of how many.
    CandidateChosen = "candidate_chosen", OPTION;
    /// How to finish choosing.
    SelectionDone = "selection_done", CONTEST;
    /// How to leave the contest blank, or to decline.
    SelectionBlank = "selection_blank", OPTION;
    /// The candidate is chosen already.
    AlreadySelected = "already_selected", OPTION;
    /// More choices are needed.
    MinVotesNeeded = "min_votes_needed", CONTEST;
    /// A blank is not allowed here.
    BlankRefused = "blank_refused", CONTEST;
    /// The contest would be left blank: the policy wants a warning.
    BlankWarning = "blank_warning", CONTEST;
    /// Fewer choices than allowed: the policy wants a warning.
    UnderVoteWarning = "under_vote_warning", CONTEST;
    /// Asks whether the contest shall be left blank.
    BlankBallotConfirm = "blank_ballot_confirm", CONTEST;
    /// Asks whether the voter declines.
    DeclineConfirm = "decline_confirm", OPTION;
    /// Reads the choice back and asks.
    VoteConfirm = "vote_confirm", OPTION;
    // The summary and after.
    /// Introduces the summary.
    SummaryIntro = "summary_intro", ELECTION;
    /// One contest of the summary.
    SummaryItem = "summary_item", OPTION;
    /// One contest of the summary, left blank.
    SummaryItemBlank = "summary_item_blank", CONTEST;
    /// How to cast and how to change.
    SummaryEditPrompt = "summary_edit_prompt", ELECTION;
    /// A contest is started over from the summary.
    SummaryEditRestart = "summary_edit_restart", CONTEST;
    /// The ballot is on its way; stay on the line.
    Hold = "hold", ELECTION;
    /// The ballot was recorded.
    VoteSuccess = "vote_success", ELECTION;
    /// The ballot was not recorded.
    VoteFailed = "vote_failed", ELECTION;
    /// It is not known whether the ballot was recorded; ends the call.
    VoteUnknown = "vote_unknown", ELECTION;
    /// A ballot was cast before.
    DuplicateVote = "duplicate_vote", ELECTION;
    /// All ballots allowed were cast before.
    MaxRevotesExceeded = "max_revotes_exceeded", ELECTION;
    /// A locator is about to be read.
    ReceiptInfo = "receipt_info", ELECTION;
    /// The locator.
    ReceiptNumber = "receipt_number", RECEIPT;
    /// A ballot is filled and not cast.
    NotCastYet = "not_cast_yet", ELECTION;
    /// What was cast in this call and what was not.
    CastSoFar = "cast_so_far", ELECTION;
}

impl IvrPromptKey {
    /// Whether a template of this key may use the placeholder.
    pub const fn allows(self, placeholder: Placeholder) -> bool {
        self.placeholders().contains(placeholder)
    }

    /// Heard characters that an override may have of its own, so that the answer around it fits
    /// (DECISIONS 19). Announcements are cut into as many answers as they need.
    pub fn longest_override(self) -> Option<usize> {
        match self {
            Self::Greeting | Self::DeclarationText | Self::PreVotingStatement => None,
            // Said up to ten times in an answer.
            Self::CandidateOption
            | Self::ElectionOption
            | Self::ElectionOptionAgain
            | Self::ElectionAlreadyVoted
            | Self::ElectionNotOpen
            | Self::ElectionNotByPhone
            | Self::SummaryItem
            | Self::SummaryItemBlank => Some(200),
            _ => Some(1_000),
        }
    }

    /// The placeholders that say something wherever this prompt is spoken; the others may stand
    /// for nothing, so a text of them alone could be silent.
    pub fn never_empty(self) -> PlaceholderSet {
        let all = self.placeholders();
        match self {
            // Spoken about no election, or about none that was cast.
            Self::ElectionClosed
            | Self::VotingPaused
            | Self::VotingNotStarted
            | Self::VoteUnknown
            | Self::CastSoFar => all.without(Placeholder::ElectionName),
            // Only an explicit blank has a name.
            Self::SelectionBlank => all.without(Placeholder::CandidateName),
            _ => all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_variants_are_one_to_one() {
        for &key in IvrPromptKey::ALL {
            assert_eq!(key.as_str().parse(), Ok(key));
            let json = serde_json::to_value(key).expect("a unit variant serialises");
            assert_eq!(json, key.as_str(), "serde and as_str agree");
        }
        assert_eq!("no_such_key".parse::<IvrPromptKey>(), Err(UnknownPromptKey));
    }
}
