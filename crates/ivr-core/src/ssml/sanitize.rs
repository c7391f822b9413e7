//! Turns a text into segments: elements against the allowlist, text escaped, slots kept apart.

use super::allow::{self, Content, Verdict};
use super::error::{Dropped, MarkupFault, TemplateError};
use super::escape::{self, BareAmpersand};
use super::lexer::{Attribute, Lexer, Token};
use super::slots::{self, Piece};
use super::speech::Markup;
use super::template::Segment;
use crate::prompts::placeholder::PlaceholderSet;

/// What became of a text.
pub(super) struct Sanitised {
    pub(super) segments: Vec<Segment>,
    pub(super) contains_ssml: bool,
    pub(super) dropped: Vec<Dropped>,
}

/// Sanitises a text. Malformed markup is an error; what is not allowed is taken out and listed.
pub(super) fn sanitise(raw: &str, allowed: PlaceholderSet) -> Result<Sanitised, TemplateError> {
    let mut sanitiser = Sanitiser {
        allowed,
        bare: if raw.contains('<') { BareAmpersand::Malformed } else { BareAmpersand::Literal },
        markup: String::with_capacity(raw.len()),
        segments: Vec::new(),
        open: Vec::new(),
        contains_ssml: false,
        dropped: Vec::new(),
    };
    let mut lexer = Lexer::new(raw);
    while let Some((at, token)) = lexer.next()? {
        sanitiser.token(at, token)?;
    }
    sanitiser.finish(raw.len())
}

/// An element that is open.
struct Frame<'a> {
    name: &'a str,
    /// What was emitted for it, if it was.
    emitted: Option<(&'static str, Content)>,
}

struct Sanitiser<'a> {
    allowed: PlaceholderSet,
    bare: BareAmpersand,
    markup: String,
    segments: Vec<Segment>,
    open: Vec<Frame<'a>>,
    contains_ssml: bool,
    dropped: Vec<Dropped>,
}

impl<'a> Sanitiser<'a> {
    fn token(&mut self, at: usize, token: Token<'a>) -> Result<(), TemplateError> {
        match token {
            Token::Text(text) => self.text(text, at, true),
            Token::Cdata(text) => self.text(text, at, false),
            Token::Open { name, attributes, empty } => {
                let emitted = self.element(name, &attributes)?;
                self.open.push(Frame { name, emitted });
                if empty {
                    self.close();
                }
                Ok(())
            }
            Token::Close(name) => {
                if self.open.last().is_none_or(|frame| frame.name != name) {
                    let fault = MarkupFault::Unbalanced(name.to_owned());
                    return Err(TemplateError::Malformed { at, fault });
                }
                self.close();
                Ok(())
            }
            Token::Comment => Ok(()),
            Token::Instruction => {
                self.dropped.push(Dropped::Instruction);
                Ok(())
            }
            Token::Doctype => {
                self.dropped.push(Dropped::Doctype);
                Ok(())
            }
        }
    }

    /// Text between elements; that of a CDATA section has no entities.
    fn text(&mut self, text: &str, at: usize, entities: bool) -> Result<(), TemplateError> {
        let plain = self.inside(|content| content == Content::Text);
        for piece in slots::pieces(text, at, self.allowed)? {
            match piece {
                Piece::Text(at, text) if entities => {
                    let decoded = escape::decode(text, at, self.bare)?;
                    escape::push_text(&mut self.markup, &decoded);
                }
                Piece::Text(at, text) => {
                    if let Some(c) = text.chars().find(|&c| !escape::is_speakable(c)) {
                        let fault = MarkupFault::ControlCharacter(c.into());
                        return Err(TemplateError::Malformed { at, fault });
                    }
                    escape::push_text(&mut self.markup, text);
                }
                Piece::Slot(placeholder) => self.segment(Segment::Slot { placeholder, plain }),
                Piece::Include(name) => {
                    self.contains_ssml = true;
                    self.segment(Segment::Include { name, plain });
                }
            }
        }
        Ok(())
    }

