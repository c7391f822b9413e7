//! Starting other programs, always from the top of the workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::outcome::Failure;

/// The top of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// The project's own tools. Ignored by git; safe to delete.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}

/// A program, found in `.tools/bin` first, then on the `PATH`.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env("PATH", path_with_tools());
    command
}

/// The cargo that runs us, so that nothing is built twice by two versions of it.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(args);
    command
}

/// Runs with its output shown; `explanation` is what a failure means.
pub(crate) fn run(command: &mut Command, explanation: &str) -> Result<(), Failure> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure(explanation.to_owned())),
        Err(error) => Err(not_started(command, &error)),
    }
}

/// Runs and returns standard output; standard error is shown.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(Failure(format!("`{command:?}` failed")));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failure(format!("`{command:?}` printed something that is not UTF-8")))
}

/// Whether a command succeeds; its output is thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    silent(command).status().is_ok_and(|status| status.success())
}

/// The same, for a command that may wait for a network that is not there.
pub(crate) fn succeeds_within(limit: Duration, command: &mut Command) -> bool {
    silent(command).spawn().is_ok_and(|child| wait(child, limit))
}

fn wait(mut child: Child, limit: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => sleep(Duration::from_millis(50)),
            Err(_) => break,
        }
    }
    // Already over, or out of reach: either way there is nothing left to do about it.
    let _ = child.kill();
    let _ = child.wait();
    false
}

fn silent(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure(format!("`{}` could not be started: {error}", command.get_program().display()))
}

fn path_with_tools() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools().join("bin")).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_hangs_is_given_up() {
        let start = Instant::now();
        assert!(!succeeds_within(Duration::from_millis(200), program("sleep").arg("30")));
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let failure = run(&mut program("no-such-program"), "unused").unwrap_err();
        assert!(failure.0.contains("no-such-program"), "{failure:?}");
    }
}
