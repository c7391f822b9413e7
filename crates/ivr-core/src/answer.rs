//! [`Answer`]: what a turn says and asks, for whatever edge is asking.

use crate::language::Language;
use crate::menu::{InputTiming, Menu};
use crate::prompts::name::PromptName;
use crate::session::{ElectionSubmissionResult, Ending, Place};

/// The domain's response (design 4.2); edges turn it into their own wire form.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectResponse {
    /// A complete `<speak>` document.
    pub prompt_text: String,
    /// Whether input is taken afterwards.
    pub expect_input: bool,
    /// The menu's keys, for people; nothing is matched against it.
    pub valid_inputs: String,
    /// Seconds to the first key; 0 without input.
    pub input_timeout: u8,
    /// Whether the call ends afterwards.
    pub should_disconnect: bool,
}

impl std::fmt::Debug for ConnectResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is said may read back a choice.
        f.debug_struct("ConnectResponse")
            .field("expect_input", &self.expect_input)
            .field("input_timeout", &self.input_timeout)
            .field("should_disconnect", &self.should_disconnect)
            .finish_non_exhaustive()
    }
}

/// What a turn says and asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is said.
    pub response: ConnectResponse,
    /// Every template spoken, in order.
    pub prompt_keys: Vec<PromptName>,
    /// Where in the flow it is said.
    pub place: Place,
    /// The language of the turn; it decides the voice.
    pub language: Language,
    /// The question, if one is asked.
    pub ask: Option<Ask>,
    /// Comes back with the next event (DECISIONS 10).
    pub turn_token: u64,
    /// How the call ended, if it did.
    pub ending: Option<Ending>,
    /// What became of the ballots, when the call ended.
    pub submissions: Vec<ElectionSubmissionResult>,
}

/// The question of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The very menu that input is matched against.
    pub menu: Menu,
    /// How long is waited.
    pub timing: InputTiming,
}
