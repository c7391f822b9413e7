use proptest::prelude::*;

use super::*;

const SETTINGS: BreakerSettings = BreakerSettings {
    failures: 3,
    memory: TimeDelta::seconds(30),
    open: TimeDelta::seconds(5),
    open_at_most: TimeDelta::seconds(15),
    pause: TimeDelta::milliseconds(100),
    pause_at_most: TimeDelta::milliseconds(150),
};
const HALF: u16 = u16::MAX / 2 + 1;

fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::milliseconds(ms)
}

/// A breaker and its clock.
struct Play {
    breaker: Breaker,
    now: i64,
}

impl Play {
    fn new() -> Self {
        Self { breaker: Breaker::default(), now: 0 }
    }

    fn after(&mut self, ms: i64) -> &mut Self {
        self.now += ms;
        self
    }

    fn admit(&mut self) -> Option<Admitted> {
        self.breaker.admit(at(self.now), at(self.now + 2000))
    }

    fn settle(&mut self, admitted: Admitted, outcome: Outcome) -> Option<Turned> {
        self.breaker.settle(admitted, outcome, at(self.now), HALF, &SETTINGS)
    }

    /// Asks, and this comes of it.
    fn ask(&mut self, outcome: Outcome) -> Option<Turned> {
        let admitted = self.admit().expect("it may be asked");
        self.settle(admitted, outcome)
    }

    fn opened() -> Self {
        let mut play = Self::new();
        assert_eq!(play.ask(Outcome::Failed), None);
        assert_eq!(play.ask(Outcome::Failed), None);
        assert_eq!(play.ask(Outcome::Failed), Some(Turned::Opened));
        play
    }
}

#[test]
fn failures_in_a_row_open_it_and_an_answer_in_between_does_not_let_them() {
    let mut play = Play::new();
    for _ in 0..5 {
        assert_eq!(play.ask(Outcome::Failed), None);
        assert_eq!(play.ask(Outcome::Failed), None);
        assert_eq!(play.ask(Outcome::Answered), None);
    }
    assert!(!play.breaker.is_open());
    assert!(Play::opened().admit().is_none());
}

#[test]
fn what_was_given_up_says_nothing() {
    let mut play = Play::new();
    for _ in 0..2 {
        play.ask(Outcome::Failed);
    }
    for _ in 0..10 {
        assert_eq!(play.ask(Outcome::Nothing), None);
    }
    assert_eq!(play.ask(Outcome::Failed), Some(Turned::Opened), "the row goes on");
}

#[test]
fn an_old_failure_is_forgotten() {
    let mut play = Play::new();
    play.ask(Outcome::Failed);
    play.ask(Outcome::Failed);
    assert_eq!(play.after(30_001).ask(Outcome::Failed), None, "the first of a new row");
    assert_eq!(play.after(30_000).ask(Outcome::Failed), None);
    assert_eq!(play.ask(Outcome::Failed), Some(Turned::Opened));
}

#[test]
fn one_probe_goes_through_and_closes_it() {
    let mut play = Play::opened();
    assert!(play.after(4999).admit().is_none());
    let probe = play.after(1).admit().unwrap();
    assert!(probe.probe);
    assert!(play.admit().is_none(), "one at a time");
    assert!(play.after(1999).admit().is_none());
    assert_eq!(play.settle(probe, Outcome::Answered), Some(Turned::Closed));
    assert!(!play.admit().unwrap().probe);
}

#[test]
fn a_probe_that_fails_keeps_it_open_twice_as_long_up_to_a_limit() {
    let mut play = Play::opened();
    for open in [5000, 10_000, 15_000, 15_000] {
        assert!(play.after(open - 1).admit().is_none(), "{open}");
        assert_eq!(play.after(1).ask(Outcome::Failed), Some(Turned::Opened), "{open}");
    }
    assert_eq!(play.after(15_000).ask(Outcome::Answered), Some(Turned::Closed));
    for _ in 0..2 {
        assert_eq!(play.ask(Outcome::Failed), None, "the row begins anew");
    }
    assert_eq!(play.ask(Outcome::Failed), Some(Turned::Opened));
    assert!(play.after(5000).admit().is_some(), "and so does the time");
}

