//! `--state`: the part of a world that calls change, kept in a file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use ivr_core::fakes::WorldState;
use serde::{Deserialize, Serialize};

/// What the file says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// SHA-256 of the world that it belongs to.
    world: String,
    /// Commands that were run on it.
    pub(crate) calls: u64,
    /// What calls changed: ballots, failed logins, the clock, rows under a development key.
    pub(crate) state: WorldState,
}

/// The file of `--state`.
pub(crate) struct StateFile {
    path: PathBuf,
    world: String,
}

impl StateFile {
    /// The file of a world; it need not exist yet.
    pub(crate) fn new(path: &Path, world: &str) -> Self {
        Self { path: path.to_owned(), world: world.to_owned() }
    }

    /// Reads the file, if it exists.
    pub(crate) fn read(&self) -> anyhow::Result<Option<Kept>> {
        let name = || format!("--state: {}", self.path.display());
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Found out before the call rather than after it.
                let folder = folder_of(&self.path);
                if !folder.is_dir() {
                    bail!("{}: {} is not a folder", name(), folder.display());
                }
                return Ok(None);
            }
            Err(error) => return Err(error).with_context(name),
        };
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let kept: Kept = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            anyhow::anyhow!("{}: {}: {}", name(), place(error.path()), unquoted(error.inner()))
        })?;
        if kept.world != self.world {
            bail!("{}: made for another world, or this one was changed since", name());
        }
        Ok(Some(kept))
    }

    /// Replaces the file in one step.
    pub(crate) fn write(&self, calls: u64, state: WorldState) -> anyhow::Result<()> {
        let kept = Kept { world: self.world.clone(), calls, state };
        let bytes = serde_json::to_vec_pretty(&kept)?;
        let file_name = self.path.file_name().context("--state: not the name of a file")?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(file_name);
        temporary.push(format!(".{}.new", std::process::id()));
        let temporary = folder_of(&self.path).join(temporary);
        let written =
            write_private(&temporary, &bytes).and_then(|()| fs::rename(&temporary, &self.path));
        if written.is_err() {
            // The error of the write is the one that counts.
            let _ = fs::remove_file(&temporary);
        }
        written.with_context(|| format!("--state: {}", self.path.display()))
    }
}

/// Where a state file is damaged. Keys that are no field of ours, tokens above all, are left out.
fn place(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    const MAPS: [&str; 3] = ["tokens", "failed_logins", "login_sessions"];
    let is_field = |key: &str| key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let mut place = "$".to_owned();
    let mut in_map = false;
    for segment in path {
        match segment {
            Segment::Seq { index } => place.push_str(&format!("[{index}]")),
            Segment::Map { key } if !in_map && is_field(key) => place.push_str(&format!(".{key}")),
            _ => place.push_str("[…]"),
        }
        in_map = matches!(segment, Segment::Map { key } if !in_map && MAPS.contains(&key.as_str()));
    }
    place
}

/// The kind of a defect, without the value that stands there: it may be a secret.
pub(super) fn unquoted(error: &serde_json::Error) -> String {
    if !error.is_data() {
        return format!("not JSON from line {}, column {} on", error.line(), error.column());
    }
    let text = error.to_string();
    let text = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    if text.starts_with("missing field ") {
        // Its name is ours.
        return text.to_owned();
    }
    const KINDS: [&str; 5] =
        ["invalid type", "invalid length", "unknown field", "unknown variant", "duplicate field"];
    let kind = KINDS.into_iter().find(|kind| text.starts_with(kind)).unwrap_or("invalid value");
    // What is expected is ours too, and stands last.
    match text.rfind(", expected ") {
        Some(expected) => format!("{kind}{}", &text[expected..]),
        None => kind.to_owned(),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A development key is still a key: the file is its owner's alone.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
