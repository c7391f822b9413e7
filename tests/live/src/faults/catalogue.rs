//! The faults: what breaks, when, at which door; what may be said then, and what must be there.

use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::json;

use super::{Fault, Ground};
use crate::ballot_box::rows;
use crate::town::Door;

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
