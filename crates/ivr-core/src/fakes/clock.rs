//! [`FakeClock`]: time that passes only when somebody says so.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::Clock;

/// A sleeper that was asked so often and is still not the first one no longer waits for the
/// others: somebody holds them without asking.
const PATIENCE: u32 = 1000;

/// Virtual time, or the real clock.
///
/// Virtual time passes by [`FakeClock::advance`] and while ports sleep. Sleepers wake in the order
/// of their times, so two slow ports that are asked together take as long as the slower one. On
/// the real clock nobody sleeps.
#[derive(Debug)]
pub struct FakeClock {
    time: Mutex<Time>,
}

#[derive(Debug)]
struct Time {
    /// `None`: the real clock.
    now: Option<DateTime<Utc>>,
    sleepers: BTreeMap<u64, DateTime<Utc>>,
    next_sleeper: u64,
}

impl FakeClock {
    /// A clock that stands at a moment; without one it is the real clock.
    pub fn new(now: Option<DateTime<Utc>>) -> Self {
        Self { time: Mutex::new(Time { now, sleepers: BTreeMap::new(), next_sleeper: 0 }) }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.time().now.unwrap_or_else(|| SystemTime::now().into())
    }

    /// Whether time is virtual.
    pub fn is_virtual(&self) -> bool {
        self.time().now.is_some()
    }

    /// Lets virtual time pass. The real clock takes no orders.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(now) = &mut self.time().now {
            *now += by;
        }
    }

    /// Sets virtual time, also backwards. The real clock takes no orders.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Some(now) = &mut self.time().now {
            *now = to;
        }
    }

    /// Sleeps until a moment of virtual time.
    pub fn sleep_until(&self, until: DateTime<Utc>) -> Sleep<'_> {
        Sleep { clock: self, until, id: None, asked: 0 }
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        FakeClock::now(self)
    }
}

/// A port that takes its time.
#[derive(Debug)]
pub struct Sleep<'a> {
    clock: &'a FakeClock,
    until: DateTime<Utc>,
    id: Option<u64>,
    asked: u32,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut time = self.clock.time();
        let Some(now) = time.now.filter(|now| *now < self.until) else { return Poll::Ready(()) };
        if self.id.is_none() {
            // Whoever was asked together with us lies down first.
            let id = time.next_sleeper;
            time.next_sleeper += 1;
            time.sleepers.insert(id, self.until);
            drop(time);
            self.id = Some(id);
        } else if time.sleepers.values().all(|other| *other >= self.until) || self.asked > PATIENCE
        {
            time.now = Some(now.max(self.until));
            return Poll::Ready(());
        } else {
            drop(time);
        }
        self.asked += 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.clock.time().sleepers.remove(&id);
        }
    }
}
