//! Ballots as JSON lines: the `insert-cast-vote` body.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::state::unquoted;
use crate::world::{At, json_path};

/// One ballot as it is cast. Further keys are allowed: they are somebody's notes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BallotLine {
    /// The election.
    pub(crate) election_id: Uuid,
    /// The ballot's hash.
    pub(crate) ballot_id: String,
    /// The sealed ballot, JSON text.
    pub(crate) content: String,
}

/// A file that ballots are appended to.
pub(crate) struct BallotFile {
    path: PathBuf,
    file: File,
}

impl BallotFile {
    /// Opens the file before the call, so that no ballot is cast that cannot be written down.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.with_context(|| format!("--ballots: {}", path.display()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Appends ballots.
    pub(crate) fn append(&mut self, ballots: &[BallotLine]) -> anyhow::Result<()> {
        let mut text = String::new();
        for ballot in ballots {
            text.push_str(&serde_json::to_string(ballot)?);
            text.push('\n');
        }
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.with_context(|| format!("--ballots: {}", self.path.display()))
    }
}

/// Reads ballots; blank lines are passed over. The line numbers count from 1.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<(usize, BallotLine)>> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        At::new(path, format!("line {line}"), "not text in UTF-8")
    })?;
    let mut ballots = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("line {}", i + 1);
        let mut reader = serde_json::Deserializer::from_str(line);
        let ballot: BallotLine =
            serde_path_to_error::deserialize(&mut reader).map_err(|error| {
                let place = format!("{place}: {}", json_path(error.path()));
                At::new(path, place, unquoted(error.inner()))
            })?;
        reader.end().map_err(|error| At::new(path, place, error.to_string()))?;
        ballots.push((i + 1, ballot));
    }
    Ok(ballots)
}
