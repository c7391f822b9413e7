//! The shell that outlives its owner just long enough to clean up.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use rustix::process::Pid;

use crate::Error;

/// Remembers the last group it was told (an empty line: none). At the end of its input it kills
/// that group and removes the folder; what was killed may write for one more moment, so removing
/// is tried again.
const SCRIPT: &str = r#"
group=
while read -r line; do group=$line; done
[ -z "$group" ] || kill -s KILL -- "-$group"
tries=0
until rm -rf -- "$1"; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || exit 1
  sleep 0.1
done
"#;

pub(super) struct Guard {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Guard {
    /// Begins to guard a folder. In a group of its own: a Ctrl-C is not meant for it.
    pub(super) fn new(folder: &Path) -> Result<Self, Error> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(folder)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| Error::Program { program: "sh".to_owned(), source })?;
        let pipe = shell.stdin.take();
        Ok(Guard { shell, pipe })
    }

    /// From now on this group goes with the folder.
    pub(super) fn watch(&mut self, group: Pid) {
        self.tell(&group.as_raw_nonzero().to_string());
    }

    /// The group is gone; its number may soon be somebody else's.
    pub(super) fn watch_nobody(&mut self) {
        self.tell("");
    }

    fn tell(&mut self, line: &str) {
        if let Some(pipe) = &mut self.pipe {
            // A guard that somebody killed is replaced by the sweep before the next start.
            let _ = writeln!(pipe, "{line}");
        }
    }
}

impl Drop for Guard {
    /// Ends the pipe and waits until the folder is gone.
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.shell.wait();
    }
}
