//! [`IvrSession`]: the state of one call (design 4.1).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::caller::Caller;
use crate::flow::position::{ElectionEntry, FlowPosition};
use crate::language::Language;
use crate::line::Line;
use crate::ports::{AuthStep, CastVoteRejection, Credential, PhoneHash, VoterTokens};
use crate::prompts::key::IvrPromptKey;
use crate::route::Route;
use crate::secret::Secret;

use super::retries::RetryCounters;

/// The state of one call. The publication is not here: it is pinned by its ids and kept by the
/// process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IvrSession {
    /// The contact.
    pub contact_id: String,
    /// Who calls.
    pub caller: Caller,
    /// The caller's hash for logs.
    pub caller_hash: Option<PhoneHash>,
    /// When the call began.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub call_start_time: DateTime<Utc>,
    /// The backends of the event.
    pub route: Route,
    /// Pins the published document.
    pub document_id: String,
    /// Pins the publication.
    pub publication_id: String,
    /// The answer of the blacklist, asked when the call began; the phase uses it.
    pub blacklisted: bool,
    /// What the realm asks of voters, pinned when the call began (design 5.1.7).
    pub auth_steps: Vec<AuthStep>,
    /// What was keyed in so far; erased the moment a token is asked for (DECISIONS 8).
    pub credentials: Vec<Credential>,
    /// The voter, once logged in.
    pub login: Option<Login>,
    /// The language of the call; never changed by a ballot.
    pub language: Language,
    /// Choices of ballots that are not cast, by contest.
    pub votes: BTreeMap<Uuid, ContestVote>,
    /// Sealed ballots by election: sealed once, resent unchanged.
    pub encrypted_ballots: BTreeMap<Uuid, EncryptedBallotCacheEntry>,
    /// The voter's elections in spoken order, as they stood when the ballot loop was entered and
    /// since. They outlive the loop: the goodbye names what was cast and what was not.
    pub elections: Vec<ElectionEntry>,
    /// What became of each ballot, in order.
    pub submission_results: Vec<ElectionSubmissionResult>,
    /// Where the caller is.
    pub position: FlowPosition,
    /// Which part of a long answer is being read.
    pub part: u16,
    /// What the last answer was made of.
    pub last_response: LastResponse,
    /// Failures so far.
    pub retries: RetryCounters,
    /// Logins in a row that could not be checked.
    pub logins_unavailable: u8,
    /// Turns answered so far: the turn token (DECISIONS 10).
    pub turn: u64,
    /// Writes so far: the optimistic guard.
    pub version: u64,
}

/// A voter who logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The newest tokens.
    pub tokens: VoterTokens,
    /// When the session began, Unix seconds: the ceiling of the row's life counts from here.
    pub session_started_at: i64,
}

/// A voter's choice in one contest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestVote {
    /// The contest.
    pub contest_id: Uuid,
    /// The candidates, in the order of the keys.
    pub selected_candidate_ids: Vec<Uuid>,
    /// Left blank.
    pub is_blank: bool,
    /// Left blank by the explicit option; encoded like a blank (DECISIONS 2).
    pub is_declined: bool,
}

impl std::fmt::Debug for ContestVote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContestVote(…)")
    }
}

/// A sealed ballot, exactly as it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptedBallotCacheEntry {
    /// The JSON text.
    pub content: String,
    /// Its hash by the platform's rules (facts 2.2).
    pub ballot_id: String,
}

impl std::fmt::Debug for EncryptedBallotCacheEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EncryptedBallot(…)")
    }
}

/// What became of one ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectionSubmissionResult {
    /// The election.
    pub election_id: Uuid,
    /// What became of it.
    pub status: SubmissionStatus,
    /// The ballot's hash; the spoken locator is its beginning.
    pub ballot_hash: Option<String>,
}

