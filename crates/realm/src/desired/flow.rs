//! The Direct Grant flow of `ivr-voting` (DECISIONS 23): flat, every factor REQUIRED.

use serde_json::{Value, json};

/// The flow's alias.
pub const ALIAS: &str = "ivr direct grant";
/// The alias of the date-of-birth configuration; unique in a realm.
pub const DOB_CONFIG: &str = "ivr dob";

/// Finds the voter.
pub const USERNAME: &str = "direct-grant-validate-username";
/// The PIN, kept as the password.
pub const PASSWORD: &str = "direct-grant-validate-password";
/// The date of birth; of our extensions.
pub const DOB: &str = "ivr-dob-authenticator";

/// What a voter keys after the voter id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Factors {
    /// A PIN.
    #[default]
    Pin,
    /// A date of birth.
    Dob,
    /// A PIN, then a date of birth.
    #[value(name = "pin+dob")]
    PinAndDob,
}

impl Factors {
    /// The authenticators, in order.
    pub fn authenticators(self) -> &'static [&'static str] {
        match self {
            Self::Pin => &[USERNAME, PASSWORD],
            Self::Dob => &[USERNAME, DOB],
            Self::PinAndDob => &[USERNAME, PASSWORD, DOB],
        }
    }

    /// Whether a date of birth is asked.
    pub fn has_dob(self) -> bool {
        self != Self::Pin
    }
}

/// The flow itself, empty.
pub fn flow() -> Value {
    json!({
        "alias": ALIAS,
        "description": "Telephone voting: the voter id and every factor",
        "providerId": "basic-flow",
        "topLevel": true,
        "builtIn": false,
    })
}

/// The configuration of the date of birth: what `/ivr-config` tells the telephone to ask.
pub fn dob_config(formats: DobFormats) -> Value {
    json!({
        "alias": DOB_CONFIG,
        "config": {
            "field_name": "dob",
            "max_digits": "8",
            "terminator": "#",
            "maps_to": "dob",
            "user_attribute": "dateOfBirth",
            "stored_format": formats.stored,
            "keyed_format": formats.keyed,
        },
    })
}

/// One stored and one keyed format per realm (DECISIONS 63).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DobFormats {
    /// As the attribute `dateOfBirth` holds it.
    pub stored: &'static str,
    /// As it is keyed.
    pub keyed: &'static str,
}

/// The formats that the authenticator knows for stored dates; the first is the usual one.
pub const STORED_FORMATS: [&str; 10] = [
    "YYYY-MM-DD",
    "YYYYMMDD",
    "YYYY/MM/DD",
    "MM/DD/YYYY",
    "DD/MM/YYYY",
    "DD.MM.YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "MMDDYYYY",
    "DDMMYYYY",
];
/// Those for keyed dates; the first is what the built-in prompt asks for.
pub const KEYED_FORMATS: [&str; 3] = ["MMDDYYYY", "DDMMYYYY", "YYYYMMDD"];

impl Default for DobFormats {
    fn default() -> Self {
        Self { stored: STORED_FORMATS[0], keyed: KEYED_FORMATS[0] }
    }
}

impl DobFormats {
    /// The formats with these names; `None` if one is unknown.
    pub fn named(stored: &str, keyed: &str) -> Option<Self> {
        let stored = STORED_FORMATS.into_iter().find(|f| *f == stored)?;
        let keyed = KEYED_FORMATS.into_iter().find(|f| *f == keyed)?;
        Some(Self { stored, keyed })
    }

    /// A date as the realm stores it, from `YYYY-MM-DD`; `None` if it is not written so.
    pub fn store(self, date: &str) -> Option<String> {
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && [year.len(), month.len(), day.len()] == [4, 2, 2];
        whole.then(|| self.stored.replace("YYYY", year).replace("MM", month).replace("DD", day))
    }
}

/// Whether one of the flow's executions (as Keycloak lists them) is a credential that cannot be
/// passed over: a REQUIRED leaf at the top.
pub fn asks_a_credential(executions: &[Value]) -> bool {
    executions.iter().any(|e| {
        e["level"] == 0
            && e["requirement"] == "REQUIRED"
            && [PASSWORD, DOB].iter().any(|p| e["providerId"] == *p)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(provider: &str, requirement: &str, level: u64) -> Value {
        json!({"providerId": provider, "requirement": requirement, "level": level})
    }

    #[test]
    fn every_stored_format_takes_a_date_and_nothing_else() {
        for stored in STORED_FORMATS {
            let formats = DobFormats::named(stored, KEYED_FORMATS[0]).unwrap();
            let written = formats.store("1980-12-31").unwrap();
            assert_eq!(written.len(), stored.len(), "{stored}");
            assert!(!written.contains(['Y', 'M', 'D']), "{stored}: {written}");
        }
        for wrong in ["", "1980-1-2", "31.12.1980", "1980-12-31-1", "19801231"] {
            assert_eq!(DobFormats::default().store(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_required_credential_at_the_top_counts() {
        let user = leaf(USERNAME, "REQUIRED", 0);
        assert!(!asks_a_credential(std::slice::from_ref(&user)));
        assert!(!asks_a_credential(&[user.clone(), leaf(PASSWORD, "DISABLED", 0)]));
        assert!(!asks_a_credential(&[user.clone(), leaf(PASSWORD, "ALTERNATIVE", 0)]));
        assert!(!asks_a_credential(&[user.clone(), leaf(PASSWORD, "REQUIRED", 1)]));
        assert!(asks_a_credential(&[user.clone(), leaf(PASSWORD, "REQUIRED", 0)]));
        assert!(asks_a_credential(&[user, leaf(DOB, "REQUIRED", 0)]));
    }

    #[test]
    fn every_choice_asks_something() {
        for factors in [Factors::Pin, Factors::Dob, Factors::PinAndDob] {
            assert_eq!(factors.authenticators()[0], USERNAME);
            assert!(factors.authenticators().len() > 1);
        }
    }
}
