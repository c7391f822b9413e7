//! What goes wrong with the parts, at each step of casting: what the voter heard then, and what is
//! in the box.

mod catalogue;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use test_servers::postgres::Postgres;

pub use catalogue::FAULTS;

use crate::ballot_box::rows;
use crate::machine::Machine;
use crate::phone::{Call, Plan, call_and};
use crate::town::{Door, Town, Voter};

/// One thing that goes wrong.
pub struct Fault {
    /// What.
    pub what: &'static str,
    /// When, as the protocol has it (DECISIONS 4).
    pub step: &'static str,
    /// Which way the ballot goes.
    pub door: Door,
    /// Brings it about, as the voter presses `00#`.
    begin: fn(&Ground) -> anyhow::Result<()>,
    /// Goes on beside the call, from then on.
    meanwhile: fn(&Ground) -> anyhow::Result<()>,
    /// Puts everything right again.
    end: fn(&Ground) -> anyhow::Result<()>,
    /// What the call may say of the ballot.
    may_say: &'static [&'static str],
    /// How many rows there are when everything has settled.
    rows: usize,
}

/// A town whose parts may break.
pub struct Ground {
    /// A database server that nobody else uses.
    pub cluster: Postgres,
    /// The town on it.
    pub town: Town,
    /// How many ballots were in the box before this call.
    before: AtomicUsize,
}

/// What came of one.
pub struct Outcome {
    /// What went wrong.
    pub fault: &'static Fault,
    /// `success`, `unknown`, `failed`, `rejected`.
    pub said: String,
    /// The last words.
    pub words: String,
    /// How many rows there were when everything had settled.
    pub rows: usize,
}

impl Ground {
    /// Brings it up: Toronto, one ballot a voter.
    ///
    /// # Errors
    /// When a part does not start.
    pub fn new(machine: &Machine) -> anyhow::Result<Self> {
        let cluster = Postgres::start()?;
        let town = Town::with(&machine.keycloak, &cluster, "toronto")?;
        town.allow(1)?;
        Ok(Self { cluster, town, before: AtomicUsize::new(0) })
    }

    /// Plays all faults, each with a voter of its own.
    ///
    /// # Errors
    /// With the fault after which somebody was told what is not so.
    pub fn play(&self, mut each: impl FnMut(&Outcome)) -> anyhow::Result<()> {
        for (fault, number) in FAULTS.iter().zip(0..) {
            let outcome = self
                .play_one(fault, Voter(number))
                .with_context(|| format!("{}, {}", fault.what, fault.step))?;
            each(&outcome);
        }
        Ok(())
    }

    fn play_one(&self, fault: &'static Fault, voter: Voter) -> anyhow::Result<Outcome> {
        let before = rows(&self.town)?.len();
        self.before.store(before, Ordering::Relaxed);
        let plan = Plan { door: fault.door, ..Plan::of(voter) };
        let call = thread::scope(|scope| {
            let mut beside = None;
            let mut begin = || {
                (fault.begin)(self)?;
                beside = Some(scope.spawn(|| (fault.meanwhile)(self)));
                Ok(())
            };
            let call = call_and(&self.town, &plan, &mut begin);
            if let Some(beside) = beside {
                beside.join().map_err(|_| anyhow::anyhow!("the fault broke"))??;
            }
            call
        })?;
        (fault.end)(self)?;
        let rows = self.settled()? - before;
        let said = call.submissions.first().map(|one| one.status.clone()).unwrap_or_default();
        let words = call.exchanges.last().map(|e| e.text.clone()).unwrap_or_default();
        check(fault, &call, &said, rows)?;
        Ok(Outcome { fault, said, words, rows })
    }

    /// The rows when nobody writes any more.
    fn settled(&self) -> anyhow::Result<usize> {
        let mut sql = self.town.sql()?;
        let begin = Instant::now();
        loop {
            let busy: i64 = sql
                .query_one(
                    "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND xact_start IS NOT NULL
                       AND pid <> pg_backend_pid()",
                    &[],
                )?
                .get(0);
            if busy == 0 {
                return Ok(rows(&self.town)?.len());
            }
            ensure!(begin.elapsed() < Duration::from_secs(60), "somebody still writes");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Whatever went wrong: nobody is told what is not so, and no ballot is there twice.
fn check(fault: &Fault, call: &Call, said: &str, rows: usize) -> anyhow::Result<()> {
    let told = format!("said {said}, {rows} rows; {:?}", call.exchanges.last());
    ensure!(rows <= 1, "a ballot counts twice: {told}");
    ensure!(said != "success" || rows == 1, "recorded, and it is not: {told}");
    ensure!(!matches!(said, "failed" | "rejected") || rows == 0, "not recorded, and it is: {told}");
    ensure!(fault.may_say.contains(&said) && rows == fault.rows, "{told}");
    ensure!(call.outcome != "hung_up", "the call has no end: {told}");
    ensure!(call.exchanges.last().is_some_and(|e| !e.text.is_empty()), "a silent end: {told}");
    Ok(())
}
