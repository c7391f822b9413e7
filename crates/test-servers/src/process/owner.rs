//! Whose folder it is, written in its name so that there is no moment without an owner.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Error;

/// `NAME-PID-START-NUMBER`: a process number alone would be somebody else's one day.
pub(crate) fn new_folder(running: &Path, name: &str) -> Result<PathBuf, Error> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let pid = std::process::id();
    let start = started(pid).unwrap_or_default();
    fs::create_dir_all(running).map_err(Error::file("create", running))?;
    let folder = running.join(format!("{name}-{pid}-{start}-{number}"));
    fs::create_dir(&folder).map_err(Error::file("create", &folder))?;
    folder.canonicalize().map_err(Error::file("find", &folder))
}

/// Whether the process that made this folder still runs. A name of another kind is left alone.
pub(crate) fn lives(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut parts = name.rsplit('-');
    let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok());
    let (Some(_), Some(start), Some(pid)) = (number(), number(), number()) else {
        return true;
    };
    u32::try_from(pid).is_ok_and(|pid| started(pid).unwrap_or_default() == start)
        && Path::new("/proc").join(pid.to_string()).exists()
}

/// When a process began, in ticks since the machine did: field 22 of its `stat`, counted after the
/// name, which may hold spaces.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_folder_has_a_living_owner() {
        let running = tempfile::tempdir().unwrap();
        let folder = new_folder(running.path(), "thing").unwrap();
        assert!(lives(&folder));
    }

    #[test]
    fn a_reused_process_number_is_not_the_owner() {
        let pid = std::process::id();
        assert!(!lives(Path::new(&format!("run/thing-{pid}-1-0"))));
        assert!(lives(Path::new("run/not-ours")));
    }
}
