//! [`RetryCounters`]: three kinds of failure that never mix (design 8.1).

use serde::{Deserialize, Serialize};

use crate::flow::phase::RetryLimits;

/// How often the voter failed, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryCounters {
    /// Wrong credentials; reset by a login.
    pub auth: u8,
    /// Keys that are not on the menu; reset by any accepted key and any transition.
    pub invalid_input: u8,
    /// Silences; reset by any key, valid or not.
    pub timeout: u8,
}

/// What a failure leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// The voter may try again.
    Again,
    /// The voter may try again; the next failure of this kind ends the call.
    LastChance,
    /// That was one too many.
    Exhausted,
}

impl RetryCounters {
    /// Counts wrong credentials.
    pub fn charge_auth(&mut self, limits: &RetryLimits) -> Charge {
        charge(&mut self.auth, limits.auth)
    }

    /// Counts a key that is not on the menu.
    pub fn charge_invalid_input(&mut self, limits: &RetryLimits) -> Charge {
        charge(&mut self.invalid_input, limits.invalid_input)
    }

    /// Counts a silence.
    pub fn charge_timeout(&mut self, limits: &RetryLimits) -> Charge {
        charge(&mut self.timeout, limits.timeout)
    }

    /// The voter logged in.
    pub fn logged_in(&mut self) {
        self.auth = 0;
    }

    /// A key of the menu was accepted, or the call moved on.
    pub fn accepted(&mut self) {
        self.invalid_input = 0;
    }

    /// Some key was pressed.
    pub fn key_pressed(&mut self) {
        self.timeout = 0;
    }
}

/// The Nth failure ends the call.
fn charge(counter: &mut u8, limit: u8) -> Charge {
    *counter = counter.saturating_add(1);
    if *counter >= limit {
        Charge::Exhausted
    } else if *counter + 1 >= limit {
        Charge::LastChance
    } else {
        Charge::Again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: RetryLimits = RetryLimits { auth: 3, invalid_input: 3, timeout: 3 };

    #[test]
    fn the_nth_failure_ends_the_call_and_the_one_before_is_the_last_chance() {
        let mut counters = RetryCounters::default();
        let charges: Vec<_> = (0..4).map(|_| counters.charge_timeout(&LIMITS)).collect();
        use Charge::{Again, Exhausted, LastChance};
        assert_eq!(charges, [Again, LastChance, Exhausted, Exhausted]);
        let one = RetryLimits { auth: 1, ..LIMITS };
        assert_eq!(counters.charge_auth(&one), Exhausted);
    }

    #[test]
    fn each_kind_has_its_own_counter_and_its_own_reset() {
        let full = RetryCounters { auth: 2, invalid_input: 2, timeout: 2 };
        let after = |f: fn(&mut RetryCounters)| {
            let mut counters = full;
            f(&mut counters);
            (counters.auth, counters.invalid_input, counters.timeout)
        };
        assert_eq!(after(RetryCounters::logged_in), (0, 2, 2));
        assert_eq!(after(RetryCounters::accepted), (2, 0, 2));
        assert_eq!(after(RetryCounters::key_pressed), (2, 2, 0));
        assert_eq!(after(|c| _ = c.charge_auth(&LIMITS)), (3, 2, 2));
        assert_eq!(after(|c| _ = c.charge_invalid_input(&LIMITS)), (2, 3, 2));
        assert_eq!(after(|c| _ = c.charge_timeout(&LIMITS)), (2, 2, 3));
    }
}
