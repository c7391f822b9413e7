//! Whole calls on real parts (`tests/live`): the command and its suite.

use crate::contract::backend;
use crate::outcome::{Outcome, Verdict};
use crate::process::{cargo, run as run_shown};
use crate::{database, java};

/// The programs that are the parts, beside the one that starts them.
const PARTS: [&str; 3] = ["harvest-ivr", "hasura-standin", "ivr-lambda"];

/// The suite, on the jars that `mvn verify` has just left.
pub(crate) fn check() -> Outcome {
    if let Err(missing) = java::tools().and_then(|()| database::tools()) {
        return Ok(missing);
    }
    parts()?;
    let mut tests = cargo(&["test", "--package", "live"]);
    run_shown(tests.env("TEST_BACKEND", backend()), "a whole call went wrong")?;
    Ok(Verdict::Done)
}

/// Builds the jars and the parts and plays calls; what to play is in the arguments.
pub(crate) fn run(args: &[String]) -> Outcome {
    if let Err(missing) = database::tools() {
        return Ok(missing);
    }
    if let missing @ Verdict::Skipped(_) = java::package()? {
        return Ok(missing);
    }
    parts()?;
    let mut live = cargo(&["run", "--quiet", "--package", "live", "--"]);
    run_shown(live.env("TEST_BACKEND", backend()).args(args), "see above")?;
    Ok(Verdict::Done)
}

fn parts() -> Result<(), crate::outcome::Failure> {
    let mut build = cargo(&["build", "--quiet", "--features", "ivr-lambda/live", "--bins"]);
    for package in PARTS {
        build.args(["--package", package]);
    }
    run_shown(&mut build, "a part does not build")
}
