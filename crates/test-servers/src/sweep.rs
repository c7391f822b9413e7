//! Removing what dead owners left, for the rare case that their guards died with them.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};

use crate::process::owner;
use crate::{Backend, Error, cache, engine};

/// Ends processes and removes folders whose owner is gone; what was removed.
///
/// Runs before every start, so nobody has to call it.
///
/// # Errors
/// When the backend is containers and the engine cannot be asked.
pub fn sweep() -> Result<Vec<String>, Error> {
    let folders = sweep_in(&cache::running());
    let mut removed: Vec<String> =
        folders.iter().map(|folder| folder.display().to_string()).collect();
    if Backend::chosen()? == Backend::Containers {
        removed.extend(engine::remove_orphans()?);
    }
    Ok(removed)
}

pub(crate) fn sweep_in(running: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(running) else {
        return Vec::new();
    };
    let folders = entries.flatten().map(|entry| entry.path());
    folders.filter(|folder| !owner::lives(folder) && remove(folder)).collect()
}

fn remove(folder: &Path) -> bool {
    for pid in at_work_in(folder) {
        // It may have ended by itself.
        let _ = kill_process(pid, Signal::KILL);
    }
    // Another sweep may be faster; then it has done the work.
    fs::remove_dir_all(folder).is_ok()
}

/// The processes whose working directory is inside. A server's always is, and no number is reused.
fn at_work_in(folder: &Path) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let inside = |entry: &fs::DirEntry| {
        fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&folder))
    };
    let pid = |entry: fs::DirEntry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?);
    processes.flatten().filter(inside).filter_map(pid).collect()
}
