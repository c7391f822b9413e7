//! [`Transcript`]: a call for people to read.

use std::io::Write;

use ivr_core::publication::Publication;

use super::call::Listener;
use super::keys::Token;
use super::label::Labels;
use super::line::{AnswerLine, EndLine, Outcome, SubmissionLine};
use super::paper::Paper;

/// Hears a call for a person.
pub(crate) struct Transcript<'p, W> {
    paper: Paper<W>,
    publication: &'p Publication,
    /// Keys come from a script: they are shown. A person sees what they type.
    scripted: bool,
    ssml: bool,
    place: String,
}

impl<'p, W: Write> Transcript<'p, W> {
    /// Writes there.
    pub(crate) fn new(
        paper: Paper<W>,
        publication: &'p Publication,
        scripted: bool,
        ssml: bool,
    ) -> Self {
        Self { paper, publication, scripted, ssml, place: String::new() }
    }

    /// The paper, for what comes after the call.
    pub(crate) fn into_paper(self) -> Paper<W> {
        self.paper
    }

    fn submission(&mut self, line: &SubmissionLine) -> anyhow::Result<()> {
        let labels = Labels::in_default_language(self.publication);
        let election =
            labels.election(line.election_id).unwrap_or_else(|| line.election_id.to_string());
        let mut text = format!("  {election}: {}", line.status);
        if let Some(id) = &line.ballot_id {
            text.push_str(&format!(", ballot {id}"));
        }
        if let Some(code) = &line.code {
            text.push_str(&format!(" ({code})"));
        }
        Ok(self.paper.line(&text)?)
    }
}

impl<W: Write> Listener for Transcript<'_, W> {
    fn answer(&mut self, line: &AnswerLine) -> anyhow::Result<()> {
        let place = match line.sub_phase {
            Some(sub_phase) => format!("{}: {sub_phase}", line.phase),
            None => line.phase.to_owned(),
        };
        if place != self.place {
            self.paper.blank()?;
            self.paper.aside(&format!("-- {}", place.replace('_', " ")))?;
            self.place = place;
        }
        self.paper.paragraph("  ", &line.text)?;
        if self.ssml {
            self.paper.paragraph("    ", &line.ssml)?;
        }
        if line.expect_input && !self.scripted {
            self.paper.aside(&format!("  [{}]", line.valid_inputs))?;
        }
        Ok(self.paper.flush()?)
    }

    fn pressed(&mut self, token: &Token) -> anyhow::Result<()> {
        if self.scripted {
            let did = match token {
                Token::Keys(keys) => keys.as_str(),
                Token::Silence => "(silence)",
                Token::HangUp => "(hangs up)",
            };
            self.paper.heading(&format!("> {did}"))?;
        }
        Ok(())
    }

    fn end(&mut self, line: &EndLine) -> anyhow::Result<()> {
        self.paper.blank()?;
        let how = match (line.outcome, line.reason) {
            (Outcome::Completed, _) => "completed".to_owned(),
            (Outcome::Disconnected, Some(reason)) => format!("disconnected ({reason})"),
            (Outcome::Disconnected, None) => "disconnected".to_owned(),
            (Outcome::HungUp, _) => "the caller hung up".to_owned(),
        };
        self.paper.heading(&format!("End of the call: {how}"))?;
        for submission in &line.submissions {
            self.submission(submission)?;
        }
        if !line.unused_keys.is_empty() {
            let unused = line.unused_keys.join(" ");
            self.paper.line(&format!("  never pressed, the call was over: {unused}"))?;
        }
        Ok(self.paper.flush()?)
    }
}
