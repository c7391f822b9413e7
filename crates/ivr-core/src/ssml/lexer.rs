//! Splits a fragment into tags and text. Strict: what is not XML is an error, never a guess.
//!
//! Nesting is [`super::sanitize`]'s matter; this file knows only one token at a time.

use super::error::{MarkupFault, TemplateError};

/// A token and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text as it stands, entities and all.
    Text(&'a str),
    /// The inside of a CDATA section.
    Cdata(&'a str),
    /// An opening tag.
    Open { name: &'a str, attributes: Vec<Attribute<'a>>, empty: bool },
    /// A closing tag.
    Close(&'a str),
    /// `<!-- … -->`
    Comment,
    /// `<? … ?>`
    Instruction,
    /// `<!DOCTYPE …>`
    Doctype,
}

/// An attribute; its value as it stands, without the quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) raw: &'a str,
    /// Where the value begins.
    pub(super) at: usize,
}

/// Reads tokens from a fragment.
pub(super) struct Lexer<'a> {
    raw: &'a str,
    pos: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        Self { raw, pos: 0 }
    }

    /// The next token and where it begins (for a CDATA section, where its text begins).
    pub(super) fn next(&mut self) -> Result<Option<(usize, Token<'a>)>, TemplateError> {
        let at = self.pos;
        let rest = &self.raw[at..];
        if rest.is_empty() {
            return Ok(None);
        }
        if !rest.starts_with('<') {
            let end = rest.find('<').unwrap_or(rest.len());
            self.pos += end;
            return Ok(Some((at, Token::Text(&rest[..end]))));
        }
        let token = if rest.starts_with("<!--") {
            self.delimited("<!--", "-->", "a comment")?;
            Token::Comment
        } else if rest.starts_with("<![CDATA[") {
            let inside = self.delimited("<![CDATA[", "]]>", "a CDATA section")?;
            return Ok(Some((at + "<![CDATA[".len(), Token::Cdata(inside))));
        } else if rest.starts_with("<?") {
            self.delimited("<?", "?>", "a processing instruction")?;
            Token::Instruction
        } else if rest.starts_with("<!DOCTYPE") {
            let inside = self.delimited("<!DOCTYPE", ">", "a DOCTYPE")?;
            if inside.contains(['[', '<']) {
                return Err(TemplateError::Malformed { at, fault: MarkupFault::DoctypeSubset });
            }
            Token::Doctype
        } else if rest.starts_with("</") {
            self.pos += 2;
            let name = self.name().ok_or_else(|| self.fault(at, MarkupFault::NotATag))?;
            self.space();
            self.expect(">", at, "a closing tag")?;
            Token::Close(name)
        } else {
            self.pos += 1;
            self.opening(at)?
        };
        Ok(Some((at, token)))
    }

    fn opening(&mut self, at: usize) -> Result<Token<'a>, TemplateError> {
        let name = self.name().ok_or_else(|| self.fault(at, MarkupFault::NotATag))?;
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            let spaced = self.space();
            let rest = &self.raw[self.pos..];
            if rest.starts_with('>') {
                self.pos += 1;
                return Ok(Token::Open { name, attributes, empty: false });
            }
            if rest.starts_with("/>") {
                self.pos += 2;
                return Ok(Token::Open { name, attributes, empty: true });
            }
            if rest.is_empty() {
                return Err(self.fault(at, MarkupFault::Unfinished("a tag")));
            }
            let attribute = spaced.then(|| self.attribute()).flatten().ok_or_else(|| {
                self.fault(at, MarkupFault::BadAttribute { tag: name.to_owned() })
            })?;
            if attributes.iter().any(|a| a.name == attribute.name) {
                let attribute = attribute.name.to_owned();
                let tag = name.to_owned();
                return Err(self.fault(at, MarkupFault::DuplicateAttribute { tag, attribute }));
            }
            attributes.push(attribute);
        }
    }

    fn attribute(&mut self) -> Option<Attribute<'a>> {
        let name = self.name()?;
        self.space();
        self.pos += self.raw[self.pos..].strip_prefix('=').map(|_| 1)?;
        self.space();
        let quote = self.raw[self.pos..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let at = self.pos + 1;
        let raw = &self.raw[at..];
        let raw = &raw[..raw.find(quote)?];
        if raw.contains('<') {
            return None;
        }
        self.pos = at + raw.len() + 1;
        Some(Attribute { name, raw, at })
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = &self.raw[self.pos..];
        let mut chars = rest.chars();
        if !chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') {
            return None;
        }
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')))
            .unwrap_or(rest.len());
        self.pos += end;
        Some(&rest[..end])
    }

    fn space(&mut self) -> bool {
        let rest = &self.raw[self.pos..];
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.pos += rest.len() - trimmed.len();
        rest.len() != trimmed.len()
    }

    fn delimited(
        &mut self,
        open: &str,
        close: &str,
        what: &'static str,
    ) -> Result<&'a str, TemplateError> {
        let inside = &self.raw[self.pos + open.len()..];
        let end = inside
            .find(close)
            .ok_or_else(|| self.fault(self.pos, MarkupFault::Unfinished(what)))?;
        self.pos += open.len() + end + close.len();
        Ok(&inside[..end])
    }

    fn expect(&mut self, text: &str, at: usize, what: &'static str) -> Result<(), TemplateError> {
        if !self.raw[self.pos..].starts_with(text) {
            return Err(self.fault(at, MarkupFault::Unfinished(what)));
        }
        self.pos += text.len();
        Ok(())
    }

    fn fault(&self, at: usize, fault: MarkupFault) -> TemplateError {
        TemplateError::Malformed { at, fault }
    }
}
