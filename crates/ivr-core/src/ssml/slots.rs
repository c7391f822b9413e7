//! Finds `{placeholder}` and `{{ssml:name}}` in a text.

use super::error::TemplateError;
use crate::prompts::name::PromptName;
use crate::prompts::placeholder::{Placeholder, PlaceholderSet};

/// A piece of a text between elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it stands, and where it begins.
    Text(usize, &'a str),
    /// A value.
    Slot(Placeholder),
    /// Another prompt.
    Include(PromptName),
}

/// Splits a text at its braces; `at` is where the text begins.
pub(super) fn pieces(
    text: &str,
    at: usize,
    allowed: PlaceholderSet,
) -> Result<Vec<Piece<'_>>, TemplateError> {
    let mut pieces = Vec::new();
    let mut pos = 0;
    while let Some(start) = text[pos..].find(['{', '}']).map(|i| pos + i) {
        if start > pos {
            pieces.push(Piece::Text(at + pos, &text[pos..start]));
        }
        let stray = || TemplateError::StrayBrace { at: at + start };
        let rest = &text[start..];
        pos = if let Some(include) = rest.strip_prefix("{{ssml:") {
            let name = include.split_once("}}").map(|(name, _)| name).ok_or_else(stray)?;
            if !is_name(name) {
                return Err(stray());
            }
            pieces.push(include_of(name, allowed)?);
            start + "{{ssml:".len() + name.len() + "}}".len()
        } else {
            let slot = rest.strip_prefix('{').ok_or_else(stray)?;
            let name = slot.split_once('}').map(|(name, _)| name).ok_or_else(stray)?;
            if name.contains('{') {
                return Err(stray());
            }
            pieces.push(Piece::Slot(known(name, allowed)?));
            start + name.len() + 2
        };
    }
    if pos < text.len() {
        pieces.push(Piece::Text(at + pos, &text[pos..]));
    }
    Ok(pieces)
}

fn known(name: &str, allowed: PlaceholderSet) -> Result<Placeholder, TemplateError> {
    Placeholder::from_name(name)
        .filter(|&p| allowed.contains(p))
        .ok_or_else(|| TemplateError::UnknownPlaceholder { name: name.to_owned(), allowed })
}

fn include_of(name: &str, allowed: PlaceholderSet) -> Result<Piece<'_>, TemplateError> {
    if allowed == PlaceholderSet::NONE {
        return Err(TemplateError::IncludeNotAllowed { name: name.to_owned() });
    }
    if Placeholder::from_name(name).is_some() {
        return known(name, allowed).map(Piece::Slot);
    }
    let prompt = PromptName::from(name);
    let uses = match &prompt {
        PromptName::Known(key) => key.placeholders(),
        PromptName::Custom(_) => PlaceholderSet::ANYWHERE,
    };
    match uses.iter().find(|&p| !allowed.contains(p)) {
        Some(missing) => Err(TemplateError::IncludeNeeds { name: name.to_owned(), missing }),
        None => Ok(Piece::Include(prompt)),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
