//! What is wrong with a template, and what was taken out of one.

use std::fmt;

use crate::prompts::placeholder::{Placeholder, PlaceholderSet};

/// A text that cannot become a template. Places are byte offsets into the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text is not well-formed markup.
    #[error("malformed markup at byte {at}: {fault}")]
    Malformed {
        /// Where.
        at: usize,
        /// What is wrong there.
        fault: MarkupFault,
    },
    /// A placeholder that does not exist, or not for this prompt.
    #[error("{{{name}}} is not a placeholder here; allowed: {allowed}")]
    UnknownPlaceholder {
        /// The name between the braces.
        name: String,
        /// What may stand here.
        allowed: PlaceholderSet,
    },
    /// A brace that belongs to no `{placeholder}` and no `{{ssml:include}}`.
    #[error("a brace at byte {at} belongs to no placeholder")]
    StrayBrace {
        /// Where.
        at: usize,
    },
    /// An include where nothing is interpolated: spoken names.
    #[error("{{{{ssml:{name}}}}} cannot be included here: a spoken name is complete in itself")]
    IncludeNotAllowed {
        /// What should have been included.
        name: String,
    },
    /// An included prompt speaks about something that this prompt knows nothing of.
    #[error("{{{{ssml:{name}}}}} cannot be included here: it may use {{{}}}", missing.as_str())]
    IncludeNeeds {
        /// The included prompt.
        name: String,
        /// A placeholder of the included prompt that does not exist here.
        missing: Placeholder,
    },
    /// A brace inside an attribute other than `sub/@alias`.
    #[error("no placeholder may stand in the attribute {attribute} of <{tag}>")]
    SlotInAttribute {
        /// The element.
        tag: String,
        /// The attribute.
        attribute: String,
    },
    /// A text that leaves too little of an answer for what is said beside it.
    #[error("{heard} characters of its own, and at most {most} fit into an answer")]
    TooLong {
        /// Characters that are heard, without those of placeholders.
        heard: usize,
        /// The most that are accepted.
        most: usize,
    },
    /// A text in which nothing is heard, or nothing if its placeholders hold nothing.
    #[error("nothing would be heard")]
    Silent,
}

/// Why markup is malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkupFault {
    /// The text ends inside a tag, comment, CDATA section or the like.
    #[error("{0} is not finished")]
    Unfinished(&'static str),
    /// A `<` that begins nothing.
    #[error("'<' begins no tag; write &lt;")]
    NotATag,
    /// A tag with something in it that is no attribute.
    #[error("<{tag}> contains something that is no attribute")]
    BadAttribute {
        /// The element.
        tag: String,
    },
    /// The same attribute twice.
    #[error("<{tag}> has the attribute {attribute} twice")]
    DuplicateAttribute {
        /// The element.
        tag: String,
        /// The attribute.
        attribute: String,
    },
    /// A closing tag that closes something else or nothing.
    #[error("</{0}> closes nothing that is open")]
    Unbalanced(String),
    /// An element that is never closed.
    #[error("<{0}> is never closed")]
    Unclosed(String),
    /// An ampersand that begins no entity, in a text with markup.
    #[error("'&' begins no entity; write &amp;")]
    BareAmpersand,
    /// An entity other than the five of XML.
    #[error("the entity &{0}; is not defined")]
    UndefinedEntity(String),
    /// A character that XML forbids or that a voice cannot take.
    #[error("the control character U+{0:04X} cannot be spoken")]
    ControlCharacter(u32),
    /// A document type with declarations of its own.
    #[error("a DOCTYPE with declarations is refused")]
    DoctypeSubset,
}

/// Something that the sanitiser took out; the rest of the template is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dropped {
    /// An element that may not be used, or not here, or not without its attributes. Its text
    /// stays.
    Tag {
        /// The element.
        tag: String,
    },
    /// An attribute that may not be used.
    Attribute {
        /// The element.
        tag: String,
        /// The attribute.
        attribute: String,
    },
    /// A value that the attribute may not have.
    Value {
        /// The element.
        tag: String,
        /// The attribute.
        attribute: String,
        /// The value.
        value: String,
    },
    /// A pause that was longer than two seconds.
    LongPause {
        /// What was asked.
        time: String,
    },
    /// A processing instruction.
    Instruction,
    /// A document type.
    Doctype,
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag { tag } => write!(f, "<{tag}> is left out, its text is kept"),
            Self::Attribute { tag, attribute } => {
                write!(f, "the attribute {attribute} of <{tag}> is left out")
            }
            Self::Value { tag, attribute, value } => {
                write!(f, "{attribute}={value:?} of <{tag}> is left out")
            }
            Self::LongPause { time } => write!(f, "a pause of {time} is shortened to 2 s"),
            Self::Instruction => f.write_str("a processing instruction is left out"),
            Self::Doctype => f.write_str("a DOCTYPE is left out"),
        }
    }
}