    /// Emits an opening tag if the element may stand here, and says what was emitted.
    fn element(
        &mut self,
        name: &str,
        attributes: &[Attribute<'_>],
    ) -> Result<Option<(&'static str, Content)>, TemplateError> {
        let mut decoded = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let slots = attribute.raw.contains(['{', '}']);
            if slots && (name, attribute.name) != ("sub", "alias") {
                return Err(TemplateError::SlotInAttribute {
                    tag: name.to_owned(),
                    attribute: attribute.name.to_owned(),
                });
            }
            let value = escape::decode(attribute.raw, attribute.at, BareAmpersand::Malformed)?;
            decoded.push((attribute, value));
        }
        // A wrapper of the caller's own: ours is the only one.
        if name == "speak" {
            return Ok(None);
        }
        let Some(tag) = allow::tag(name).filter(|tag| self.may_stand_here(tag.content)) else {
            self.dropped.push(Dropped::Tag { tag: name.to_owned() });
            return Ok(None);
        };
        let mut kept = Vec::with_capacity(decoded.len());
        for (attribute, value) in &decoded {
            let dropped = |attribute: &Attribute<'_>| (name.to_owned(), attribute.name.to_owned());
            match allow::attribute(name, attribute.name, value) {
                Verdict::Keep(attribute_name, value) => {
                    kept.push((attribute_name, value, *attribute));
                }
                Verdict::Shortened(attribute_name, cap) => {
                    self.dropped.push(Dropped::LongPause { time: value.to_string() });
                    kept.push((attribute_name, cap, *attribute));
                }
                Verdict::BadValue => {
                    let (tag, attribute) = dropped(attribute);
                    let value = value.to_string();
                    self.dropped.push(Dropped::Value { tag, attribute, value });
                }
                Verdict::Unknown => {
                    let (tag, attribute) = dropped(attribute);
                    self.dropped.push(Dropped::Attribute { tag, attribute });
                }
            }
        }
        if tag.required.iter().any(|r| kept.iter().all(|(name, ..)| name != r)) {
            self.dropped.push(Dropped::Tag { tag: name.to_owned() });
            return Ok(None);
        }
        self.contains_ssml = true;
        self.markup.push('<');
        self.markup.push_str(tag.name);
        for (attribute_name, value, attribute) in kept {
            self.markup.push(' ');
            self.markup.push_str(attribute_name);
            self.markup.push_str("=\"");
            if (tag.name, attribute_name) == ("sub", "alias") {
                self.alias(attribute)?;
            } else {
                escape::push_value(&mut self.markup, &value);
            }
            self.markup.push('"');
        }
        self.markup.push_str(if tag.content == Content::Empty { "/>" } else { ">" });
        Ok(Some((tag.name, tag.content)))
    }

    /// The alias is the one attribute with slots, found before entities are decoded.
    fn alias(&mut self, attribute: &Attribute<'_>) -> Result<(), TemplateError> {
        for piece in slots::pieces(attribute.raw, attribute.at, self.allowed)? {
            match piece {
                Piece::Text(at, text) => {
                    let decoded = escape::decode(text, at, BareAmpersand::Malformed)?;
                    escape::push_value(&mut self.markup, &decoded);
                }
                Piece::Slot(placeholder) => {
                    self.segment(Segment::Slot { placeholder, plain: true });
                }
                Piece::Include(name) => self.segment(Segment::Include { name, plain: true }),
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let frame = self.open.pop();
        if let Some((tag, content)) = frame.and_then(|frame| frame.emitted)
            && content != Content::Empty
        {
            self.markup.push_str("</");
            self.markup.push_str(tag);
            self.markup.push('>');
        }
    }

    fn may_stand_here(&self, content: Content) -> bool {
        let spoken_name = self.allowed == PlaceholderSet::NONE;
        let block = |c| matches!(c, Content::Paragraph | Content::Sentence);
        match content {
            _ if self.inside(|c| c == Content::Text) => false,
            Content::Paragraph => !spoken_name && !self.inside(block),
            Content::Sentence => !spoken_name && !self.inside(|c| c == Content::Sentence),
            Content::Phrase | Content::Text | Content::Empty => true,
        }
    }

    fn inside(&self, is: impl Fn(Content) -> bool) -> bool {
        self.open.iter().filter_map(|frame| frame.emitted).any(|(_, content)| is(content))
    }

    fn segment(&mut self, segment: Segment) {
        self.flush();
        self.segments.push(segment);
    }

    fn flush(&mut self) {
        if !self.markup.is_empty() {
            let markup = std::mem::take(&mut self.markup);
            self.segments.push(Segment::Markup(Markup::sanitised(markup)));
        }
    }

    fn finish(mut self, at: usize) -> Result<Sanitised, TemplateError> {
        if let Some(frame) = self.open.last() {
            let fault = MarkupFault::Unclosed(frame.name.to_owned());
            return Err(TemplateError::Malformed { at, fault });
        }
        self.flush();
        let Self { segments, contains_ssml, dropped, .. } = self;
        Ok(Sanitised { segments, contains_ssml, dropped })
    }
}
