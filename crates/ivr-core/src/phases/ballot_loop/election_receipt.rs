//! election_receipt: the ballot locator, read twice; `1` or silence goes on (DECISIONS 46).

use super::transitions::after_election;
use crate::flow::context::PhaseResult;
use crate::flow::phase::{BallotLoopConfig, ReceiptFormat};
use crate::flow::question::{Question, Silence};
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::key::IvrPromptKey;
use crate::prompts::vars::Variant;
use crate::session::{IvrSession, SubmissionStatus};

/// The locator of the ballot just recorded, if the flow wants it read.
pub fn question(config: &BallotLoopConfig, session: &IvrSession) -> Option<Question> {
    let election = session.current_election()?;
    let result = session.submission_results.iter().rfind(|r| r.election_id == election)?;
    if result.status != SubmissionStatus::Success {
        return None;
    }
    let locator = match config.receipt_format? {
        ReceiptFormat::PhoneticHex4 => result.ballot_hash.as_ref()?.get(..4)?.to_owned(),
    };
    let number = |variant| {
        let mut line = Line::of(IvrPromptKey::ReceiptNumber).election(election).variant(variant);
        line.about.locator = Some(locator.clone());
        line
    };
    let mut menu = Menu::new(InputKind::OneKey);
    menu.offer(Keys::Digit(1), Action::Accept);
    let lines = vec![
        Line::of(IvrPromptKey::ReceiptInfo).election(election),
        number(Variant::Plain),
        number(Variant::Again),
    ];
    Some(Question { on_silence: Silence::Means(Action::Accept), ..Question::plain(menu, lines) })
}

/// Goes on to what is left to vote.
pub fn run(session: &mut IvrSession) -> PhaseResult {
    after_election(session)
}
