//! [`Language`]: a language code as it stands in a publication.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A language code exactly as the publication spells it: `en`, `fr`, `fr-CA`, `iu`.
///
/// Codes are compared whole: `fr` and `fr-CA` are two languages of an event. Only the choice of
/// built-in words looks at the primary subtag ([`Language::primary`]).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Wraps a code; the publication's loader has already refused empty ones.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// English, the language of last resort of the built-in words.
    pub fn english() -> Self {
        Self::new("en")
    }

    /// The code as the publication spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first `-` or `_`: the language without its region.
    pub fn primary(&self) -> &str {
        self.0.split(['-', '_']).next().unwrap_or(&self.0)
    }
}

impl Borrow<str> for Language {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.0)
    }
}
