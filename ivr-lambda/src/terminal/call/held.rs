//! [`Held`]: the loop of a call: the engine answers, the caller presses.

use anyhow::bail;
use chrono::TimeDelta;
use ivr_core::answer::Answer;
use ivr_core::flow::context::LambdaInput;
use ivr_core::publication::Publication;
use ivr_core::session::{ElectionSubmissionResult, Ending};
use ivr_core::turn::handle::ContactEvent;

use crate::terminal::json::{answer_line, submission_line};
use crate::terminal::keys::Token;
use crate::terminal::label::Labels;
use crate::terminal::line::{AnswerLine, EndLine, Outcome};
use crate::terminal::live::Backends;
use crate::terminal::script::Keypad;
use crate::terminal::{log, pace};

/// So many answers in a row without a question are a fault of the engine, not a call.
const MOST_WITHOUT_INPUT: u32 = 1_000;

/// Who hears a call.
pub(crate) trait Listener {
    /// An answer is said. It is to be seen before input is read.
    fn answer(&mut self, line: &AnswerLine) -> anyhow::Result<()>;
    /// The caller does something.
    fn pressed(&mut self, token: &Token) -> anyhow::Result<()>;
    /// The call is over.
    fn end(&mut self, line: &EndLine) -> anyhow::Result<()>;
}

/// Who calls whom.
#[derive(Debug, Clone)]
pub(crate) struct Contact {
    /// The contact.
    pub(crate) id: String,
    /// The calling number; `None` when withheld.
    pub(crate) caller: Option<String>,
    /// The dialled number.
    pub(crate) dialled: String,
}

/// A call being held.
pub(crate) struct Held<'a> {
    /// The backends.
    pub(crate) backends: Backends<'a>,
    /// For the names in menus.
    pub(crate) publication: &'a Publication,
    /// Who calls whom.
    pub(crate) contact: &'a Contact,
    /// Whether speech and silence move the clock.
    pub(crate) virtual_time: bool,
    /// Whether telemetry goes to standard error.
    pub(crate) log: bool,
}

impl Held<'_> {
    /// Holds the call to its end.
    pub(crate) fn hold(
        &self,
        keypad: &mut dyn Keypad,
        listener: &mut dyn Listener,
    ) -> anyhow::Result<EndLine> {
        let mut input = LambdaInput::Init;
        let mut turn_token = None;
        let mut submissions = Vec::new();
        let mut without_input = 0;
        for turn in 1.. {
            let answer = self.handle(input, turn_token);
            turn_token = Some(answer.turn_token);
            remember(&mut submissions, &answer);
            let line = answer_line(&answer, turn, Labels::of(self.publication, &answer));
            listener.answer(&line)?;
            self.advance(pace::spoken(&answer.response.prompt_text));
            if answer.response.should_disconnect {
                let (outcome, reason) = match answer.ending {
                    Some(Ending::Disconnected(key)) => (Outcome::Disconnected, Some(key.as_str())),
                    Some(Ending::Completed) | None => (Outcome::Completed, None),
                };
                return self.end(outcome, reason, &submissions, keypad, listener);
            }
            if !answer.response.expect_input {
                without_input += 1;
                if without_input > MOST_WITHOUT_INPUT {
                    bail!("the engine talks on and on in {} and never asks", line.phase);
                }
                input = LambdaInput::NoInput;
                continue;
            }
            without_input = 0;
            let token = keypad.next(&line)?.unwrap_or(Token::HangUp);
            listener.pressed(&token)?;
            input = match token {
                Token::HangUp => {
                    return self.end(Outcome::HungUp, None, &submissions, keypad, listener);
                }
                Token::Keys(keys) => LambdaInput::Dtmf(keys),
                Token::Silence => {
                    self.advance(TimeDelta::seconds(answer.response.input_timeout.into()));
                    LambdaInput::Timeout
                }
            };
        }
        bail!("the call has more turns than can be counted")
    }

    fn handle(&self, input: LambdaInput, turn_token: Option<u64>) -> Answer {
        let world = self.backends.world();
        let noted = world.telemetry().len();
        let event = ContactEvent {
            contact_id: self.contact.id.clone(),
            caller: self.contact.caller.clone(),
            dialled: self.contact.dialled.clone(),
            input,
            turn_token,
        };
        let answer = self.backends.handle(&event);
        if self.log {
            world.telemetry().iter().skip(noted).for_each(log::record);
        }
        answer
    }

    fn advance(&self, time: TimeDelta) {
        if self.virtual_time {
            self.backends.world().clock().advance(time);
        }
    }

    fn end(
        &self,
        outcome: Outcome,
        reason: Option<&'static str>,
        submissions: &[ElectionSubmissionResult],
        keypad: &mut dyn Keypad,
        listener: &mut dyn Listener,
    ) -> anyhow::Result<EndLine> {
        let line = EndLine {
            outcome,
            reason,
            submissions: submissions.iter().map(submission_line).collect(),
            unused_keys: keypad.left_over()?,
        };
        listener.end(&line)?;
        Ok(line)
    }
}

/// An answer made without the session does not know what became of the ballots; the one before
/// it did.
fn remember(submissions: &mut Vec<ElectionSubmissionResult>, answer: &Answer) {
    if answer.submissions.len() >= submissions.len() {
        submissions.clone_from(&answer.submissions);
    }
}
