//! Standard error: warnings, and with `--log` what operators would see, one JSON object a line.
//!
//! Published texts may hold anything. No control character of theirs reaches a terminal or a log:
//! it could forge a line, or paint over one.

use std::io::{self, Write as _};

use ivr_core::ports::TelemetryRecord;

use crate::world::Warning;

/// Writes a line. A closed standard error is no reason to end a call.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", escaped(text));
}

/// Writes a record as JSON.
pub(crate) fn record(record: &TelemetryRecord) {
    json(record);
}

/// Writes a warning, among records as JSON.
pub(crate) fn warning(warning: &Warning, among_records: bool) {
    if among_records {
        json(warning);
    } else {
        line(&warning.to_string());
    }
}

fn json(value: &impl serde::Serialize) {
    if let Ok(text) = serde_json::to_string(value) {
        line(&text);
    }
}

/// A text as one line. In JSON the escapes mean what they stand for: there control characters
/// occur in strings only.
pub(crate) fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            '\t' => line.push_str("\\t"),
            // The last two end lines, the ranges turn the direction of writing.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                line.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_that_paints_nothing() {
        let text = "Mayor\n\u{1b}[31m\u{9b}0m\r\u{7f}\u{2028}\u{202e}é";
        assert_eq!(escaped(text), "Mayor\\n\\u001b[31m\\u009b0m\\u000d\\u007f\\u2028\\u202eé");
        let json = serde_json::to_string(text).unwrap_or_default();
        assert_eq!(serde_json::from_str::<String>(&escaped(&json)).ok().as_deref(), Some(text));
    }
}
