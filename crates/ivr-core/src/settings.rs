//! [`Settings`]: the engine's own numbers, in one place.

use crate::submit::SubmitLimits;

/// Limits and margins of the engine, in milliseconds and counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long one invocation may work: less than Connect's eight seconds, so that there is
    /// always something to say.
    pub turn_ms: i64,
    /// One load or save of the session.
    pub session_ms: i64,
    /// One read: status, history, configuration.
    pub read_ms: i64,
    /// One login or refresh.
    pub auth_ms: i64,
    /// One cast; it leaves room for the history question inside the same turn.
    pub cast_ms: i64,
    /// The call log, beside the turn's own work.
    pub call_log_ms: i64,
    /// How often a read, or a load or save of the session, is repeated after a time-out (design 8.1).
    pub retries_after_timeout: u8,
    /// How often a read, or a load or save of the session, is repeated after an error (design 8.1).
    pub retries_after_error: u8,
    /// A token that expires within this is refreshed first, in seconds (design 5.1.9).
    pub refresh_margin_s: i64,
    /// How often a ballot is sent, and how often a turn may end without knowing.
    pub submit: SubmitLimits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            turn_ms: 7_000,
            session_ms: 1_000,
            read_ms: 2_000,
            auth_ms: 4_000,
            cast_ms: 4_500,
            call_log_ms: 300,
            retries_after_timeout: 2,
            retries_after_error: 1,
            refresh_margin_s: 60,
            submit: SubmitLimits::default(),
        }
    }
}
