//! [`Slot`]: the token of one realm, as a state machine. Time is an argument; nothing here waits.
//!
//! Freshness is decided by the wall clock (DECISIONS 57): a function that is frozen between two
//! calls wakes up hours later, and a timer that stood still meanwhile would hand out a dead token.

use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::secret::Secret;

use super::token_endpoint::NoGrant;

/// The numbers of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SlotLimits {
    /// Before a token's end: one caller fetches a new one, the others get the old.
    pub(super) margin: TimeDelta,
    /// How long a failure is remembered.
    pub(super) failed: TimeDelta,
    /// How long a misconfiguration is remembered.
    pub(super) misconfigured: TimeDelta,
}

/// The token of one realm.
#[derive(Debug, Default)]
pub(super) struct Slot {
    token: Option<Held>,
    flight: Option<Flight>,
    failure: Option<Remembered>,
    flights: u64,
}

#[derive(Debug, Clone)]
struct Held {
    token: Secret<String>,
    /// From here on a new one is wanted.
    fresh_until: DateTime<Utc>,
    /// From here on it is dead.
    good_until: DateTime<Utc>,
}

#[derive(Debug)]
struct Flight {
    id: u64,
    began: DateTime<Utc>,
    /// Whoever fetches has given up by then, or stands still with its function.
    until: DateTime<Utc>,
}

#[derive(Debug)]
struct Remembered {
    why: NoGrant,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// What a caller is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Use this.
    Use(Secret<String>),
    /// Fetch one, then say what became of it. Meanwhile this one still serves, if there is one.
    Fetch { id: u64, meanwhile: Option<Secret<String>> },
    /// Somebody fetches one: wait, and ask again.
    Wait,
    /// It failed a moment ago.
    Fail(NoGrant),
}

impl Slot {
    /// What a caller at `now` is to do; a fetch that it begins is over by `until`.
    pub(super) fn step(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) -> Step {
        let usable = self.token.as_ref().filter(|held| now < held.good_until);
        if let Some(held) = usable
            && now < held.fresh_until
        {
            return Step::Use(held.token.clone());
        }
        let usable = usable.map(|held| held.token.clone());
        // A clock that was set back makes neither a flight nor a failure last.
        if self.flight.as_ref().is_some_and(|flight| flight.began <= now && now < flight.until) {
            return usable.map_or(Step::Wait, Step::Use);
        }
        if let Some(failure) = &self.failure
            && failure.since <= now
            && now < failure.until
        {
            return usable.map_or_else(|| Step::Fail(failure.why.clone()), Step::Use);
        }
        self.flights += 1;
        self.flight = Some(Flight { id: self.flights, began: now, until });
        Step::Fetch { id: self.flights, meanwhile: usable }
    }

    /// A fetch brought a token that lives until `good_until`.
    pub(super) fn landed(
        &mut self,
        id: u64,
        token: Secret<String>,
        good_until: DateTime<Utc>,
        now: DateTime<Utc>,
        limits: SlotLimits,
    ) {
        self.end(id);
        self.failure = None;
        // The margin of a token that lives shorter than two of them is half its life.
        let margin = limits.margin.min((good_until - now) / 2).max(TimeDelta::zero());
        // One that is late, of a flight that was given up, does not replace a better one.
        if self.token.as_ref().is_none_or(|held| held.good_until <= good_until) {
            self.token = Some(Held { token, fresh_until: good_until - margin, good_until });
        }
    }

    /// A fetch failed. The old token stays.
    pub(super) fn failed(&mut self, id: u64, why: NoGrant, now: DateTime<Utc>, limits: SlotLimits) {
        // What became of a flight that was given up is no news.
        if !self.end(id) {
            return;
        }
        let transient = why.as_outage().is_some();
        let time = if transient { limits.failed } else { limits.misconfigured };
        self.failure = Some(Remembered { why, since: now, until: now + time });
    }

    /// Whoever fetched went away, or had no time: the next caller fetches.
    pub(super) fn abandoned(&mut self, id: u64) {
        self.end(id);
    }

    /// A backend refused this token: it is not given out again.
    pub(super) fn forget(&mut self, token: &Secret<String>) {
        if self.token.as_ref().is_some_and(|held| held.token == *token) {
            self.token = None;
        }
    }

    fn end(&mut self, id: u64) -> bool {
        let is_it = self.flight.as_ref().is_some_and(|flight| flight.id == id);
        if is_it {
            self.flight = None;
        }
        is_it
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::http::HttpError;
    use crate::adapters::keycloak::refusal::{Refusal, Said};

    const LIMITS: SlotLimits = SlotLimits {
        margin: TimeDelta::seconds(30),
        failed: TimeDelta::seconds(1),
        misconfigured: TimeDelta::seconds(10),
    };

    /// Milliseconds after an arbitrary moment.
    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + ms).unwrap()
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn step(slot: &mut Slot, ms: i64) -> Step {
        slot.step(at(ms), at(ms + 2000))
    }

    fn fetch(slot: &mut Slot, ms: i64) -> (u64, Option<Secret<String>>) {
        match step(slot, ms) {
            Step::Fetch { id, meanwhile } => (id, meanwhile),
            other => panic!("{other:?}"),
        }
    }

    /// A token of five minutes, fetched at 0.
    fn warm() -> Slot {
        let mut slot = Slot::default();
        let (id, _) = fetch(&mut slot, 0);
        slot.landed(id, secret("one"), at(300_000), at(0), LIMITS);
        slot
    }

    fn down() -> NoGrant {
        NoGrant::Http(HttpError::TimedOut)
    }

