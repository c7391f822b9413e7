//! What the doctor found: a line a question.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::terminal::Done;

/// One question, asked once or often.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Finding {
    pub(super) question: &'static str,
    /// `None`: not asked.
    pub(super) ok: Option<bool>,
    /// What came of it, in a line.
    pub(super) outcome: String,
    /// How often it was asked.
    pub(super) asked: u32,
    /// HTTP requests that it took.
    pub(super) requests: u64,
    /// The slowest and the one in the middle.
    #[serde(rename = "max_ms")]
    pub(super) slowest_ms: u128,
    #[serde(rename = "median_ms")]
    pub(super) median_ms: u128,
    /// Redacted claims, if it is about a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claims: Option<serde_json::Value>,
    /// Bytes of bodies, if it is about documents.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<Bytes>,
}

/// Bytes of the bodies of a question, all requests together.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Bytes {
    #[serde(rename = "bytes_sent")]
    pub(super) sent: usize,
    #[serde(rename = "bytes_received")]
    pub(super) received: usize,
}

impl Finding {
    /// A question that was not asked.
    pub(super) fn not_tried(question: &'static str, why: &str) -> Self {
        Self {
            question,
            ok: None,
            outcome: why.to_owned(),
            asked: 0,
            requests: 0,
            slowest_ms: 0,
            median_ms: 0,
            claims: None,
            bytes: None,
        }
    }

    /// A question that failed before it could be asked.
    pub(super) fn failed(question: &'static str, why: String) -> Self {
        Self { ok: Some(false), outcome: why, ..Self::not_tried(question, "") }
    }
}

/// The report as it goes along.
pub(super) struct Report {
    json: bool,
    ill: bool,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self { json, ill: false }
    }

    /// Says a finding at once.
    pub(super) fn say(&mut self, finding: &Finding) -> anyhow::Result<()> {
        self.ill |= finding.ok == Some(false);
        let mut out = io::stdout().lock();
        if self.json {
            let mut line = serde_json::to_value(finding)?;
            line["type"] = "finding".into();
            writeln!(out, "{line}")?;
        } else {
            let mark = match finding.ok {
                Some(true) => "ok  ",
                Some(false) => "FAIL",
                None => "--  ",
            };
            let Finding { question, outcome, asked, requests, median_ms, slowest_ms, .. } = finding;
            writeln!(out, "{mark} {question}: {outcome}")?;
            if *asked > 0 {
                let times = if *asked == 1 {
                    format!("{slowest_ms} ms")
                } else {
                    format!("{asked} times, median {median_ms} ms, slowest {slowest_ms} ms")
                };
                writeln!(out, "       {times}, HTTP requests sent: {requests}")?;
            }
            if let Some(Bytes { sent, received }) = finding.bytes {
                writeln!(out, "       bodies: {sent} bytes sent, {received} received")?;
            }
            if let Some(claims) = &finding.claims {
                writeln!(out, "       claims: {claims}")?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// The last line, and the exit status.
    pub(super) fn end(self) -> anyhow::Result<Done> {
        let mut out = io::stdout().lock();
        let could = !self.ill;
        if self.json {
            writeln!(out, "{}", serde_json::json!({"type": "end", "voter_could_vote": could}))?;
        } else if could {
            writeln!(out, "Nothing found that would stop a voter.")?;
        } else {
            writeln!(out, "A voter could not vote: see FAIL above.")?;
        }
        out.flush()?;
        Ok(if could { Done::Well } else { Done::WithErrors })
    }
}
