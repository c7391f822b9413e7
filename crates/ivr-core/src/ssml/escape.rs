//! Characters: what is escaped, what is decoded, what can be spoken at all.

use std::borrow::Cow;

use super::error::{MarkupFault, TemplateError};

/// Whether a character may stand in a prompt: allowed by XML 1.0 and not a control character.
pub(super) fn is_speakable(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    }
}

/// Writes a value from outside: the five special characters become entities, a character that
/// cannot be spoken becomes a space.
pub(super) fn push_value(out: &mut String, text: &str) {
    push(out, text, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        c if is_speakable(c) => None,
        _ => Some(" "),
    });
}

/// Writes the text of a template, decoded and checked before: only what XML needs is escaped.
pub(super) fn push_text(out: &mut String, text: &str) {
    push(out, text, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        _ => None,
    });
}

fn push(out: &mut String, text: &str, replacement: impl Fn(char) -> Option<&'static str>) {
    let mut plain_from = 0;
    for (at, c) in text.char_indices() {
        if let Some(replacement) = replacement(c) {
            out.push_str(&text[plain_from..at]);
            out.push_str(replacement);
            plain_from = at + c.len_utf8();
        }
    }
    out.push_str(&text[plain_from..]);
}

/// How an ampersand that begins no entity is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BareAmpersand {
    /// As itself: a text without any markup, in which somebody wrote "Parks & Trees".
    Literal,
    /// As a mistake.
    Malformed,
}

/// Decodes entities and refuses control characters; `at` is where the text begins.
pub(super) fn decode(
    text: &str,
    at: usize,
    bare: BareAmpersand,
) -> Result<Cow<'_, str>, TemplateError> {
    let malformed = |offset: usize, fault| TemplateError::Malformed { at: at + offset, fault };
    if let Some((offset, c)) = text.char_indices().find(|&(_, c)| !is_speakable(c)) {
        return Err(malformed(offset, MarkupFault::ControlCharacter(c.into())));
    }
    if !text.contains('&') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let offset = text.len() - rest.len() + start;
        let after = &rest[start + 1..];
        if let Some(name) = entity_name(after) {
            let c = entity(name).map_err(|fault| malformed(offset, fault))?;
            out.push(c);
            rest = &after[name.len() + 1..];
        } else if bare == BareAmpersand::Literal {
            out.push('&');
            rest = after;
        } else {
            return Err(malformed(offset, MarkupFault::BareAmpersand));
        }
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// The name of the entity that begins here, if the text has the shape of one.
fn entity_name(after_ampersand: &str) -> Option<&str> {
    let (name, _) = after_ampersand.split_once(';')?;
    let shaped = !name.is_empty()
        && name.strip_prefix('#').unwrap_or(name).chars().all(char::is_alphanumeric);
    shaped.then_some(name)
}

fn entity(name: &str) -> Result<char, MarkupFault> {
    let undefined = || MarkupFault::UndefinedEntity(name.to_owned());
    let code = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => {
            let number = name.strip_prefix('#').ok_or_else(undefined)?;
            match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            }
            .map_err(|_| undefined())?
        }
    };
    let c = char::from_u32(code).ok_or_else(undefined)?;
    if is_speakable(c) { Ok(c) } else { Err(MarkupFault::ControlCharacter(code)) }
}
