//! What operators see of the backends: each request by operation, and each turn of a breaker.
//!
//! Names, enums and counts; nothing here can hold a token, a number, a voter or a ballot.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use ivr_core::ports::Backend;

use super::hasura::breaker::Turned;

/// One request and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Who was asked.
    pub backend: Backend,
    /// The operation.
    pub operation: &'static str,
    /// `ok`, or the class of the failure.
    pub outcome: &'static str,
    /// The status, if there was one.
    pub status: Option<u16>,
    /// From sending to the last byte.
    pub took: TimeDelta,
    /// Bytes of the body that was sent.
    pub sent: usize,
    /// Bytes of the body that came back; 0 if it was not read to its end.
    pub received: usize,
}

/// Takes note. It never fails and never blocks a call.
pub trait Meter: Send + Sync {
    /// Of a request.
    fn request(&self, measured: &Measured);
    /// Of a breaker that turned.
    fn breaker(&self, host: &str, turned: Turned);
    /// Of a question that a breaker refused.
    fn refused(&self, host: &str);
    /// Of a row that the platform itself could not read, and whose election is not voted by phone.
    fn odd_row(&self, operation: &'static str);
}

/// Totals since the process began.
#[derive(Debug, Default)]
pub struct Totals(Mutex<Sums>);

/// The sums.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sums {
    /// By backend and operation.
    pub operations: BTreeMap<(Backend, &'static str), OfOperation>,
    /// How often a breaker opened.
    pub opened: u64,
    /// How often one closed.
    pub closed: u64,
    /// Probes.
    pub probes: u64,
    /// Questions that were refused.
    pub refused: u64,
    /// Rows that nobody could read.
    pub odd_rows: u64,
}

/// The sums of one operation.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct OfOperation {
    /// Requests by outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Bytes of bodies sent.
    pub sent: usize,
    /// Bytes of bodies received.
    pub received: usize,
    /// Time spent, and the longest of it.
    pub took: TimeDelta,
    /// The slowest request.
    pub slowest: TimeDelta,
}

impl OfOperation {
    /// Requests.
    pub fn requests(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

impl Totals {
    /// The sums so far.
    pub fn sums(&self) -> Sums {
        self.with(|sums| sums.clone())
    }

    fn with<T>(&self, what: impl FnOnce(&mut Sums) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Meter for Totals {
    fn request(&self, measured: &Measured) {
        self.with(|sums| {
            let of = sums.operations.entry((measured.backend, measured.operation)).or_default();
            *of.outcomes.entry(measured.outcome).or_default() += 1;
            of.sent += measured.sent;
            of.received += measured.received;
            of.took += measured.took;
            of.slowest = of.slowest.max(measured.took);
        });
    }

    fn breaker(&self, _host: &str, turned: Turned) {
        self.with(|sums| match turned {
            Turned::Opened => sums.opened += 1,
            Turned::Probes => sums.probes += 1,
            Turned::Closed => sums.closed += 1,
        });
    }

    fn refused(&self, _host: &str) {
        self.with(|sums| sums.refused += 1);
    }

    fn odd_row(&self, _operation: &'static str) {
        self.with(|sums| sums.odd_rows += 1);
    }
}
