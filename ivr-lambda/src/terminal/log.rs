//! Standard error: warnings, and with `--log` what operators would see.

use std::io::{self, Write as _};

use ivr_core::ports::TelemetryRecord;

/// Writes a line. A closed standard error is no reason to end a call.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Writes a record as JSON.
pub(crate) fn record(record: &TelemetryRecord) {
    if let Ok(text) = serde_json::to_string(record) {
        line(&text);
    }
}
