//! [`IvrTemplate`]: a text of an administrator, compiled once when the publication is loaded.

use super::error::{Dropped, TemplateError};
use super::plain::plain_text;
use super::sanitize;
use super::speech::Markup;
use crate::prompts::name::PromptName;
use crate::prompts::placeholder::{Placeholder, PlaceholderSet};

/// A validated prompt template or spoken name.
///
/// Only [`IvrTemplate::compile`] makes one, so whoever holds one holds well-formed markup with
/// allowed elements, and placeholders that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IvrTemplate {
    /// The text as it was written.
    pub raw: String,
    /// Whether it has markup of its own.
    pub contains_ssml: bool,
    segments: Vec<Segment>,
}

/// A template and what was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// The template.
    pub template: IvrTemplate,
    /// What the sanitiser took out.
    pub dropped: Vec<Dropped>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Sanitised markup, ready to be spoken.
    Markup(Markup),
    /// A value. `plain` where only characters may stand: inside an attribute, or inside an
    /// element that takes only text.
    Slot { placeholder: Placeholder, plain: bool },
    /// Another prompt.
    Include { name: PromptName, plain: bool },
}

impl IvrTemplate {
    /// Parses and sanitises a text whose placeholders may be those of `allowed`.
    ///
    /// With [`PlaceholderSet::NONE`] the text is a spoken name: nothing is interpolated, it says
    /// something, and it has no paragraphs or sentences, because it stands inside one.
    pub fn compile(raw: &str, allowed: PlaceholderSet) -> Result<Compiled, TemplateError> {
        let sanitised = sanitize::sanitise(raw, allowed)?;
        let template = Self {
            raw: raw.to_owned(),
            contains_ssml: sanitised.contains_ssml,
            segments: sanitised.segments,
        };
        if allowed == PlaceholderSet::NONE && !template.is_heard(PlaceholderSet::NONE) {
            return Err(TemplateError::Silent);
        }
        Ok(Compiled { template, dropped: sanitised.dropped })
    }

    /// Whether something is heard whatever its slots hold: a letter or a digit of its own, one of
    /// the placeholders that are never empty, or another prompt, which is heard by the same rule.
    pub(crate) fn is_heard(&self, never_empty: PlaceholderSet) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Markup(markup) => {
                plain_text(markup.as_str()).chars().any(char::is_alphanumeric)
            }
            Segment::Slot { placeholder, .. } => never_empty.contains(*placeholder),
            Segment::Include { .. } => true,
        })
    }

    /// Heard characters of its own.
    pub(crate) fn own_length(&self) -> usize {
        let of = |segment: &Segment| match segment {
            Segment::Markup(markup) => plain_text(markup.as_str()).chars().count(),
            Segment::Slot { .. } | Segment::Include { .. } => 0,
        };
        self.segments.iter().map(of).sum()
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The markup of a template without slots: all of it is the first segment.
    pub(crate) fn fixed(&self) -> &Markup {
        const SILENCE: &Markup = &Markup::silence();
        match self.segments.first() {
            Some(Segment::Markup(markup)) => markup,
            _ => SILENCE,
        }
    }
}