    fn misconfigured() -> NoGrant {
        let said = Said { status: 403, error: "access_denied", description: "Realm not enabled" };
        NoGrant::Refused(Refusal::Misconfigured(said))
    }

    #[test]
    fn one_fetches_and_the_others_wait() {
        let mut slot = Slot::default();
        let (id, meanwhile) = fetch(&mut slot, 0);
        assert_eq!(meanwhile, None);
        for ms in [0, 1, 1999] {
            assert_eq!(step(&mut slot, ms), Step::Wait);
        }
        slot.landed(id, secret("one"), at(300_000), at(5), LIMITS);
        for ms in [5, 100, 269_999] {
            assert_eq!(step(&mut slot, ms), Step::Use(secret("one")), "{ms}");
        }
    }

    #[test]
    fn in_the_window_one_fetches_and_the_others_get_the_old_one() {
        let mut slot = warm();
        let (id, meanwhile) = fetch(&mut slot, 270_000);
        assert_eq!(meanwhile, Some(secret("one")));
        assert_eq!(step(&mut slot, 270_001), Step::Use(secret("one")));
        slot.landed(id, secret("two"), at(570_000), at(270_100), LIMITS);
        assert_eq!(step(&mut slot, 270_101), Step::Use(secret("two")));
    }

    #[test]
    fn an_outage_in_the_window_leaves_the_old_one_until_its_end() {
        let mut slot = warm();
        let (id, _) = fetch(&mut slot, 270_000);
        slot.failed(id, down(), at(271_000), LIMITS);
        assert_eq!(step(&mut slot, 271_999), Step::Use(secret("one")), "remembered for a second");
        let (id, meanwhile) = fetch(&mut slot, 272_000);
        assert_eq!(meanwhile, Some(secret("one")));
        slot.failed(id, misconfigured(), at(272_000), LIMITS);
        assert_eq!(step(&mut slot, 281_999), Step::Use(secret("one")), "remembered for ten");
        let (id, _) = fetch(&mut slot, 299_000);
        slot.failed(id, down(), at(299_500), LIMITS);
        assert_eq!(step(&mut slot, 299_999), Step::Use(secret("one")));
        assert_eq!(step(&mut slot, 300_000), Step::Fail(down()), "dead is dead");
        assert!(matches!(step(&mut slot, 300_500), Step::Fetch { meanwhile: None, .. }));
    }

    #[test]
    fn failures_are_remembered_a_second_and_misconfigurations_ten() {
        for (why, ms) in [(down(), 1000), (misconfigured(), 10_000)] {
            let mut slot = Slot::default();
            let (id, _) = fetch(&mut slot, 0);
            slot.failed(id, why.clone(), at(0), LIMITS);
            assert_eq!(step(&mut slot, ms - 1), Step::Fail(why));
            fetch(&mut slot, ms);
        }
    }

    #[test]
    fn who_goes_away_fails_nobody() {
        let mut slot = Slot::default();
        let (first, _) = fetch(&mut slot, 0);
        assert_eq!(step(&mut slot, 1), Step::Wait);
        slot.abandoned(first);
        let (second, _) = fetch(&mut slot, 2);
        // The answer of the one that was given up is late: a failure is no news, a token is.
        slot.failed(first, down(), at(3), LIMITS);
        assert_eq!(step(&mut slot, 4), Step::Wait);
        slot.landed(first, secret("late"), at(300_000), at(5), LIMITS);
        assert_eq!(step(&mut slot, 6), Step::Use(secret("late")));
        slot.failed(second, down(), at(7), LIMITS);
        assert_eq!(step(&mut slot, 8), Step::Use(secret("late")));
    }

    #[test]
    fn a_frozen_function_wakes_up_to_the_wall_clock() {
        let mut slot = warm();
        // Frozen for an hour with a fresh token; frozen again while fetching.
        let (id, meanwhile) = fetch(&mut slot, 3_600_000);
        assert_eq!(meanwhile, None, "an hour later it is dead, whatever a timer says");
        let (other, _) = fetch(&mut slot, 7_200_000);
        assert_ne!(id, other, "nobody waits for a flight that stands still");
        slot.landed(other, secret("two"), at(7_500_000), at(7_200_000), LIMITS);
        // The first thaws with a token of an hour ago: it does not replace the better one.
        slot.landed(id, secret("stale"), at(3_900_000), at(7_200_001), LIMITS);
        assert_eq!(step(&mut slot, 7_200_002), Step::Use(secret("two")));
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nobody() {
        let mut slot = Slot::default();
        let (id, _) = fetch(&mut slot, 0);
        slot.failed(id, misconfigured(), at(0), LIMITS);
        fetch(&mut slot, -3_600_000);
        fetch(&mut slot, -7_200_000);
    }

    #[test]
    fn a_token_that_lives_shorter_than_the_margin_is_used_for_half_its_life() {
        let mut slot = Slot::default();
        let (id, _) = fetch(&mut slot, 0);
        slot.landed(id, secret("short"), at(10_000), at(0), LIMITS);
        assert_eq!(step(&mut slot, 4999), Step::Use(secret("short")));
        fetch(&mut slot, 5000);
    }

    #[test]
    fn a_token_that_was_refused_is_not_given_out_again() {
        let mut slot = warm();
        slot.forget(&secret("another"));
        assert_eq!(step(&mut slot, 1), Step::Use(secret("one")));
        slot.forget(&secret("one"));
        assert_eq!(fetch(&mut slot, 2).1, None);
    }
}
