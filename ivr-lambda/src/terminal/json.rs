//! From the engine's answers to the lines of `--json`.

use std::io::Write;

use ivr_core::answer::{Answer, Ask};
use ivr_core::flow::position::BallotSubPhase;
use ivr_core::menu::{Action, InputKind, Keys, MenuEntry};
use ivr_core::session::{ElectionSubmissionResult, SubmissionStatus};
use ivr_core::ssml::plain::plain_text;
use serde::Serialize;

use super::call::Listener;
use super::keys::Token;
use super::label::{Labels, self_name};
use super::line::{AnswerLine, EndLine, InputLine, MenuLine, SubmissionLine};

/// Hears a call for a program.
pub(crate) struct JsonLines<W>(W);

impl<W: Write> JsonLines<W> {
    /// Writes there.
    pub(crate) fn new(out: W) -> Self {
        Self(out)
    }

    fn line(&mut self, kind: &'static str, line: &impl Serialize) -> anyhow::Result<()> {
        #[derive(Serialize)]
        struct Typed<'a, T> {
            r#type: &'static str,
            #[serde(flatten)]
            line: &'a T,
        }
        serde_json::to_writer(&mut self.0, &Typed { r#type: kind, line })?;
        self.0.write_all(b"\n")?;
        self.0.flush()?;
        Ok(())
    }
}

impl<W: Write> Listener for JsonLines<W> {
    fn answer(&mut self, line: &AnswerLine) -> anyhow::Result<()> {
        self.line("answer", line)
    }

    fn pressed(&mut self, _: &Token) -> anyhow::Result<()> {
        Ok(())
    }

    fn end(&mut self, line: &EndLine) -> anyhow::Result<()> {
        self.line("end", line)
    }
}

/// The line of an answer.
pub(crate) fn answer_line(answer: &Answer, turn: u32, labels: Labels<'_>) -> AnswerLine {
    let response = &answer.response;
    let place = &answer.place;
    AnswerLine {
        turn,
        phase: place.phase.as_str(),
        sub_phase: place.sub_phase.map(BallotSubPhase::as_str),
        election_id: place.election,
        contest_id: place.contest,
        prompt_keys: answer.prompt_keys.iter().map(ToString::to_string).collect(),
        language: answer.language.to_string(),
        text: plain_text(&response.prompt_text),
        ssml: response.prompt_text.clone(),
        expect_input: response.expect_input,
        should_disconnect: response.should_disconnect,
        input: answer.ask.as_ref().map(input_line),
        input_timeout: response.input_timeout,
        valid_inputs: response.valid_inputs.clone(),
        menu: menu_lines(answer, labels),
    }
}

/// The menu of an answer; empty without a question.
pub(crate) fn menu_lines(answer: &Answer, labels: Labels<'_>) -> Vec<MenuLine> {
    let entries = answer.ask.iter().flat_map(|ask| &ask.menu.entries);
    entries.map(|entry| menu_line(entry, labels)).collect()
}

/// Two digits are the most that a code has.
const CODE_DIGITS: u8 = 2;

fn input_line(ask: &Ask) -> InputLine {
    let first_key_s = ask.timing.first_key_s;
    let between_keys_s = ask.timing.between_keys_s.unwrap_or(0);
    match ask.menu.kind {
        InputKind::OneKey => InputLine::OneKey { first_key_s },
        InputKind::Code => InputLine::Code { max_digits: CODE_DIGITS, first_key_s, between_keys_s },
        InputKind::Entry { max_digits, .. } => {
            InputLine::Entry { max_digits, first_key_s, between_keys_s }
        }
    }
}

fn menu_line(entry: &MenuEntry, labels: Labels<'_>) -> MenuLine {
    let mut line = MenuLine {
        keys: entry.keys.to_string(),
        action: "",
        id: None,
        label: None,
        field: None,
        max_digits: None,
        terminator: None,
        spoken: entry.spoken,
    };
    let (action, id, label) = match &entry.action {
        Action::Repeat => ("repeat", None, None),
        Action::Accept => ("accept", None, None),
        Action::Exit => ("exit", None, None),
        Action::KeepLanguage => ("keep_language", None, None),
        Action::Done => ("done", None, None),
        Action::Blank => ("blank", None, None),
        Action::BlankRefused => ("blank_refused", None, None),
        Action::Confirm => ("confirm", None, None),
        Action::Change => ("change", None, None),
        Action::Submit => ("submit", None, None),
        Action::ChooseLanguage(language) => language_parts("choose_language", language),
        Action::SwitchLanguage(language) => language_parts("switch_language", language),
        Action::ChooseElection(id) => {
            ("choose_election", Some(id.to_string()), labels.election(*id))
        }
        Action::ChooseCandidate(id) => {
            ("choose_candidate", Some(id.to_string()), labels.candidate(*id))
        }
        Action::AlreadyChosen(id) => {
            ("already_chosen", Some(id.to_string()), labels.candidate(*id))
        }
        Action::EditContest(id) => ("edit_contest", Some(id.to_string()), labels.contest(*id)),
        Action::Enter(field) => {
            line.field = Some(field.clone());
            ("enter", None, None)
        }
    };
    if let Keys::Entry { max_digits, terminated } = entry.keys {
        line.max_digits = Some(max_digits);
        line.terminator = Some(if terminated { "#" } else { "" });
    }
    MenuLine { action, id, label, ..line }
}

fn language_parts(
    action: &'static str,
    language: &ivr_core::language::Language,
) -> (&'static str, Option<String>, Option<String>) {
    (action, Some(language.to_string()), Some(self_name(language).to_owned()))
}

/// The line of what became of a ballot.
pub(crate) fn submission_line(result: &ElectionSubmissionResult) -> SubmissionLine {
    let (status, code) = match &result.status {
        SubmissionStatus::Success => ("success", None),
        SubmissionStatus::Rejected(rejection) => ("rejected", Some(rejection.code().to_owned())),
        SubmissionStatus::Failed { error } => ("failed", Some(error.clone())),
        SubmissionStatus::Unknown => ("unknown", None),
    };
    SubmissionLine {
        election_id: result.election_id,
        status,
        ballot_id: result.ballot_hash.clone(),
        code,
    }
}
