//! The command beside others of its kind, and killed: nothing stays behind.

use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use live::machine::Machine;

/// The parts that a call needs, and the telephone.
const PARTS: [&str; 5] = ["java", "postgres", "hasura-standin", "harvest-dev", "step-ivr"];

/// Two run to their ends beside each other, a third is killed in the middle of a call.
pub(crate) fn nothing_is_left(_: &Machine) -> anyhow::Result<()> {
    let both = [Run::start()?, Run::start()?];
    for mut run in both {
        let mut log = String::new();
        run.child.stderr.take().context("no log")?.read_to_string(&mut log)?;
        ensure!(run.child.wait()?.success(), "{log}");
        let told = std::fs::read_to_string(run.told.path())?;
        let last = told.lines().last().unwrap_or_default();
        ensure!(last == "Every ballot in the box is what was pressed.", "it ended with: {last}");
        run.leaves_nothing()?;
    }

    let mut run = Run::start()?;
    let begin = Instant::now();
    loop {
        let programs = run.programs()?;
        if PARTS.iter().all(|part| programs.iter().any(|program| program == part)) {
            break;
        }
        ensure!(run.child.try_wait()?.is_none(), "it ended by itself");
        ensure!(begin.elapsed() < Duration::from_secs(300), "only {programs:?} came up");
        thread::sleep(Duration::from_millis(20));
    }
    run.child.kill()?;
    run.child.wait()?;
    run.leaves_nothing()
}

/// The command, and a mark that everything which it starts inherits.
struct Run {
    child: Child,
    mark: String,
    told: tempfile::NamedTempFile,
}

impl Run {
    fn start() -> anyhow::Result<Self> {
        let mark = format!("LIVE_RUN={}", uuid::Uuid::new_v4());
        let (name, value) = mark.split_once('=').context("no mark")?;
        let told = tempfile::NamedTempFile::new()?;
        let child = Command::new(env!("CARGO_BIN_EXE_live"))
            .arg("toronto")
            .env("TEST_BACKEND", "process")
            .env(name, value)
            .stdin(Stdio::null())
            .stdout(told.reopen()?)
            .stderr(Stdio::piped())
            .spawn()?;
        Ok(Self { child, mark, told })
    }

    /// The names of the programs that have the mark.
    fn programs(&self) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir("/proc")? {
            // A process may end while it is looked at.
            let folder = entry?.path();
            let Ok(environment) = std::fs::read(folder.join("environ")) else { continue };
            let mut variables = environment.split(|byte| *byte == 0);
            if variables.any(|variable| variable == self.mark.as_bytes()) {
                names.push(program(&folder));
            }
        }
        Ok(names)
    }

    /// Nobody runs any more, after a while at the latest.
    fn leaves_nothing(&self) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let programs = self.programs()?;
            if programs.is_empty() {
                return Ok(());
            }
            ensure!(begin.elapsed() < Duration::from_secs(60), "left running: {programs:?}");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// What a process runs.
fn program(folder: &Path) -> String {
    let line = std::fs::read(folder.join("cmdline")).unwrap_or_default();
    let first = line.split(|byte| *byte == 0).next().unwrap_or_default();
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(first));
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
