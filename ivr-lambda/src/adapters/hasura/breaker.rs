//! [`Breaker`]: whether a host is asked at all, as a state machine. Time and chance are arguments;
//! nothing here waits.
//!
//! A gateway that fails costs every caller the time-outs of every question. After some failures in a
//! row the breaker refuses at once; after a while one question, and one only, goes through as a probe,
//! and its outcome decides. Between failures it asks for a pause of random length, so that callers
//! who failed together do not come back together.

use chrono::{DateTime, TimeDelta, Utc};

/// The numbers of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerSettings {
    /// So many failures in a row open it.
    pub failures: u32,
    /// A failure that is older than this is no longer part of a row.
    pub memory: TimeDelta,
    /// How long it stays open at first; twice as long after each probe that fails.
    pub open: TimeDelta,
    /// How long it stays open at most.
    pub open_at_most: TimeDelta,
    /// After a failure the next question waits up to this, after each further one up to twice as long.
    pub pause: TimeDelta,
    /// The longest pause.
    pub pause_at_most: TimeDelta,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures: 5,
            memory: TimeDelta::seconds(30),
            open: TimeDelta::seconds(5),
            open_at_most: TimeDelta::seconds(60),
            pause: TimeDelta::milliseconds(50),
            pause_at_most: TimeDelta::milliseconds(400),
        }
    }
}

/// The breaker of one host.
#[derive(Debug, Default)]
pub struct Breaker {
    state: State,
    /// Counts changes of state: what was let through before one says nothing after it.
    generation: u64,
    /// Before this the next question waits.
    not_before: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed {
        failures: u32,
        last: Option<DateTime<Utc>>,
    },
    Open {
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        times: u32,
    },
    /// Somebody probes, and has given up by `until`.
    Probing {
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        times: u32,
    },
    /// The last probe was given up without an outcome.
    HalfOpen {
        times: u32,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0, last: None }
    }
}

/// A question that may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admitted {
    /// After this pause.
    pub pause: TimeDelta,
    /// Whether its outcome decides over the breaker.
    pub probe: bool,
    generation: u64,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The host answered, whatever it said.
    Answered,
    /// It did not, or said that it cannot.
    Failed,
    /// Given up before anything could be known.
    Nothing,
}

/// A change that an operator wants to know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// The host is no longer asked.
    Opened,
    /// A probe goes through.
    Probes,
    /// It is asked again.
    Closed,
}

impl Breaker {
    /// Whether a question may be asked now by somebody who has given up by `until`.
    pub fn admit(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) -> Option<Admitted> {
        let probe_of = match self.state {
            State::Closed { .. } => None,
            // A clock that was set back holds nothing shut.
            State::Open { since, until, .. } | State::Probing { since, until, .. }
                if since <= now && now < until =>
            {
                return None;
            }
            State::Open { times, .. }
            | State::Probing { times, .. }
            | State::HalfOpen { times } => Some(times),
        };
        if let Some(times) = probe_of {
            self.turn(State::Probing { since: now, until, times });
        }
        let pause = self.not_before.map_or(TimeDelta::zero(), |then| then - now);
        Some(Admitted {
            pause: pause.max(TimeDelta::zero()),
            probe: probe_of.is_some(),
            generation: self.generation,
        })
    }

    /// What became of a question; `chance` of 65535 is how much of the pause it will be.
    pub fn settle(
        &mut self,
        admitted: Admitted,
        outcome: Outcome,
        now: DateTime<Utc>,
        chance: u16,
        settings: &BreakerSettings,
    ) -> Option<Turned> {
        if admitted.generation != self.generation {
            return None;
        }
        match (self.state, outcome) {
            (State::Closed { .. }, Outcome::Nothing) | (State::Open { .. }, _) => None,
            (State::HalfOpen { .. }, _) => None,
            (State::Closed { .. }, Outcome::Answered) => {
                self.state = State::default();
                self.not_before = None;
                None
            }
            (State::Closed { failures, last }, Outcome::Failed) => {
                let in_a_row =
                    last.is_some_and(|last| last <= now && now - last <= settings.memory);
                let failures = if in_a_row { failures + 1 } else { 1 };
                if failures >= settings.failures {
                    self.open(now, 0, settings);
                    return Some(Turned::Opened);
                }
                self.state = State::Closed { failures, last: Some(now) };
                let most = doubled(settings.pause, failures - 1, settings.pause_at_most);
                let share = most.num_milliseconds() * i64::from(chance) / i64::from(u16::MAX);
                self.not_before = Some(now + TimeDelta::milliseconds(share));
                None
            }
            (State::Probing { .. }, Outcome::Answered) => {
                self.turn(State::default());
                Some(Turned::Closed)
            }
            (State::Probing { times, .. }, Outcome::Failed) => {
                self.open(now, times + 1, settings);
                Some(Turned::Opened)
            }
            (State::Probing { times, .. }, Outcome::Nothing) => {
                self.turn(State::HalfOpen { times });
                None
            }
        }
    }

    /// Whether questions are refused, or would have to probe first.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Closed { .. })
    }

    fn open(&mut self, now: DateTime<Utc>, times: u32, settings: &BreakerSettings) {
        let open = doubled(settings.open, times, settings.open_at_most);
        self.not_before = None;
        self.turn(State::Open { since: now, until: now + open, times });
    }

    fn turn(&mut self, state: State) {
        self.generation += 1;
        self.state = state;
    }
}

/// A time, doubled so often, and no longer than the longest.
fn doubled(time: TimeDelta, times: u32, longest: TimeDelta) -> TimeDelta {
    let factor = 1_i32.checked_shl(times.min(20)).unwrap_or(i32::MAX);
    time.checked_mul(factor).unwrap_or(longest).min(longest)
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
