//! The odds of guessing (DECISIONS 63), from the realm's own brute-force settings.

use serde_json::Value;

use super::Finding;
use crate::desired::flow::Factors;

/// Above this, per voter and day, guessing is worth somebody's while.
pub const TOLERATED: f64 = 0.001;
/// Dates of birth that a stranger would try: 82 years of them.
const DATES: f64 = 82.0 * 365.25;
/// Digits of a PIN when nobody says so.
const USUAL_DIGITS: u32 = 4;
const DAY: u64 = 86_400;

/// How a realm answers wrong factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// Failures before the first lock; `None` when nothing locks.
    pub factor: Option<u64>,
    /// Seconds of a lock, as the strategy multiplies them.
    pub wait: u64,
    /// The longest lock in seconds.
    pub longest: u64,
    /// Strategy LINEAR instead of MULTIPLE.
    pub linear: bool,
    /// Temporary locks before a lasting one; `None` when there is none.
    pub lasting_after: Option<u64>,
}

impl Protection {
    /// That of a realm.
    pub fn of(realm: &Value) -> Self {
        let number = |key: &str| realm[key].as_u64().unwrap_or(0);
        let protects = realm["bruteForceProtected"] == true;
        let lasting = realm["permanentLockout"] == true;
        Self {
            factor: protects.then(|| number("failureFactor").max(1)),
            wait: number("waitIncrementSeconds"),
            longest: number("maxFailureWaitSeconds"),
            linear: realm["bruteForceStrategy"] == "LINEAR",
            lasting_after: lasting.then(|| number("maxTemporaryLockouts")),
        }
    }

    /// How many wrong factors a patient stranger gets to try on one voter in a day; `None` when
    /// nothing but the server's speed limits them.
    pub fn tries_per_day(&self) -> Option<u64> {
        let factor = self.factor?;
        let (mut now, mut failures, mut locks) = (0, 0, 0);
        while now < DAY {
            failures += 1;
            if failures < factor {
                continue;
            }
            locks += 1;
            if self.lasting_after.is_some_and(|n| locks > n) {
                break;
            }
            let times = if self.linear { 1 + failures - factor } else { failures / factor };
            let lock = (self.wait * times).min(self.longest);
            if lock == 0 {
                return None;
            }
            now += lock;
        }
        Some(failures)
    }
}

/// Adds what there is to say about guessing.
pub(super) fn look(
    realm: &Value,
    factors: Factors,
    digits: Option<u32>,
    voters: u64,
    found: &mut Vec<Finding>,
) {
    let protection = Protection::of(realm);
    let from_realm =
        realm["attributes"]["ivr.pin.max_digits"].as_str().and_then(|d| d.parse().ok());
    let known = digits.or(from_realm);
    let digits = known.unwrap_or(USUAL_DIGITS);
    let (values, secret) = match factors {
        Factors::Dob => (DATES, "a date of birth".to_owned()),
        Factors::Pin | Factors::PinAndDob => {
            let assumed = if known.is_none() { " (assumed; say --pin-digits)" } else { "" };
            (10f64.powi(digits.cast_signed()), format!("a PIN of {digits} digits{assumed}"))
        }
    };
    if factors == Factors::Dob {
        found.push(Finding::endangers(
            "the date of birth is the only factor: family, and whoever has a voters' list with dates, know it",
            "use --factors pin or pin+dob",
        ));
    }
    let Some(tries) = protection.tries_per_day() else {
        found.push(Finding::endangers(
            format!("nothing locks an account: {secret} is found by trying"),
            "`realm apply --realm-wide`",
        ));
        return;
    };
    #[expect(clippy::cast_precision_loss, reason = "odds need no more than 52 bits")]
    let (tries_f, voters_f) = (tries as f64, voters as f64);
    let odds = (tries_f / values).min(1.0);
    let spray = (1.0 - (1.0 - 1.0 / values).powf(voters_f), voters_f / values);
    let day = (1.0 - (1.0 - odds).powf(voters_f), voters_f * odds);
    let words = format!(
        "guessing {secret}: {tries} tries a day on one voter, so {} per voter and day; one try on each of \
         {voters} voters opens {:.2} accounts on average ({} at least one), a day of all tries {:.1} ({})",
        percent(odds),
        spray.1,
        percent(spray.0),
        day.1,
        percent(day.0),
    );
    if odds > TOLERATED {
        let remedy = "longer PINs (6 digits), or --factors pin+dob; watch the failures per event";
        found.push(Finding::endangers(words, remedy));
    } else {
        found.push(Finding::note(words, "watch the failures per event"));
    }
}

fn percent(odds: f64) -> String {
    format!("{:.3}%", odds * 100.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ours() -> Protection {
        Protection::of(&crate::desired::brute_force::settings())
    }

    #[test]
    fn our_settings_by_hand() {
        // Failures 1-5 are free; 6-11 cost 300 s each, 12-17 600 s, all later ones 900 s:
        // 1800 + 3600 s for 12 tries, then (86400 - 5400) / 900 = 90.
        assert_eq!(ours().tries_per_day(), Some(5 + 12 + 90));
    }

    #[test]
    fn stock_settings_and_none() {
        let stock = Protection {
            factor: Some(30),
            wait: 60,
            longest: 900,
            linear: false,
            lasting_after: None,
        };
        assert!(stock.tries_per_day() > ours().tries_per_day());
        assert_eq!(Protection { factor: None, ..stock }.tries_per_day(), None);
        assert_eq!(Protection { wait: 0, ..stock }.tries_per_day(), None, "locks of no length");
    }

    #[test]
    fn a_lasting_lock_ends_it() {
        let lasting = Protection { lasting_after: Some(0), ..ours() };
        assert_eq!(lasting.tries_per_day(), Some(6));
    }

    #[test]
    fn linear_locks_grow_faster() {
        let linear = Protection { linear: true, ..ours() };
        // 5 free, then 300, 600, 900, 900, …: 3 tries in 1800 s and 94 more.
        assert_eq!(linear.tries_per_day(), Some(5 + 3 + 94));
    }

    #[test]
    fn four_digits_are_too_few_and_six_enough() {
        let level = |digits| {
            let mut found = Vec::new();
            look(
                &crate::desired::brute_force::settings(),
                Factors::Pin,
                Some(digits),
                30_000,
                &mut found,
            );
            (found.len(), found[0].level, found[0].what.clone())
        };
        let (n, bad, words) = level(4);
        assert_eq!((n, bad), (1, super::super::Level::Endangers));
        assert!(
            words.contains("1.070% per voter and day") && words.contains("opens 3.00 accounts"),
            "{words}"
        );
        let (_, fine, words) = level(6);
        assert_eq!(fine, super::super::Level::Note, "{words}");
    }

    #[test]
    fn a_date_of_birth_alone_is_always_a_warning() {
        let mut found = Vec::new();
        look(&json!({"bruteForceProtected": false}), Factors::Dob, None, 10, &mut found);
        assert!(found.iter().any(|f| f.what.contains("only factor")));
        assert!(found.iter().any(|f| f.what.contains("nothing locks")));
    }
}
