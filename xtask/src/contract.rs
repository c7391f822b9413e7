//! The suites against real servers (`tests/contract`).

use std::ffi::OsString;

use crate::outcome::{Outcome, Verdict};
use crate::process::{cargo, run as run_shown};
use crate::{database, java};

/// Processes, unless the caller wants it otherwise: they start in seconds and need no engine.
pub(crate) fn backend() -> OsString {
    std::env::var_os("TEST_BACKEND").unwrap_or_else(|| "process".into())
}

/// All suites, on the jars that `mvn verify` has just left.
pub(crate) fn check() -> Outcome {
    match java::tools() {
        Ok(()) => suites(&[]),
        Err(missing) => Ok(missing),
    }
}

/// Builds the jars and runs the suites, or what the arguments select: `--test keycloak pin`.
pub(crate) fn run(args: &[String]) -> Outcome {
    match java::package()? {
        Verdict::Done => suites(args),
        missing => Ok(missing),
    }
}

fn suites(args: &[String]) -> Outcome {
    database::standin()?;
    let mut tests = cargo(&["test", "--package", "contract"]);
    tests.env("TEST_BACKEND", backend()).args(args);
    run_shown(&mut tests, "a contract suite failed")?;
    Ok(Verdict::Done)
}
