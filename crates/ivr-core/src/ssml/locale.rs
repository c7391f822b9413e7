//! [`Locale`]: the languages that `<lang>` may name.

use std::fmt;

/// A value of `xml:lang` that is ever emitted.
///
/// Overrides may also say `en-CA`; Polly has no such language, so it is emitted as `en-US`
/// (DECISIONS 20).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// English.
    EnUs,
    /// French of Canada.
    FrCa,
    /// French of France.
    FrFr,
}

impl Locale {
    /// Reads a value of the allowlist, whatever its case; anything else is no locale.
    pub fn from_attribute(value: &str) -> Option<Self> {
        const ALLOWED: [(&str, Locale); 4] = [
            ("en-CA", Locale::EnUs),
            ("en-US", Locale::EnUs),
            ("fr-CA", Locale::FrCa),
            ("fr-FR", Locale::FrFr),
        ];
        ALLOWED.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(value)).map(|(_, l)| l)
    }

    /// The value as it is emitted.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EnUs => "en-US",
            Self::FrCa => "fr-CA",
            Self::FrFr => "fr-FR",
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