#[test]
fn a_probe_that_is_given_up_or_stands_still_makes_room_for_another() {
    let mut play = Play::opened();
    assert_eq!(play.after(5000).ask(Outcome::Nothing), None);
    let frozen = play.admit().unwrap();
    assert!(frozen.probe);
    // Its function stands still; its time is over all the same.
    let other = play.after(2000).admit().unwrap();
    assert!(other.probe);
    assert_eq!(play.settle(frozen, Outcome::Failed), None, "too late to say anything");
    assert_eq!(play.settle(other, Outcome::Answered), Some(Turned::Closed));
}

#[test]
fn what_was_let_through_before_it_opened_says_nothing_after() {
    let mut play = Play::new();
    let slow = play.admit().unwrap();
    for _ in 0..3 {
        play.ask(Outcome::Failed);
    }
    assert_eq!(play.settle(slow, Outcome::Answered), None);
    assert!(play.admit().is_none(), "still open");
}

#[test]
fn a_clock_that_was_set_back_holds_nothing_shut() {
    let mut play = Play::opened();
    assert!(play.after(-3_600_000).admit().is_some());
}

#[test]
fn pauses_grow_with_failures_by_chance_and_end_with_an_answer() {
    let pause = |play: &mut Play| play.admit().unwrap().pause.num_milliseconds();
    let mut play = Play::new();
    assert_eq!(pause(&mut play), 0);
    play.ask(Outcome::Failed);
    assert_eq!(pause(&mut play), 50, "half of 100 by chance");
    play.ask(Outcome::Failed);
    assert_eq!(pause(&mut play), 75, "half of 200, no longer than 150");
    assert_eq!(pause(play.after(70)), 5, "what has passed has passed");
    assert_eq!(pause(play.after(1000)), 0);
    play.ask(Outcome::Failed);
    let mut play = Play::new();
    play.ask(Outcome::Failed);
    play.ask(Outcome::Answered);
    assert_eq!(pause(&mut play), 0);
    for (chance, ms) in [(0, 0), (u16::MAX, 100)] {
        let mut breaker = Breaker::default();
        let admitted = breaker.admit(at(0), at(2000)).unwrap();
        breaker.settle(admitted, Outcome::Failed, at(0), chance, &SETTINGS);
        assert_eq!(breaker.admit(at(0), at(2000)).unwrap().pause.num_milliseconds(), ms);
    }
}

proptest! {
    /// Whatever happens in whatever order: never two probes at a time while the first has time left,
    /// never a refusal without failures, and time alone always leads to a question that is asked.
    #[test]
    fn nobody_is_locked_out_for_ever(steps in proptest::collection::vec((0..4_u8, 0..3000_i64, 0..3_u8), 1..200)) {
        let mut play = Play::new();
        let mut waiting: Vec<(Admitted, i64)> = Vec::new();
        let mut failures = 0;
        for (what, ms, outcome) in steps {
            play.after(ms);
            if what < 2 {
                match play.admit() {
                    None => prop_assert!(failures >= SETTINGS.failures),
                    Some(admitted) => {
                        let probing = waiting.iter().any(|(other, until)| {
                            other.probe && *until > play.now && other.generation == play.breaker.generation
                        });
                        prop_assert!(!(probing && admitted.probe));
                        prop_assert!(admitted.pause <= SETTINGS.pause_at_most);
                        waiting.push((admitted, play.now + 2000));
                    }
                }
            } else if !waiting.is_empty() {
                let (admitted, _) = waiting.swap_remove(usize::from(what) % waiting.len());
                let outcome = [Outcome::Answered, Outcome::Failed, Outcome::Nothing][usize::from(outcome)];
                failures += u32::from(outcome == Outcome::Failed);
                play.settle(admitted, outcome);
            }
        }
        prop_assert!(play.after(15_000).admit().is_some());
    }
}
