//! The Keycloak extensions, by Maven.

use std::path::PathBuf;
use std::process::Command;

use crate::contract::backend;
use crate::outcome::{Outcome, Verdict};
use crate::process::{cargo, program, root, run, succeeds};
use crate::system;

/// The same sources give the same jars, so the servers prepared for them are found again.
const TIMESTAMP: &str = "-Dproject.build.outputTimestamp=2026-01-01T00:00:00Z";

/// Where the jars of a build are.
pub(crate) const PROVIDERS: &str = "target/providers";

pub(crate) fn folder() -> PathBuf {
    root().join("keycloak-extensions")
}

/// Everything Maven knows to check: formatting, units, integration tests on a real Keycloak.
pub(crate) fn check() -> Outcome {
    verify(&[])
}

/// The same with further arguments.
pub(crate) fn verify(args: &[String]) -> Outcome {
    if let Err(missing) = tools() {
        return Ok(missing);
    }
    // The integration tests start their server with it; built here, it does not eat their patience.
    run(
        &mut cargo(&["build", "--quiet", "--package", "test-servers"]),
        "test-servers does not build",
    )?;
    let mut verify = maven("verify");
    run(verify.args(args), "the Keycloak extensions have a failure, see above")?;
    Ok(Verdict::Done)
}

/// The jars, and nothing but the jars.
pub(crate) fn package() -> Outcome {
    if let Err(missing) = tools() {
        return Ok(missing);
    }
    let mut package = maven("package");
    run(package.args(["-DskipTests", "-DskipITs"]), "the Keycloak extensions do not build")?;
    Ok(Verdict::Done)
}

fn maven(phase: &str) -> Command {
    let mut maven = program("mvn");
    maven.args(["-q", "-B", TIMESTAMP, phase]).current_dir(folder()).env("TEST_BACKEND", backend());
    maven
}

/// Maven and a JDK, which Keycloak's server needs as well.
pub(crate) fn tools() -> Result<(), Verdict> {
    let there =
        || succeeds(program("mvn").arg("-version")) && succeeds(program("javac").arg("-version"));
    if there() {
        return Ok(());
    }
    system::install_in_ci("Maven", &["maven", "openjdk-17-jdk-headless"]);
    if there() {
        return Ok(());
    }
    let missing =
        "mvn and a JDK of 17 or newer are missing (Debian: maven, openjdk-17-jdk-headless)";
    Err(Verdict::Skipped(missing.to_owned()))
}
