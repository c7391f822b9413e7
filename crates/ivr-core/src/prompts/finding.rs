//! [`IvrFinding`]: what the loader noticed in the telephone texts of a publication.

use std::fmt;

use crate::language::Language;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingLevel {
    /// Good to know.
    Info,
    /// Callers hear something else than the administrator wrote.
    Warning,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// An override is left out; the next wider scope or the built-in words are heard.
    BadOverride,
    /// A value is not a text, or the whole is no object; it is left out.
    NotText,
    /// Nested and flat say different things; the nested one is heard.
    Conflict,
    /// The sanitiser took something out of a text.
    Dropped,
    /// A key that is not well known could not be spoken if a flow named it.
    NotSpeakable,
    /// The keys of a language that are not well known.
    UnknownKeys,
}

impl FindingKind {
    /// How much findings of this kind matter.
    pub fn level(self) -> FindingLevel {
        match self {
            Self::UnknownKeys => FindingLevel::Info,
            Self::BadOverride
            | Self::NotText
            | Self::Conflict
            | Self::Dropped
            | Self::NotSpeakable => FindingLevel::Warning,
        }
    }
}

/// Something noticed while telephone texts were loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IvrFinding {
    /// What it is about.
    pub kind: FindingKind,
    /// How much it matters.
    pub level: FindingLevel,
    /// Where it stands in the document.
    pub path: String,
    /// The language.
    pub language: Language,
    /// The key, where it concerns one.
    pub key: Option<String>,
    /// What is the matter, for people.
    pub message: String,
}

impl fmt::Display for IvrFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}
