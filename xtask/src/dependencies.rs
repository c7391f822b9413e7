//! `cargo deny`, as `deny.toml` says.

use std::time::Duration;

use crate::cargo_tools::CargoTool;
use crate::outcome::{Outcome, Verdict};
use crate::process::{program, run, succeeds_within};

const CARGO_DENY: CargoTool = CargoTool { package: "cargo-deny", version: "0.20.2", debug: true };

/// Where the advisories are; `deny.toml` leaves it at the default.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Licences, banned crates and where crates come from: decided from the lock file alone.
pub(crate) fn policy() -> Outcome {
    if let Err(missing) = CARGO_DENY.ensure() {
        return Ok(missing);
    }
    let checks = ["check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    run(program("cargo-deny").args(checks), "a dependency breaks a rule of deny.toml")?;
    Ok(Verdict::Done)
}

/// Known vulnerabilities. They live in a git repository that is not reachable from everywhere.
pub(crate) fn advisories() -> Outcome {
    if let Err(missing) = CARGO_DENY.ensure() {
        return Ok(missing);
    }
    let mut reach = program("git");
    reach.args(["ls-remote", ADVISORIES, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    if !succeeds_within(Duration::from_secs(15), &mut reach) {
        return Ok(Verdict::Skipped("the advisory database cannot be reached".to_owned()));
    }
    run(program("cargo-deny").args(["check", "advisories"]), "a dependency has a known defect")?;
    Ok(Verdict::Done)
}
