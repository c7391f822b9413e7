//! What goes wrong with the parts, at each step of casting: what the voter heard then, and what is
//! in the box.

use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::json;
use test_servers::postgres::Postgres;

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

const BEFORE: &str = "before it is read";
const DURING: &str = "before the commit";
const AFTER: &str = "after the commit";
const HISTORY: &str = "at the history";

const RECORDED: &[&str] = &["success"];
const UNKNOWN: &[&str] = &["unknown"];
const EITHER: &[&str] = &["success", "unknown"];

fn nothing(_: &Ground) -> anyhow::Result<()> {
    Ok(())
}

fn behave(ground: &Ground) -> anyhow::Result<()> {
    ground.town.harvest.behave()
}

fn start_harvest(ground: &Ground) -> anyhow::Result<()> {
    ground.town.harvest.start_again()
}

fn start_database(ground: &Ground) -> anyhow::Result<()> {
    ground.cluster.restart()?;
    // Whoever had connections finds out.
    ground.town.harvest.kill()?;
    ground.town.harvest.start_again()?;
    ground.town.hasura.restart()?;
    Ok(())
}

fn stop_gateway(ground: &Ground) -> anyhow::Result<()> {
    ground.town.hasura.stop()?;
    let address = ground.town.hasura.url().trim_start_matches("http://");
    ensure!(TcpStream::connect(address).is_err(), "the gateway is still there");
    Ok(())
}

fn lost_reply(ground: &Ground) -> anyhow::Result<()> {
    ground.town.harvest.change(&json!({"habits": {"lost_reply": {"times": 1}}}))
}

fn hold(ground: &Ground) -> anyhow::Result<()> {
    ground.town.harvest.change(&json!({"habits": {"late_commit": {"times": 1}}}))
}