/// What became of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubmissionStatus {
    /// Recorded.
    Success,
    /// Refused.
    Rejected(CastVoteRejection),
    /// Never sent, or refused for the whole call: certainly not recorded.
    Failed {
        /// Why, for the log.
        error: String,
    },
    /// Nobody knows.
    Unknown,
}

/// What the last answer was made of; rendered again it gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastResponse {
    /// What was said before the question, or all that was said.
    pub lines: Vec<Line>,
    /// How it ended.
    pub then: Then,
    /// Where it was said.
    pub place: Place,
    /// In which language.
    pub language: Language,
}

/// How an answer ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// With the question of the stored position.
    Ask,
    /// Without input: the call goes on by itself.
    GoOn,
    /// The call ends.
    End(Ending),
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The flow reached its end.
    Completed,
    /// The engine ended it, with this final prompt.
    Disconnected(IvrPromptKey),
}

/// Where in the flow something was said, in the design's spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The phase.
    pub phase: PhaseName,
    /// The sub-phase of the ballot loop.
    pub sub_phase: Option<crate::flow::position::BallotSubPhase>,
    /// The election that the answer is about.
    pub election: Option<Uuid>,
    /// The contest that the answer is about.
    pub contest: Option<Uuid>,
}

/// A phase by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhaseName {
    /// Before the flow begins.
    #[default]
    Start,
    /// `announcement`
    Announcement,
    /// `language_select`
    LanguageSelect,
    /// `blacklist_check`
    BlacklistCheck,
    /// `auth`
    Auth,
    /// `eligibility_check`
    EligibilityCheck,
    /// `ballot_loop`
    BallotLoop,
    /// `goodbye`
    Goodbye,
}

impl PhaseName {
    /// The design's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Announcement => "announcement",
            Self::LanguageSelect => "language_select",
            Self::BlacklistCheck => "blacklist_check",
            Self::Auth => "auth",
            Self::EligibilityCheck => "eligibility_check",
            Self::BallotLoop => "ballot_loop",
            Self::Goodbye => "goodbye",
        }
    }
}

impl IvrSession {
    /// Inside the ballot loop the language of the ballot, else that of the call (design 3.3.4).
    pub fn effective_language(&self) -> &Language {
        self.position
            .ballot_loop()
            .and_then(|state| state.election_language_override.as_ref())
            .unwrap_or(&self.language)
    }

    /// The access token, once there is one.
    pub fn access_token(&self) -> Option<&Secret<String>> {
        self.login.as_ref().map(|login| &login.tokens.access_token)
    }

    /// The election being voted.
    pub fn current_election(&self) -> Option<Uuid> {
        let index = self.position.ballot_loop()?.election_index?;
        self.elections.get(index).map(|entry| entry.election_id)
    }

    /// Whether a ballot was saved to be sent and it is not settled what became of it.
    pub fn ballot_on_its_way(&self) -> bool {
        let submission = self.position.ballot_loop().and_then(|state| state.submission.as_ref());
        submission.is_some_and(|submission| submission.verdict().is_none())
    }

    /// The election whose ballot was sent without a reply that was seen, and is not settled.
    pub fn sent_unseen(&self) -> Option<Uuid> {
        let submission = self.position.ballot_loop()?.submission.as_ref()?;
        let open = submission.reply_unseen() && submission.verdict().is_none();
        open.then(|| self.current_election()).flatten()
    }

    /// Elections with a recorded ballot, in order.
    pub fn recorded(&self) -> impl Iterator<Item = &ElectionSubmissionResult> {
        self.submission_results.iter().filter(|r| r.status == SubmissionStatus::Success)
    }

    /// How many ballots were recorded in this call.
    pub fn votes_recorded(&self) -> u32 {
        u32::try_from(self.recorded().count()).unwrap_or(u32::MAX)
    }

    /// Whether choices were made that are not cast.
    pub fn ballot_is_filled(&self) -> bool {
        !self.votes.is_empty()
            || self.position.ballot_loop().is_some_and(|s| !s.pending_selections.is_empty())
    }
}
