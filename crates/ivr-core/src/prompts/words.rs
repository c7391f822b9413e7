//! The small words of the two languages that we speak ourselves: digits, keys, lists, letters.

use super::vars::{Name, Number};
use crate::language::Language;
use crate::menu::Keys;
use crate::ssml::locale::Locale;
use crate::ssml::speech::Speech;

/// Between the groups of a telephone number.
const GROUP_PAUSE_MS: u32 = 300;
/// After each character of a locator.
const CHARACTER_PAUSE_MS: u32 = 500;

/// A language with built-in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// English.
    En,
    /// French, as it is spoken in Canada.
    Fr,
}

impl Words {
    /// The words of a language, whatever its region; most languages have none.
    pub fn of(language: &Language) -> Option<Self> {
        let primary = language.primary();
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else if primary.eq_ignore_ascii_case("fr") {
            Some(Self::Fr)
        } else {
            None
        }
    }

    /// The words to speak in a language that may have none: those of the event's default
    /// language, else English.
    pub fn for_answer(language: &Language, default_language: &Language) -> Self {
        Self::of(language).or_else(|| Self::of(default_language)).unwrap_or(Self::En)
    }

    /// The locale of the words inside an answer in another language.
    pub fn locale(self) -> Locale {
        match self {
            Self::En => Locale::EnUs,
            Self::Fr => Locale::FrCa,
        }
    }

    /// A digit.
    pub fn digit(self, digit: u8) -> &'static str {
        const EN: [&str; 10] =
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        const FR: [&str; 10] =
            ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"];
        let words = match self {
            Self::En => EN,
            Self::Fr => FR,
        };
        words[usize::from(digit % 10)]
    }

    /// A hexadecimal character in the spelling alphabet.
    pub fn spelled(self, c: char) -> Option<&'static str> {
        Some(match (c.to_ascii_lowercase(), self) {
            ('0'..='9', _) => self.digit(c as u8 - b'0'),
            ('a', _) => "alpha",
            ('b', _) => "bravo",
            ('c', _) => "charlie",
            ('d', _) => "delta",
            ('e', Self::En) => "echo",
            ('e', Self::Fr) => "écho",
            ('f', Self::En) => "foxtrot",
            ('f', Self::Fr) => "fox-trot",
            _ => return None,
        })
    }

    /// The last joint of a list.
    fn and(self) -> &'static str {
        match self {
            Self::En => " and ",
            Self::Fr => " et ",
        }
    }
}

/// Says names: `A`, `A and B`, `A, B and C`; with commas only in a language without words.
pub(crate) fn names(words: Option<Words>, names: &[Name<'_>], out: &mut Speech) {
    for (i, &one) in names.iter().enumerate() {
        if i > 0 {
            let last = i + 1 == names.len();
            out.words(words.filter(|_| last).map_or(", ", Words::and));
        }
        name(words, one, out);
    }
}

/// Says a name.
pub(crate) fn name(words: Option<Words>, name: Name<'_>, out: &mut Speech) {
    match name {
        Name::Text(text) => out.text(text),
        Name::Markup(template) => out.markup(template.fixed()),
        Name::More(n) => {
            out.number(n);
            out.words(match (words, n) {
                (Some(Words::En), _) => " more",
                (Some(Words::Fr), 1) => " autre",
                (Some(Words::Fr), _) => " autres",
                // Read as "plus" by most voices.
                (None, _) => " +",
            });
        }
    }
}

/// Says what stands for `{number}`: the name of a key without article, or how many.
pub(crate) fn number(words: Option<Words>, number: Number, out: &mut Speech) {
    match number {
        Number::Count(n) => out.number(n),
        Number::Keys(keys) => key(words, keys, out),
    }
}

fn key(words: Option<Words>, keys: Keys, out: &mut Speech) {
    match (keys, words) {
        (Keys::Digit(0) | Keys::Zero, Some(words)) => out.words(words.digit(0)),
        (Keys::Digit(0) | Keys::Zero, None) => out.number(0),
        (Keys::Digit(d), _) => out.number(d.into()),
        (Keys::Code(n), _) => {
            digit(words, n / 10, out);
            out.words(" ");
            digit(words, n % 10, out);
        }
        (Keys::Hash, Some(Words::En)) => out.words("number sign"),
        (Keys::Hash, Some(Words::Fr)) => out.words("carré"),
        (Keys::Star, Some(Words::En)) => out.words("star"),
        (Keys::Star, Some(Words::Fr)) => out.words("étoile"),
        // A voice reads the sign by the name that its own language has for it.
        (Keys::Hash, None) => out.words("#"),
        (Keys::Star, None) => out.words("*"),
        (Keys::Entry { .. }, _) => {}
    }
}

fn digit(words: Option<Words>, digit: u8, out: &mut Speech) {
    match words {
        Some(words) => out.words(words.digit(digit)),
        None => out.number(digit.into()),
    }
}

/// Says a telephone number digit by digit, with a pause between its groups.
pub(crate) fn phone(words: Option<Words>, phone: &str, out: &mut Speech) {
    let groups = phone.split(|c: char| !c.is_alphanumeric()).filter(|group| !group.is_empty());
    for (i, group) in groups.enumerate() {
        if i > 0 {
            out.words(",");
            out.pause(GROUP_PAUSE_MS);
            out.words(" ");
        }
        for (i, c) in group.chars().enumerate() {
            if i > 0 {
                out.words(" ");
            }
            match c {
                '0'..='9' => digit(words, c as u8 - b'0', out),
                c => out.text(c.encode_utf8(&mut [0; 4])),
            }
        }
    }
}

/// Says a locator in the spelling alphabet, with a pause after each character.
pub(crate) fn locator(words: Option<Words>, locator: &str, out: &mut Speech) {
    let last = locator.chars().count().saturating_sub(1);
    for (i, c) in locator.chars().enumerate() {
        if i > 0 {
            out.words(" ");
        }
        match words.and_then(|words| words.spelled(c)) {
            Some(word) => out.words(word),
            None => out.text(c.encode_utf8(&mut [0; 4])),
        }
        if i < last {
            out.words(",");
        }
        out.pause(CHARACTER_PAUSE_MS);
    }
}

/// Says what a language calls itself, as far as an English or French voice can: names in other
/// scripts are in Latin letters, because a voice passes over letters it does not know.
pub(crate) fn self_name(language: &Language, out: &mut Speech) {
    const NAMES: [(&str, &str); 26] = [
        ("ar", "al arabiya"),
        ("bn", "bangla"),
        ("cr", "nehiyawewin"),
        ("de", "Deutsch"),
        ("en", "English"),
        ("es", "español"),
        ("fa", "farsi"),
        ("fr", "français"),
        ("gu", "gujarati"),
        ("hi", "hindi"),
        ("it", "italiano"),
        ("iu", "inuktitut"),
        ("ja", "nihongo"),
        ("ko", "hangugeo"),
        ("nl", "Nederlands"),
        ("oj", "anishinaabemowin"),
        ("pa", "punjabi"),
        ("pl", "polski"),
        ("pt", "português"),
        ("ru", "russkiy"),
        ("ta", "tamil"),
        ("tl", "tagalog"),
        ("uk", "ukrayinska"),
        ("ur", "urdu"),
        ("vi", "tiếng Việt"),
        ("zh", "zhongwen"),
    ];
    let primary = language.primary();
    match NAMES.into_iter().find(|(code, _)| code.eq_ignore_ascii_case(primary)) {
        Some((_, name)) => out.words(name),
        None => out.characters(language.as_str()),
    }
}
