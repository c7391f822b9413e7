//! The allowlist (design 7.2): elements, attributes, values. Everything else is taken out.

use std::borrow::Cow;

use super::locale::Locale;

/// The longest pause of one `<break>`.
pub(super) const LONGEST_PAUSE_MS: u32 = 2_000;

/// What may be inside an element, and what the element may be inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A paragraph: sentences, phrases, text; not inside another block.
    Paragraph,
    /// A sentence: phrases and text; not inside another sentence.
    Sentence,
    /// Text and elements.
    Phrase,
    /// Text alone.
    Text,
    /// Nothing.
    Empty,
}

/// An element that may be used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) name: &'static str,
    pub(super) content: Content,
    /// Attributes without which the element means nothing, or is an error to the voice.
    pub(super) required: &'static [&'static str],
}

const TAGS: [Tag; 7] = [
    Tag { name: "lang", content: Content::Phrase, required: &["xml:lang"] },
    Tag { name: "phoneme", content: Content::Text, required: &["alphabet", "ph"] },
    Tag { name: "say-as", content: Content::Text, required: &["interpret-as"] },
    Tag { name: "break", content: Content::Empty, required: &[] },
    Tag { name: "sub", content: Content::Text, required: &["alias"] },
    Tag { name: "p", content: Content::Paragraph, required: &[] },
    Tag { name: "s", content: Content::Sentence, required: &[] },
];

/// The element of a name, if it may be used.
pub(super) fn tag(name: &str) -> Option<Tag> {
    TAGS.into_iter().find(|tag| tag.name == name)
}

/// What becomes of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict<'v> {
    /// It stays, with this value.
    Keep(&'static str, Cow<'v, str>),
    /// It stays, with the longest pause instead of its own.
    Shortened(&'static str, Cow<'v, str>),
    /// The value may not be used.
    BadValue,
    /// The attribute may not be used.
    Unknown,
}

/// Judges an attribute of an element of the list; the value is decoded.
pub(super) fn attribute<'v>(tag: &str, attribute: &str, value: &'v str) -> Verdict<'v> {
    const INTERPRET_AS: [&str; 6] =
        ["characters", "spell-out", "digits", "telephone", "date", "time"];
    const STRENGTH: [&str; 6] = ["none", "x-weak", "weak", "medium", "strong", "x-strong"];
    let one_of = |name: &'static str, allowed: &[&'static str]| {
        allowed
            .iter()
            .find(|&&a| a == value)
            .map_or(Verdict::BadValue, |&a| Verdict::Keep(name, a.into()))
    };
    match (tag, attribute) {
        ("lang", "xml:lang") => Locale::from_attribute(value)
            .map_or(Verdict::BadValue, |l| Verdict::Keep("xml:lang", l.as_str().into())),
        ("phoneme", "alphabet") => one_of("alphabet", &["ipa", "x-sampa"]),
        ("phoneme", "ph") => spoken("ph", value),
        ("say-as", "interpret-as") => one_of("interpret-as", &INTERPRET_AS),
        ("say-as", "format") => {
            let plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric());
            if plain { Verdict::Keep("format", value.into()) } else { Verdict::BadValue }
        }
        ("break", "strength") => one_of("strength", &STRENGTH),
        ("break", "time") => match milliseconds(value) {
            None => Verdict::BadValue,
            Some(ms) if ms > LONGEST_PAUSE_MS => {
                Verdict::Shortened("time", format!("{LONGEST_PAUSE_MS}ms").into())
            }
            Some(ms) => Verdict::Keep("time", format!("{ms}ms").into()),
        },
        ("sub", "alias") => spoken("alias", value),
        _ => Verdict::Unknown,
    }
}

fn spoken<'v>(name: &'static str, value: &'v str) -> Verdict<'v> {
    if value.trim().is_empty() { Verdict::BadValue } else { Verdict::Keep(name, value.into()) }
}

/// Reads `250ms`, `2s`, `0.5s`; whatever is too large to count is longer than allowed anyway.
fn milliseconds(value: &str) -> Option<u32> {
    let value = value.trim();
    let (number, factor) = match value.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (value.strip_suffix('s')?, 1_000.0),
    };
    let number = number.strip_prefix('+').unwrap_or(number);
    let decimal = number.bytes().any(|b| b.is_ascii_digit())
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !decimal {
        return None;
    }
    let ms: f64 = number.parse::<f64>().ok()? * factor;
    // Above the cap the exact value no longer matters; below it the cast is exact enough.
    Some(ms.round().min(f64::from(u32::MAX)) as u32)
}
