//! [`Robot`]: a caller who chooses by meaning, for the demo without a terminal.

use crate::terminal::keys::Token;
use crate::terminal::line::{AnswerLine, MenuLine};
use crate::terminal::script::Keypad;

/// Votes in every election, two candidates where there are more seats than one, and changes its
/// mind once.
pub(crate) struct Robot {
    voter_id: &'static str,
    date_of_birth: &'static str,
    pressed: Vec<String>,
    /// Choices in the contest so far.
    chosen: usize,
    has_edited: bool,
}

impl Robot {
    /// A caller with these credentials.
    pub(crate) fn new(voter_id: &'static str, date_of_birth: &'static str) -> Self {
        Self { voter_id, date_of_birth, pressed: Vec::new(), chosen: 0, has_edited: false }
    }

    /// What was pressed.
    pub(crate) fn pressed(&self) -> &[String] {
        &self.pressed
    }

    fn keys(&mut self, menu: &[MenuLine]) -> Option<String> {
        let of = |action: &str| menu.iter().find(|entry| entry.action == action);
        if let Some(enter) = of("enter") {
            let digits = match enter.field.as_deref() {
                Some("voter_id") => self.voter_id,
                _ => self.date_of_birth,
            };
            return Some(format!("{digits}#"));
        }
        if let Some(submit) = of("submit") {
            if self.has_edited {
                return Some(submit.keys.clone());
            }
            self.has_edited = true;
            return of("edit_contest").map(|entry| entry.keys.clone());
        }
        if of("choose_candidate").is_some() {
            if let Some(done) = of("done").filter(|_| self.chosen >= 2) {
                return Some(done.keys.clone());
            }
            // Another candidate after the change of mind.
            let nth = if self.has_edited { 2 } else { 1 };
            let mut candidates =
                menu.iter().filter(|entry| entry.action == "choose_candidate" && entry.spoken);
            let candidate = candidates.nth(nth).or_else(|| of("choose_candidate"))?;
            self.chosen += 1;
            return Some(candidate.keys.clone());
        }
        self.chosen = 0;
        let next = ["confirm", "accept", "choose_language", "choose_election", "keep_language"];
        let next = next.into_iter().find_map(of).or_else(|| of("exit"));
        next.map(|entry| entry.keys.clone())
    }
}

impl Keypad for Robot {
    fn next(&mut self, asked: &AnswerLine) -> anyhow::Result<Option<Token>> {
        let token = self.keys(&asked.menu).map_or(Token::Silence, Token::Keys);
        self.pressed.push(token.to_string());
        Ok(Some(token))
    }

    fn left_over(&mut self) -> anyhow::Result<Vec<String>> {
        Ok(Vec::new())
    }
}
