//! Locks, copies and the ends of logs.

use std::fs::{self, File};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::Error;

/// A lock between processes. It is let go when dropped, or when the process ends in any way.
pub(crate) struct Lock(File);

impl Lock {
    /// Waits until nobody holds it exclusively.
    pub(crate) fn shared(path: &Path) -> Result<Self, Error> {
        Self::take(path, FlockOperation::LockShared)
    }

    /// Waits until nobody holds it.
    pub(crate) fn exclusive(path: &Path) -> Result<Self, Error> {
        Self::take(path, FlockOperation::LockExclusive)
    }

    /// `None` if anybody holds it.
    pub(crate) fn if_free(path: &Path) -> Option<Self> {
        Self::take(path, FlockOperation::NonBlockingLockExclusive).ok()
    }

    /// The time of its file says when the thing it guards was last used.
    pub(crate) fn touch(&self) {
        // Only the order of pruning depends on it.
        let _ = self.0.set_modified(std::time::SystemTime::now());
    }

    fn take(path: &Path, operation: FlockOperation) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        }
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(Error::file("open", path))?;
        loop {
            match flock(&file, operation) {
                Ok(()) => return Ok(Lock(file)),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Error::file("lock", path)(error.into())),
            }
        }
    }
}

/// How the files of a tree are given to its copy.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// The same file under another name, where the file system can. For what nobody writes to.
    Link,
    /// Bytes of its own.
    Copy,
}

/// Copies a tree with modes and times, which Keycloak compares with what it was built from.
pub(crate) fn copy_tree(from: &Path, to: &Path, by: By) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::file("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target, by)?;
        } else if matches!(by, By::Copy) || fs::hard_link(&source, &target).is_err() {
            copy_file(&source, &target).map_err(Error::file("copy", &source))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    let modified = from.metadata()?.modified()?;
    File::options().append(true).open(to)?.set_modified(modified)
}

/// The last lines of a log, for an error.
pub(crate) fn tail(log: &Path) -> String {
    match fs::read(log) {
        Ok(bytes) => last_lines(&String::from_utf8_lossy(&bytes)),
        Err(error) => format!("(cannot read {}: {error})", log.display()),
    }
}

/// The same of a text.
pub(crate) fn last_lines(text: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_holds_an_exclusive_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let shared = (Lock::shared(&path).unwrap(), Lock::shared(&path).unwrap());
        assert!(Lock::if_free(&path).is_none(), "two readers hold it");
        drop(shared);
        let writer = Lock::if_free(&path);
        assert!(writer.is_some());
        assert!(Lock::if_free(&path).is_none(), "a writer holds it");
    }

    #[test]
    fn a_copy_keeps_times_and_is_not_the_original() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::write(from.join("deep/file"), "one").unwrap();
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        File::options()
            .append(true)
            .open(from.join("deep/file"))
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
        copy_tree(&from, &to, By::Copy).unwrap();
        assert_eq!(to.join("deep/file").metadata().unwrap().modified().unwrap(), long_ago);
        fs::write(to.join("deep/file"), "two").unwrap();
        assert_eq!(fs::read_to_string(from.join("deep/file")).unwrap(), "one");
    }

    #[test]
    fn the_tail_is_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let lines: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        fs::write(&log, lines.join("\n")).unwrap();
        let tail = tail(&log);
        assert!(tail.starts_with("80\n") && tail.ends_with("\n99"), "{tail}");
    }
}
