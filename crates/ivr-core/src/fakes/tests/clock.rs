use chrono::TimeDelta;
use futures_util::future::{join, join3};

use super::support::{block_on, noon};
use crate::fakes::FakeClock;

fn seconds(n: i64) -> TimeDelta {
    TimeDelta::seconds(n)
}

#[test]
fn sleepers_wake_in_the_order_of_their_times() {
    let clock = FakeClock::new(Some(noon()));
    let sleep = async |s| {
        clock.sleep_until(clock.now() + seconds(s)).await;
        clock.now() - noon()
    };
    let twice = async {
        let first = sleep(1).await;
        (first, sleep(1).await)
    };
    let woken = block_on(join3(sleep(5), twice, sleep(3)));
    assert_eq!(woken, (seconds(5), (seconds(1), seconds(2)), seconds(3)));
}

#[test]
fn two_slow_ports_together_take_as_long_as_the_slower() {
    let clock = FakeClock::new(Some(noon()));
    let sleep = |s| clock.sleep_until(clock.now() + seconds(s));
    block_on(join(sleep(2), sleep(2)));
    assert_eq!(clock.now() - noon(), seconds(2));
}

#[test]
fn a_sleeper_that_went_away_holds_nobody() {
    let clock = FakeClock::new(Some(noon()));
    let mut gone = Box::pin(clock.sleep_until(noon() + seconds(1)));
    block_on(async { assert!(futures_util::poll!(&mut gone).is_pending()) });
    // Held and not asked: the others lose patience.
    block_on(clock.sleep_until(noon() + seconds(2)));
    drop(gone);
    block_on(clock.sleep_until(noon() + seconds(3)));
    assert_eq!(clock.now() - noon(), seconds(3));
}

#[test]
fn on_the_real_clock_nobody_sleeps() {
    let clock = FakeClock::new(None);
    let before = clock.now();
    block_on(clock.sleep_until(before + seconds(3600)));
    clock.advance(seconds(3600));
    assert!(clock.now() - before < seconds(600));
}
