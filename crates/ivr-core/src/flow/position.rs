//! [`FlowPosition`]: where the caller is (design 4.1, "positional variant alignment").
//!
//! A stored phase and its state always match, because positions are only made by
//! [`FlowPosition::new`] and moved by [`FlowPosition::advance`], and both take the state from
//! [`FlowPhase::initial_state`].

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::phase::FlowPhase;
use crate::language::Language;
use crate::session::PhaseName;
use crate::submit::Submission;

/// Cursor into the flow plus the state of the phase there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowPosition {
    pub(crate) phase_index: usize,
    pub(crate) state: PhaseState,
}

/// State of a phase: one variant for each [`FlowPhase`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhaseState {
    /// Of an announcement.
    Announcement(AnnouncementState),
    /// Of the language menu.
    LanguageSelect(SimpleState),
    /// Of the blacklist check.
    BlacklistCheck(SimpleState),
    /// Of the login.
    Auth(AuthState),
    /// Of the eligibility check.
    EligibilityCheck(SimpleState),
    /// Of the ballot loop.
    BallotLoop(BallotLoopState),
    /// Of the farewell.
    Goodbye(SimpleState),
}

/// A phase that plays, optionally waits, and goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SimpleState {
    /// Nothing was said yet.
    Entry,
    /// It has spoken.
    WaitingForInput,
}

/// State of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementState {
    /// Whether it has spoken.
    pub simple: SimpleState,
    /// Which piece of a text that is too long for one answer comes next.
    pub piece: u8,
}

/// State of the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthState {
    /// Index into the pinned steps.
    pub step_index: usize,
    /// Whether the step was asked.
    pub simple: SimpleState,
}

/// Cursor of the ballot loop (design 3.3.4).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotLoopState {
    /// The election being voted: index into the session's elections.
    pub election_index: Option<usize>,
    /// The contest being voted: position in the election's order.
    pub contest_index: usize,
    /// Where in the loop.
    pub sub_phase: BallotSubPhase,
    /// Choices of the contest so far, in the order of the keys.
    pub pending_selections: Vec<Uuid>,
    /// How many choices the zero key dropped, for the question that follows.
    pub dropped_selections: u8,
    /// Whether the blank that is asked about is the explicit option.
    pub declining: bool,
    /// Whether the list of elections was bypassed.
    pub election_list_skipped: bool,
    /// The contest that is changed from the summary.
    pub edit_target_contest: Option<usize>,
    /// The language of this ballot alone.
    pub election_language_override: Option<Language>,
    /// The ballot on its way.
    pub submission: Option<Submission>,
}

impl std::fmt::Debug for BallotLoopState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Choices stay out of logs.
        f.debug_struct("BallotLoopState")
            .field("sub_phase", &self.sub_phase)
            .finish_non_exhaustive()
    }
}

/// One of the voter's elections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectionEntry {
    /// The election.
    pub election_id: Uuid,
    /// How it stands.
    pub standing: Standing,
}

/// How an election stands for this voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Open, and no ballot was cast.
    Open,
    /// Open, a ballot was cast, and another may be.
    OpenAgain,
    /// No ballot is left.
    AlreadyVoted,
    /// Over.
    Closed,
    /// Interrupted.
    Paused,
    /// Has not begun.
    NotStarted,
    /// Cannot be cast by telephone.
    NotByPhone,
    /// Recorded in this call; not entered again (one `ballot_id` per session and election).
    VotedHere,
    /// Refused or lost in this call; not entered again.
    FailedHere,
}

impl Standing {
    /// Whether it has a number.
    pub fn selectable(self) -> bool {
        matches!(self, Self::Open | Self::OpenAgain)
    }
}

/// Where in the ballot loop (design 3.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BallotSubPhase {
    /// Status and history are not read yet.
    Entry,
    /// The list of ballots.
    ElectionSelect,
    /// The language of a ballot.
    LanguageSwitch,
    /// Introduces a ballot.
    ElectionIntro,
    /// Introduces a contest.
    ContestIntro,
    /// Choosing.
    CandidateSelect,
    /// Blank or declined: asks.
    SelectionCheck,
    /// Reads back and asks.
    VoteConfirm,
    /// All contests read back.
    ElectionSummary,
    /// The ballot is on its way.
    ElectionSubmit,
    /// The locator is read.
    ElectionReceipt,
}

impl BallotSubPhase {
    /// Every sub-phase.
    pub const ALL: [Self; 11] = [
        Self::Entry,
        Self::ElectionSelect,
        Self::LanguageSwitch,
        Self::ElectionIntro,
        Self::ContestIntro,
        Self::CandidateSelect,
        Self::SelectionCheck,
        Self::VoteConfirm,
        Self::ElectionSummary,
        Self::ElectionSubmit,
        Self::ElectionReceipt,
    ];

    /// The design's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::ElectionSelect => "election_select",
            Self::LanguageSwitch => "language_switch",
            Self::ElectionIntro => "election_intro",
            Self::ContestIntro => "contest_intro",
            Self::CandidateSelect => "candidate_select",
            Self::SelectionCheck => "selection_check",
            Self::VoteConfirm => "vote_confirm",
            Self::ElectionSummary => "election_summary",
            Self::ElectionSubmit => "election_submit",
            Self::ElectionReceipt => "election_receipt",
        }
    }
}

