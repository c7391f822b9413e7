//! Formatting, lints and tests of the Rust code.

use crate::cargo_tools::component;
use crate::database;
use crate::outcome::{Outcome, Verdict};
use crate::process::{cargo, run};

/// Every file is formatted.
pub(crate) fn formatting() -> Outcome {
    if let Err(missing) = component("fmt", "rustfmt") {
        return Ok(missing);
    }
    run(&mut cargo(&["fmt", "--all", "--check"]), "run `cargo fmt --all`")?;
    Ok(Verdict::Done)
}

/// A warning is an error here, and only here: it does not stop somebody who is trying something.
pub(crate) fn clippy() -> Outcome {
    if let Err(missing) = component("clippy", "clippy") {
        return Ok(missing);
    }
    let args = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    run(&mut cargo(&args), "fix the warnings above, or allow one where it stands and say why")?;
    Ok(Verdict::Done)
}

/// Unit, integration and documentation tests, in the dev profile that everything else uses. The
/// contract suites and whole calls need servers, others a database: those are steps of their own.
pub(crate) fn tests() -> Outcome {
    let mut tests = cargo(&["test", "--workspace", "--all-features"]);
    for package in database::with_servers() {
        tests.args(["--exclude", package]);
    }
    run(&mut tests, "a test failed, or the tests do not compile")?;
    Ok(Verdict::Done)
}
