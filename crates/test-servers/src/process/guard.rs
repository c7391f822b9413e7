//! The shell that outlives its owner just long enough to clean up.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use rustix::process::Pid;

use crate::Error;

/// Remembers the last line it was told. At the end of its input it ends what that line names and
/// removes the folder; what was killed may write for one more moment, so removing is tried again.
///
/// A container can only be removed where there is a docker client; else the next sweep does it.
const SCRIPT: &str = r#"
kind= name=
while read -r kind_now name_now; do kind=$kind_now name=$name_now; done
case $kind in
  group) kill -s KILL -- "-$name" ;;
  container) docker rm --force --volumes "$name" ;;
esac
tries=0
until rm -rf -- "$1"; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || exit 1
  sleep 0.1
done
"#;

pub(crate) struct Guard {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Guard {
    /// Begins to guard a folder. In a group of its own: a Ctrl-C is not meant for it.
    pub(crate) fn new(folder: &Path) -> Result<Self, Error> {
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
        self.tell(&format!("group {}", group.as_raw_nonzero()));
    }

    /// From now on this container goes with the folder.
    pub(crate) fn watch_container(&mut self, name: &str) {
        self.tell(&format!("container {name}"));
    }

    /// It is gone; its number may soon be somebody else's.
    pub(crate) fn watch_nothing(&mut self) {
        self.tell("nothing");
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