impl BallotLoopState {
    fn entry() -> Self {
        Self {
            election_index: None,
            contest_index: 0,
            sub_phase: BallotSubPhase::Entry,
            pending_selections: Vec::new(),
            dropped_selections: 0,
            declining: false,
            election_list_skipped: false,
            edit_target_contest: None,
            election_language_override: None,
            submission: None,
        }
    }
}

impl FlowPhase {
    /// The one mapping between phases and their states.
    pub fn initial_state(&self) -> PhaseState {
        use SimpleState::Entry;
        match self {
            Self::Announcement(_) => {
                PhaseState::Announcement(AnnouncementState { simple: Entry, piece: 0 })
            }
            Self::LanguageSelect => PhaseState::LanguageSelect(Entry),
            Self::BlacklistCheck => PhaseState::BlacklistCheck(Entry),
            Self::Auth => PhaseState::Auth(AuthState { step_index: 0, simple: Entry }),
            Self::EligibilityCheck => PhaseState::EligibilityCheck(Entry),
            Self::BallotLoop(_) => PhaseState::BallotLoop(BallotLoopState::entry()),
            Self::Goodbye => PhaseState::Goodbye(Entry),
        }
    }

    /// The design's spelling.
    pub fn name(&self) -> PhaseName {
        match self {
            Self::Announcement(_) => PhaseName::Announcement,
            Self::LanguageSelect => PhaseName::LanguageSelect,
            Self::BlacklistCheck => PhaseName::BlacklistCheck,
            Self::Auth => PhaseName::Auth,
            Self::EligibilityCheck => PhaseName::EligibilityCheck,
            Self::BallotLoop(_) => PhaseName::BallotLoop,
            Self::Goodbye => PhaseName::Goodbye,
        }
    }
}

/// What a flow ends with, whether or not the publication says so: no call ends in silence.
static GOODBYE: FlowPhase = FlowPhase::Goodbye;

/// The phase at an index; past the end it is the farewell.
pub fn phase_at(flow: &[FlowPhase], index: usize) -> &FlowPhase {
    flow.get(index).unwrap_or(&GOODBYE)
}

impl FlowPosition {
    /// The beginning of a flow.
    pub fn new(flow: &[FlowPhase]) -> Self {
        Self { phase_index: 0, state: phase_at(flow, 0).initial_state() }
    }

    /// On to the next phase.
    pub fn advance(&mut self, flow: &[FlowPhase]) {
        self.phase_index = (self.phase_index + 1).min(flow.len());
        self.state = phase_at(flow, self.phase_index).initial_state();
    }

    /// The cursor of the ballot loop, inside it.
    pub fn ballot_loop(&self) -> Option<&BallotLoopState> {
        match &self.state {
            PhaseState::BallotLoop(state) => Some(state),
            _ => None,
        }
    }

    /// The cursor of the ballot loop, inside it.
    pub(crate) fn ballot_loop_mut(&mut self) -> Option<&mut BallotLoopState> {
        match &mut self.state {
            PhaseState::BallotLoop(state) => Some(state),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::phase::{AnnouncementConfig, BallotLoopConfig};

    fn every_phase() -> Vec<FlowPhase> {
        vec![
            FlowPhase::Announcement(AnnouncementConfig {
                name: "welcome".into(),
                prompt_key: "greeting".into(),
                accept_key: None,
            }),
            FlowPhase::LanguageSelect,
            FlowPhase::BlacklistCheck,
            FlowPhase::Auth,
            FlowPhase::EligibilityCheck,
            FlowPhase::BallotLoop(BallotLoopConfig::default()),
            FlowPhase::Goodbye,
        ]
    }

    /// Exhaustive over both enums: adding a variant to either without the other stops compiling.
    fn matches(phase: &FlowPhase, state: &PhaseState) -> bool {
        match phase {
            FlowPhase::Announcement(_) => matches!(state, PhaseState::Announcement(_)),
            FlowPhase::LanguageSelect => matches!(state, PhaseState::LanguageSelect(_)),
            FlowPhase::BlacklistCheck => matches!(state, PhaseState::BlacklistCheck(_)),
            FlowPhase::Auth => matches!(state, PhaseState::Auth(_)),
            FlowPhase::EligibilityCheck => matches!(state, PhaseState::EligibilityCheck(_)),
            FlowPhase::BallotLoop(_) => matches!(state, PhaseState::BallotLoop(_)),
            FlowPhase::Goodbye => matches!(state, PhaseState::Goodbye(_)),
        }
    }

    #[test]
    fn each_phase_has_exactly_one_state() {
        let phases = every_phase();
        for (i, phase) in phases.iter().enumerate() {
            for (j, other) in phases.iter().enumerate() {
                assert_eq!(matches(phase, &other.initial_state()), i == j);
            }
        }
    }

    #[test]
    fn a_position_matches_its_phase_wherever_it_goes() {
        let flow = every_phase();
        for start in 0..flow.len() {
            let flow = &flow[start..];
            let mut position = FlowPosition::new(flow);
            for _ in 0..flow.len() + 3 {
                assert!(matches(phase_at(flow, position.phase_index), &position.state));
                position.advance(flow);
            }
        }
    }

    #[test]
    fn past_the_end_is_the_farewell() {
        let flow = [FlowPhase::Auth];
        let mut position = FlowPosition::new(&flow);
        position.advance(&flow);
        assert_eq!(position.state, PhaseState::Goodbye(SimpleState::Entry));
        position.advance(&flow);
        assert_eq!(position.phase_index, 1);
        assert_eq!(FlowPosition::new(&[]).state, PhaseState::Goodbye(SimpleState::Entry));
    }
}
