//! The built-in words of every prompt, as code: a key without words does not compile, and keys
//! come from the menu of the turn, so what is said and what is accepted cannot differ.
//!
//! What first, then the key ("For Alice Smith, press 1."); one name for each key. The wording is
//! reviewed in the catalogue: `prompts/tests/snapshots`.

mod en;
mod fr;
mod languages;
mod teller;

use super::key::IvrPromptKey;
use super::vars::Vars;
use super::words::Words;
use crate::language::Language;
use crate::ssml::speech::Speech;
use teller::Teller;

/// Says the built-in words of a prompt. `language` is that of the answer, which `words` may not
/// have words for.
pub(super) fn say(
    key: IvrPromptKey,
    vars: &Vars<'_>,
    words: Words,
    language: &Language,
    out: &mut Speech,
) {
    let mut teller = Teller { vars, words, language, out };
    match words {
        Words::En => en::say(key, &mut teller),
        Words::Fr => fr::say(key, &mut teller),
    }
}

/// What is said for `{assistance_phone}` when there is none.
pub(super) fn phone_on_instructions(words: Words, out: &mut Speech) {
    out.words(match words {
        Words::En => "the number on your voting instructions",
        Words::Fr => "numéro qui figure dans vos directives de vote",
    });
}
