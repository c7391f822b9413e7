//! Fills the slots of a template: values go in escaped, names with their own markup.

use super::placeholder::Placeholder;
use super::vars::Vars;
use super::words::{self, Words};
use crate::prompts::defaults;
use crate::ssml::speech::Speech;

/// Says the value of a placeholder. A value that the turn does not have says nothing.
///
/// `words` are those of the template's language, if it has any; `spare` are spoken where words
/// are needed all the same.
pub(super) fn fill(
    placeholder: Placeholder,
    vars: &Vars<'_>,
    words: Option<Words>,
    spare: Words,
    out: &mut Speech,
) {
    match placeholder {
        Placeholder::AssistancePhone => match vars.assistance_phone {
            Some(phone) => words::phone(words, phone, out),
            None if words.is_some() => defaults::phone_on_instructions(spare, out),
            None => out.lang(spare.locale(), |out| defaults::phone_on_instructions(spare, out)),
        },
        Placeholder::ElectionName => words::names(words, vars.elections, out),
        Placeholder::ContestName => {
            if let Some(name) = vars.contest_name {
                words::name(words, name, out);
            }
        }
        Placeholder::ContestNumber => out.number(vars.contest_number),
        Placeholder::MaxVotes => out.number(vars.max_votes),
        Placeholder::MinVotes => out.number(vars.min_votes),
        Placeholder::Number => {
            if let Some(number) = vars.number {
                words::number(words, number, out);
            }
        }
        Placeholder::CandidateName => words::names(words, vars.candidates, out),
        Placeholder::ConfirmationNumber => {
            if let Some(locator) = vars.locator {
                words::locator(words, locator, out);
            }
        }
    }
}
