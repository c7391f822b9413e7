//! [`Speech`]: the words of an answer while they are put together.

use super::allow::LONGEST_PAUSE_MS;
use super::escape;
use super::locale::Locale;
use super::plain::plain_text;

/// The body of an answer.
///
/// Text goes in escaped; markup comes only from compiled templates and from the methods here. So
/// what comes out is well-formed and has allowed elements, whatever went in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speech(String);

/// Markup that the sanitiser made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl Markup {
    /// No markup at all.
    pub(crate) const fn silence() -> Self {
        Self(String::new())
    }

    /// For the sanitiser alone.
    pub(super) fn sanitised(markup: String) -> Self {
        Self(markup)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes a number in figures; every answer has a dozen, so without the detour of `format!`.
pub(crate) fn push_number(out: &mut String, number: u32) {
    if number > 9 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// A place in a [`Speech`] to come back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(usize);

impl Speech {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing said yet, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes it takes so far, markup included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says a text from anywhere; it is escaped.
    pub fn text(&mut self, text: &str) {
        escape::push_value(&mut self.0, text);
    }

    /// Says words that stand in our code, and so need no escaping.
    pub(crate) fn words(&mut self, words: &'static str) {
        debug_assert!(!words.contains(['<', '>', '&']), "built-in words are plain: {words}");
        self.0.push_str(words);
    }

    /// Says a number in figures.
    pub fn number(&mut self, number: u32) {
        push_number(&mut self.0, number);
    }

    /// Says characters one by one. Not by `say-as`, for which some neural voices give way to
    /// another voice (facts, Amazon Connect 5): spaces do as well.
    pub fn characters(&mut self, text: &str) {
        let mut buffer = [0; 4];
        for (i, c) in text.chars().filter(|c| !c.is_whitespace()).enumerate() {
            if i > 0 {
                self.0.push(' ');
            }
            self.text(c.encode_utf8(&mut buffer));
        }
    }

    /// A pause, of two seconds at most.
    pub fn pause(&mut self, ms: u32) {
        self.0.push_str("<break time=\"");
        self.number(ms.min(LONGEST_PAUSE_MS));
        self.0.push_str("ms\"/>");
    }

    /// Says something in another language than the voice's.
    pub fn lang<R>(&mut self, locale: Locale, body: impl FnOnce(&mut Self) -> R) -> R {
        self.0.push_str("<lang xml:lang=\"");
        self.0.push_str(locale.as_str());
        self.0.push_str("\">");
        let result = body(self);
        self.0.push_str("</lang>");
        result
    }

    /// A space, unless nothing was said or one is there already.
    pub fn space(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }

    /// Adds what was put together elsewhere.
    pub fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// Says markup of a compiled template.
    pub(crate) fn markup(&mut self, markup: &Markup) {
        self.0.push_str(&markup.0);
    }

    /// What was put together so far.
    pub(crate) fn body(&self) -> &str {
        &self.0
    }

    /// Takes a part of what another speech put together.
    pub(crate) fn from_body(body: &str) -> Self {
        Self(body.to_owned())
    }

    /// Where we are.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.0.len())
    }

    /// Unsays everything since a mark.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.0.truncate(mark.0);
    }

    /// Turns everything since a mark into its bare characters, for places that take no markup.
    pub(crate) fn flatten(&mut self, mark: Mark) {
        let plain = plain_text(&self.0[mark.0..]);
        self.rewind(mark);
        self.text(&plain);
    }

    /// What is heard, without markup.
    pub fn heard(&self) -> String {
        plain_text(&self.0)
    }

    /// The complete document, wrapped once.
    pub fn into_ssml(self) -> String {
        const OPEN: &str = "<speak>";
        const CLOSE: &str = "</speak>";
        let mut ssml = self.0;
        ssml.reserve(OPEN.len() + CLOSE.len());
        ssml.insert_str(0, OPEN);
        ssml.push_str(CLOSE);
        ssml
    }
}
