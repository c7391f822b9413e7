//! A server as a process: its own process group, its own folder, a log, and a guard.
//!
//! The guard is a shell that waits for the end of a pipe. When the owner drops the server, or dies
//! of anything at all, the pipe ends, and the guard kills the group and removes the folder.

mod guard;
pub(crate) mod owner;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::Error;
pub(crate) use guard::Guard;

/// A folder of its own in which one program at a time runs; both go when it is dropped.
pub(crate) struct Place {
    name: &'static str,
    folder: PathBuf,
    guard: Guard,
    running: Option<Running>,
}

struct Running {
    child: Child,
    group: Pid,
}

/// What to run in a place.
pub(crate) struct Job {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    /// Set for this program only; the way for a secret.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Variables whose name begins so are not inherited.
    pub(crate) without: &'static str,
}

/// Waits for one line, so that the guard knows the group before the program runs at all.
const WHEN_TOLD: &str = r#"read -r _ || exit 1; exec "$@" </dev/null"#;

impl Place {
    /// Makes the folder under `running`, after removing what dead owners left there.
    pub(crate) fn new(name: &'static str, running: &Path) -> Result<Self, Error> {
        crate::sweep::sweep_in(running);
        let folder = owner::new_folder(running, name)?;
        let guard = Guard::new(&folder)?;
        Ok(Place { name, folder, guard, running: None })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Both outputs of everything that ran here.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Starts a program; whatever ran here before must have ended.
    pub(crate) fn start(&mut self, job: Job) -> Result<(), Error> {
        let path = self.log();
        let open = || File::options().create(true).append(true).open(&path);
        let (out, err) = open()
            .and_then(|out| Ok((out.try_clone()?, out)))
            .map_err(Error::file("write", &path))?;
        let mut command = Command::new("sh");
        command.args(["-c", WHEN_TOLD, "sh"]).arg(&job.program).args(&job.arguments);
        for (name, _) in std::env::vars_os() {
            if !job.without.is_empty() && name.to_string_lossy().starts_with(job.without) {
                command.env_remove(name);
            }
        }
        command.envs(job.environment).current_dir(&self.folder).process_group(0);
        command.stdin(Stdio::piped()).stdout(out).stderr(err);
        let program = |source| Error::Program { program: "sh".to_owned(), source };
        let mut child = command.spawn().map_err(program)?;
        let group = Pid::from_child(&child);
        self.guard.watch(group);
        if let Some(mut stdin) = child.stdin.take() {
            // If the shell is gone already, waiting for it will say so.
            let _ = stdin.write_all(b"go\n");
        }
        self.running = Some(Running { child, group });
        Ok(())
    }

    /// Waits until `ready` says so, the program ends, or the limit is over.
    pub(crate) fn wait_until(
        &mut self,
        limit: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<(), Error> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                self.kill();
                let tail = crate::files::tail(&self.log());
                return Err(Error::Ended { server: self.name, status: status.to_string(), tail });
            }
            if ready() {
                return Ok(());
            }
            if start.elapsed() > limit {
                self.kill();
                let tail = crate::files::tail(&self.log());
                return Err(Error::Silent { server: self.name, limit, tail });
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Runs a program to its end.
    pub(crate) fn run(&mut self, step: &'static str, job: Job) -> Result<(), Error> {
        self.start(job)?;
        let status = match &mut self.running {
            Some(running) => running.child.wait().map_err(Error::file("wait in", &self.folder))?,
            None => return Ok(()),
        };
        self.kill();
        if status.success() {
            return Ok(());
        }
        let tail = crate::files::tail(&self.log());
        Err(Error::Step { step, status: status.to_string(), tail })
    }

    /// Asks the program to end and waits; kills what is left of it after the limit.
    pub(crate) fn stop(&mut self, limit: Duration) {
        self.signal(Signal::TERM);
        let start = Instant::now();
        while start.elapsed() < limit && self.running.is_some() && self.ended().is_none() {
            sleep(Duration::from_millis(20));
        }
        self.kill();
    }

    /// Sends a signal to everything that runs here.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(running) = &self.running {
            // Nobody left to tell is as good as told.
            let _ = kill_process_group(running.group, signal);
        }
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.running.as_mut().and_then(|running| running.child.try_wait().ok().flatten())
    }

    /// Ends everything at once.
    fn kill(&mut self) {
        self.signal(Signal::KILL);
        if let Some(mut running) = self.running.take() {
            let _ = running.child.wait();
            self.guard.watch_nothing();
        }
    }

    /// The text of the log so far.
    pub(crate) fn log_text(&self) -> Result<String, Error> {
        let path = self.log();
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests;
