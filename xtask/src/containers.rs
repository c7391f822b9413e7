//! The contract suites in containers: on the image that carries our extensions, and the fixture's
//! own suite on Keycloak's.

use std::fs;
use std::process::Command;

use crate::announce::line;
use crate::outcome::{Failure, Outcome, Verdict};
use crate::process::{cargo, program, root, run as run_shown, succeeds};
use crate::{java, system};

const ENGINE: &str = "crates/test-servers/scripts/engine.sh";
const IMAGES: &str = "crates/test-servers/images/build.sh";

/// The maker's, or an equal of ours under the same name (crates/test-servers/src/keycloak).
const KEYCLOAK: &str = "quay.io/keycloak/keycloak:26.4";

/// PostgreSQL's, or an equal of ours under the same name.
const POSTGRES: &str = "postgres:15";

/// Hasura's, of which there is no equal: where it cannot be pulled, the stand-in as an image.
const HASURA: &str = "hasura/graphql-engine:v2.33.1";
const STANDIN: &str = "hasura-standin:test";

/// With our extensions, built from keycloak-extensions/Dockerfile.
const OURS: &str = "keycloak-ivr:test";

/// An image says here which jars it has, so that the fixture does not add them.
const PROVIDERS_LABEL: &str = "test-servers.providers";

/// Runs them, or those that the arguments select (`--test gateway`), where an engine is there or can
/// be started; stops the engine if it started one.
pub(crate) fn run(args: &[String]) -> Outcome {
    if let Verdict::Skipped(missing) = java::package()? {
        return Ok(Verdict::Skipped(missing));
    }
    if succeeds(program("docker").arg("version")) {
        return suites(args);
    }
    if !system::is_root() {
        let missing = "no container engine answers, and only root can start one";
        return Ok(Verdict::Skipped(missing.to_owned()));
    }
    if run_shown(script(ENGINE).arg("start"), "").is_err() {
        let missing = "a container engine is not there and could not be started, see above";
        return Ok(Verdict::Skipped(missing.to_owned()));
    }
    let outcome = suites(args);
    run_shown(script(ENGINE).arg("stop"), "the engine does not stop")?;
    outcome
}

fn suites(args: &[String]) -> Outcome {
    had_or_built(KEYCLOAK, "keycloak")?;
    had_or_built(POSTGRES, "postgres")?;
    let hasura = if had(HASURA) { HASURA } else { standin()? };
    ours()?;
    line("\nThe suites on the image with our extensions:");
    let mut suites = in_containers(&["test", "--package", "contract"]);
    match args {
        [] => suites.arg("--tests"),
        selected => suites.args(selected),
    };
    suites.env("TEST_IMAGE_KEYCLOAK", OURS).env("TEST_IMAGE_HASURA", hasura);
    run_shown(&mut suites, "a contract suite failed")?;
    line("\nThe fixture's suite on Keycloak's own image:");
    let fixture = ["test", "--package", "contract", "--test", "servers"];
    run_shown(in_containers(&fixture).env_remove("TEST_IMAGE_KEYCLOAK"), "the fixture failed")?;
    Ok(Verdict::Done)
}

fn in_containers(arguments: &[&str]) -> Command {
    let mut command = cargo(arguments);
    command.env("TEST_BACKEND", "containers");
    command
}

/// Pulled if that is possible, else built from Debian packages and Maven.
fn had_or_built(image: &str, part: &str) -> Result<(), Failure> {
    if had(image) {
        return Ok(());
    }
    line(&format!("{image} cannot be pulled: building an equal of it"));
    run_shown(script(IMAGES).arg(part), "the image does not build")
}

fn had(image: &str) -> bool {
    succeeds(program("docker").args(["image", "inspect", image]))
        || succeeds(program("docker").args(["pull", "--quiet", image]))
}

fn standin() -> Result<&'static str, Failure> {
    line(&format!("{HASURA} cannot be pulled: the suites run on the project's stand-in"));
    run_shown(script(IMAGES).arg("hasura-standin"), "the image does not build")?;
    Ok(STANDIN)
}

fn ours() -> Result<(), Failure> {
    let mut build = program("docker");
    build.args(["build", "--quiet", "--network", "none", "--tag", OURS]);
    build.args(["--build-arg", &format!("KEYCLOAK_IMAGE={KEYCLOAK}")]);
    // The suites have no other database, and what was built for one does not start with another.
    build.args(["--build-arg", "KC_DB=dev-file"]);
    build.args(["--label", &format!("{PROVIDERS_LABEL}={}", jars()?.join(" "))]);
    run_shown(build.arg(java::folder()), "keycloak-extensions/Dockerfile does not build")
}

fn jars() -> Result<Vec<String>, Failure> {
    let folder = java::folder().join(java::PROVIDERS);
    let entries = fs::read_dir(&folder)
        .map_err(|error| Failure(format!("cannot read {}: {error}", folder.display())))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".jar")).collect();
    names.sort();
    Ok(names)
}

fn script(path: &str) -> Command {
    program(&root().join(path).to_string_lossy())
}
