//! [`Caller`]: who is on the line, as far as the telephone tells.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The calling side (DECISIONS 64): a number in E.164, or withheld.
///
/// The one canonicaliser for look-ups, the call log and the phone hash. Its `Debug` never shows
/// the number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    /// A number in E.164.
    Number(E164),
    /// No number, `anonymous`, or something that is no number.
    Withheld,
}

/// A telephone number of the form `^\+[1-9][0-9]{6,14}$`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct E164(String);

impl E164 {
    /// Reads a number as people and carriers write it; `region` is the country (ISO 3166 alpha-2)
    /// of the dialled number, for numbers without a country code.
    pub fn parse(text: &str, region: Option<&str>) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('+') {
            // Complete already; the library would still look for a trunk prefix behind the code.
            let bare: String = text.chars().filter(|c| !" -.()".contains(*c)).collect();
            return Self::strict(&bare);
        }
        let region = region.and_then(|r| r.parse().ok());
        let parsed = phonenumber::parse(region, text).ok()?;
        Self::strict(&parsed.format().mode(phonenumber::Mode::E164).to_string())
    }

    /// Accepts exactly the stored form.
    pub fn strict(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let well_formed = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The number; it goes to ports and nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The country of a number, if it tells one.
    pub fn region(&self) -> Option<String> {
        let parsed = phonenumber::parse(None, &self.0).ok()?;
        parsed.country().id().map(|id| format!("{id:?}"))
    }
}

impl Caller {
    /// Reads what the carrier delivered, in the region of the dialled number.
    pub fn read(text: Option<&str>, dialled: Option<&E164>) -> Self {
        let Some(text) = text else { return Self::Withheld };
        // Looking up a region reads the whole numbering plan, a tenth of a second in a process
        // that has just begun; a number as carriers deliver it does not need one.
        let needs_region = !text.trim_start().starts_with('+');
        let region = dialled.filter(|_| needs_region).and_then(E164::region);
        E164::parse(text, region.as_deref()).map_or(Self::Withheld, Self::Number)
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number(_) => "Caller(number)",
            Self::Withheld => "Caller(withheld)",
        })
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<String> {
        let dialled = E164::strict("+18005550100").unwrap();
        match Caller::read(Some(text), Some(&dialled)) {
            Caller::Number(n) => Some(n.expose().to_owned()),
            Caller::Withheld => None,
        }
    }

    #[test]
    fn numbers_have_one_form() {
        for text in ["+15195550123", "5195550123", "(519) 555-0123", "1 519 555 0123"] {
            assert_eq!(number(text).as_deref(), Some("+15195550123"), "{text}");
        }
        assert_eq!(number("+33 1 99 00 12 34").as_deref(), Some("+33199001234"));
    }

    #[test]
    fn whatever_is_no_number_is_withheld() {
        for text in ["anonymous", "", "  ", "sip:someone", "+", "12", "+1234567890123456789"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(Caller::read(None, None), Caller::Withheld);
    }

    #[test]
    fn debug_is_silent() {
        let caller = Caller::read(Some("+15195550123"), None);
        assert_eq!(format!("{caller:?}"), "Caller(number)");
        assert!(!format!("{:?}", E164::strict("+15195550123")).contains("555"));
    }
}