fn once_held(ground: &Ground) -> anyhow::Result<()> {
    let begin = Instant::now();
    while !ground.town.harvest.holds() {
        ensure!(begin.elapsed() < Duration::from_secs(60), "no commit was held back");
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Accepts ballots and never says so, until it is stopped.
fn silent(ground: &Ground) -> anyhow::Result<()> {
    ground.town.harvest.change(&json!({"habits": {"lost_reply": {"times": 1, "silent": true}}}))
}

fn once_recorded(ground: &Ground) -> anyhow::Result<()> {
    let begin = Instant::now();
    while rows(&ground.town)?.len() == ground.before.load(Ordering::Relaxed) {
        ensure!(begin.elapsed() < Duration::from_secs(60), "nothing was recorded");
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn kill_once_recorded(ground: &Ground) -> anyhow::Result<()> {
    once_recorded(ground)?;
    ground.town.harvest.kill()
}

fn kill_once_held(ground: &Ground) -> anyhow::Result<()> {
    once_held(ground)?;
    ground.town.harvest.kill()
}

fn stop_database(ground: &Ground) -> anyhow::Result<()> {
    Ok(ground.cluster.stop()?)
}

fn restart_gateway(ground: &Ground) -> anyhow::Result<()> {
    Ok(ground.town.hasura.restart()?)
}

/// The commit that was held back comes now, when the call is over.
fn release(ground: &Ground) -> anyhow::Result<()> {
    ensure!(ground.town.harvest.holds(), "the commit did not come after the call");
    ground.town.harvest.release()?;
    behave(ground)
}

/// A habit that ends by itself after the commit.
macro_rules! after_commit {
    ($what:literal, $habit:literal, $door:expr) => {
        Fault {
            what: $what,
            step: AFTER,
            door: $door,
            begin: |ground| {
                ground.town.harvest.change(
                    &json!({"habits": {$habit: {"times": 1, "after_commit": true}}}),
                )
            },
            meanwhile: nothing,
            end: behave,
            may_say: RECORDED,
            rows: 1,
        }
    };
}

/// All of them.
pub const FAULTS: &[Fault] = &[
    Fault {
        what: "Harvest is killed",
        step: BEFORE,
        door: Door::Direct,
        begin: |ground| ground.town.harvest.kill(),
        meanwhile: nothing,
        end: start_harvest,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "Harvest is killed",
        step: BEFORE,
        door: Door::Hasura,
        begin: |ground| ground.town.harvest.kill(),
        meanwhile: nothing,
        end: start_harvest,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "the connection drops",
        step: BEFORE,
        door: Door::Direct,
        begin: |ground| {
            ground.town.harvest.change(&json!({"habits": {"lost_request": {"times": 1}}}))
        },
        meanwhile: nothing,
        end: behave,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "the database is stopped",
        step: BEFORE,
        door: Door::Direct,
        begin: stop_database,
        meanwhile: nothing,
        end: start_database,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "the gateway is stopped",
        step: BEFORE,
        door: Door::Direct,
        begin: stop_gateway,
        meanwhile: nothing,
        end: restart_gateway,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "Harvest is killed",
        step: DURING,
        door: Door::Direct,
        begin: hold,
        meanwhile: kill_once_held,
        end: start_harvest,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "the database is stopped",
        step: DURING,
        door: Door::Direct,
        begin: hold,
        meanwhile: |ground| {
            once_held(ground)?;
            stop_database(ground)
        },
        end: start_database,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "the commit comes after the call",
        step: DURING,
        door: Door::Direct,
        begin: hold,
        meanwhile: nothing,
        end: release,
        may_say: EITHER,
        rows: 1,
    },
    Fault {
        what: "a 500, and the commit comes later",
        step: DURING,
        door: Door::Direct,
        begin: |ground| {
            ground.town.harvest.change(&json!(
                {"habits": {"late_commit": {"times": 1, "status": 500, "milliseconds": 3000}}}
            ))
        },
        meanwhile: nothing,
        end: behave,
        may_say: EITHER,
        rows: 1,
    },
    Fault {
        what: "the connection drops",
        step: AFTER,
        door: Door::Direct,
        begin: lost_reply,
        meanwhile: nothing,
        end: behave,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "the connection drops",
        step: AFTER,
        door: Door::Hasura,
        begin: lost_reply,
        meanwhile: nothing,
        end: behave,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "Harvest falls silent",
        step: AFTER,
        door: Door::Direct,
        begin: silent,
        meanwhile: nothing,
        end: behave,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "an error, and Harvest tries again",
        step: AFTER,
        door: Door::Direct,
        begin: |ground| {
            ground.town.harvest.change(&json!({"habits": {"error_after_commit": {"times": 1}}}))
        },
        meanwhile: nothing,
        end: behave,
        may_say: RECORDED,
        rows: 1,
    },
    after_commit!("a 500", "server_error", Door::Direct),
    after_commit!("a 500", "server_error", Door::Hasura),
    after_commit!("an empty 503", "empty_error", Door::Direct),
    after_commit!("a page", "html", Door::Direct),
    Fault {
        what: "the database is stopped",
        step: BEFORE,
        door: Door::Hasura,
        begin: stop_database,
        meanwhile: nothing,
        end: start_database,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "the gateway is stopped",
        step: BEFORE,
        door: Door::Hasura,
        begin: stop_gateway,
        meanwhile: nothing,
        end: restart_gateway,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "Harvest is killed",
        step: DURING,
        door: Door::Hasura,
        begin: hold,
        meanwhile: kill_once_held,
        end: start_harvest,
        may_say: UNKNOWN,
        rows: 0,
    },
    Fault {
        what: "the commit comes after the call",
        step: DURING,
        door: Door::Hasura,
        begin: hold,
        meanwhile: nothing,
        end: release,
        may_say: EITHER,
        rows: 1,
    },
    Fault {
        what: "Harvest is killed",
        step: AFTER,
        door: Door::Direct,
        begin: silent,
        meanwhile: kill_once_recorded,
        end: start_harvest,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "Harvest is killed",
        step: AFTER,
        door: Door::Hasura,
        begin: silent,
        meanwhile: kill_once_recorded,
        end: start_harvest,
        may_say: RECORDED,
        rows: 1,
    },
    Fault {
        what: "the database is stopped",
        step: AFTER,
        door: Door::Direct,
        begin: silent,
        meanwhile: |ground| {
            once_recorded(ground)?;
            stop_database(ground)
        },
        end: start_database,
        may_say: UNKNOWN,
        rows: 1,
    },
    Fault {
        what: "the connection drops, and the gateway is stopped",
        step: HISTORY,
        door: Door::Direct,
        begin: |ground| {
            lost_reply(ground)?;
            stop_gateway(ground)
        },
        meanwhile: nothing,
        end: |ground| {
            behave(ground)?;
            restart_gateway(ground)
        },
        may_say: UNKNOWN,
        rows: 1,
    },
];

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
