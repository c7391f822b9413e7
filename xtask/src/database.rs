//! What runs on a PostgreSQL of its own: the migrations, the deployment, the stand-in for Hasura,
//! the development Harvest and the routes of the telephone.

use std::path::Path;

use crate::outcome::{Outcome, Verdict};
use crate::process::{cargo, run};
use crate::system;

/// The packages whose tests start a PostgreSQL.
const PACKAGES: [&str; 4] = ["harvest-ivr", "harvest-patches", "hasura-deploy", "hasura-standin"];

/// The packages whose tests start servers of their own: a step each, and not counted in coverage.
pub(crate) fn with_servers() -> impl Iterator<Item = &'static str> {
    PACKAGES.into_iter().chain(["contract", "live"])
}

/// Where Debian puts the server's programs, below a folder for each version.
const PROGRAMS: &str = "/usr/lib/postgresql";

/// Their tests.
pub(crate) fn check() -> Outcome {
    if let Err(missing) = tools() {
        return Ok(missing);
    }
    let mut tests = cargo(&["test", "--all-features"]);
    for package in PACKAGES {
        tests.args(["--package", package]);
    }
    run(&mut tests, "a test on PostgreSQL failed, or the tests do not compile")?;
    Ok(Verdict::Done)
}

/// The stand-in, which the contract suites look for beside themselves.
pub(crate) fn standin() -> Outcome {
    let build = ["build", "--quiet", "--package", "hasura-standin"];
    run(&mut cargo(&build), "hasura-standin does not build")?;
    Ok(Verdict::Done)
}

/// Finds PostgreSQL; on CI, installs it.
pub(crate) fn tools() -> Result<(), Verdict> {
    if there() {
        return Ok(());
    }
    system::install_in_ci("PostgreSQL", &["postgresql-15"]);
    if there() {
        return Ok(());
    }
    Err(Verdict::Skipped("PostgreSQL is missing (Debian: postgresql-15)".to_owned()))
}

fn there() -> bool {
    let Ok(versions) = std::fs::read_dir(Path::new(PROGRAMS)) else { return false };
    versions.flatten().any(|version| version.path().join("bin/initdb").exists())
}
