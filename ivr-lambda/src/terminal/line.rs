//! The lines of `--json`: what scripts may rely on.
//!
//! A later capability adds fields, actions and line types, and never changes these.

use serde::Serialize;
use uuid::Uuid;

/// What is said and asked.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AnswerLine {
    pub(crate) turn: u32,
    pub(crate) phase: &'static str,
    pub(crate) sub_phase: Option<&'static str>,
    pub(crate) election_id: Option<Uuid>,
    pub(crate) contest_id: Option<Uuid>,
    pub(crate) prompt_keys: Vec<String>,
    pub(crate) language: String,
    pub(crate) text: String,
    pub(crate) ssml: String,
    pub(crate) expect_input: bool,
    pub(crate) should_disconnect: bool,
    pub(crate) input: Option<InputLine>,
    pub(crate) input_timeout: u8,
    pub(crate) valid_inputs: String,
    pub(crate) menu: Vec<MenuLine>,
}

/// How keys are collected.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum InputLine {
    OneKey { first_key_s: u8 },
    Code { max_digits: u8, first_key_s: u8, between_keys_s: u8 },
    Entry { max_digits: u8, first_key_s: u8, between_keys_s: u8 },
}

/// One entry of the menu.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MenuLine {
    pub(crate) keys: String,
    pub(crate) action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_digits: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) terminator: Option<&'static str>,
    #[serde(skip_serializing_if = "is_spoken")]
    pub(crate) spoken: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_spoken(spoken: &bool) -> bool {
    *spoken
}

/// The call is over.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EndLine {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<&'static str>,
    pub(crate) submissions: Vec<SubmissionLine>,
    pub(crate) unused_keys: Vec<String>,
}

/// How the call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The flow reached its end.
    Completed,
    /// The engine ended the call.
    Disconnected,
    /// The caller did.
    HungUp,
}

/// What became of one ballot.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SubmissionLine {
    pub(crate) election_id: Uuid,
    pub(crate) status: &'static str,
    pub(crate) ballot_id: Option<String>,
    pub(crate) code: Option<String>,
}
