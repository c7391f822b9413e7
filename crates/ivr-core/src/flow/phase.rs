//! [`FlowPhase`]: the phases that a publication strings into a flow (design 3.1, 3.2, 4.1).

use serde::{Deserialize, Serialize};

/// One step of `presentation.ivr.flow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum FlowPhase {
    /// Play a prompt, optionally wait for an acceptance key.
    Announcement(AnnouncementConfig),
    /// Choose the language of the call.
    LanguageSelect,
    /// Refuse blocked callers.
    BlacklistCheck,
    /// Collect credentials and log in.
    Auth,
    /// Is this voter entitled, is anything open.
    EligibilityCheck,
    /// Vote, one election after the other.
    BallotLoop(BallotLoopConfig),
    /// Farewell.
    Goodbye,
}

/// Settings of an announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementConfig {
    /// A label for logs and metrics: `welcome`, `declaration`.
    pub name: String,
    /// The prompt to play: a well-known key or one of the deployment's own.
    pub prompt_key: String,
    /// The key that the voter must press to go on; without one the call goes on by itself.
    #[serde(default)]
    pub accept_key: Option<AcceptKey>,
}

/// The acceptance key of an announcement: one digit, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AcceptKey(u8);

impl AcceptKey {
    /// The digit, 0 to 9.
    pub fn digit(self) -> u8 {
        self.0
    }
}

/// The text is not one digit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an accept_key is one digit from 0 to 9, not {0:?}: * and # have their own meanings")]
pub struct NotAnAcceptKey(String);

impl TryFrom<String> for AcceptKey {
    type Error = NotAnAcceptKey;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_bytes() {
            [digit @ b'0'..=b'9'] => Ok(Self(digit - b'0')),
            _ => Err(NotAnAcceptKey(text)),
        }
    }
}

impl From<AcceptKey> for String {
    fn from(key: AcceptKey) -> Self {
        key.0.to_string()
    }
}

/// Settings of the ballot loop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotLoopConfig {
    /// How the ballot locator is read after casting, or not at all.
    #[serde(default)]
    pub receipt_format: Option<ReceiptFormat>,
}

/// How a ballot locator is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiptFormat {
    /// The first four hexadecimal characters of the `ballot_id`, in the spelling alphabet.
    #[serde(rename = "phonetic_hex_4")]
    PhoneticHex4,
}

/// `presentation.ivr.retry_limits`: how many failures of a kind end the call (design 8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryLimits {
    /// Wrong credentials.
    pub auth: u8,
    /// Keys that are not on the menu.
    pub invalid_input: u8,
    /// Silences.
    pub timeout: u8,
}

impl Default for RetryLimits {
    fn default() -> Self {
        Self { auth: 3, invalid_input: 3, timeout: 3 }
    }
}
