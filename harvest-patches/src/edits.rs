//! The form of the edits, and how they are read.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;

/// One subject: why, what, and the edits that make it so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditSet {
    /// The file's name without its ending.
    #[serde(skip)]
    pub name: String,
    /// Why the platform needs it.
    pub why: String,
    /// What the edits do.
    pub what: String,
    /// How to see that they work.
    pub test: String,
    /// What happens on a platform without them.
    pub without: String,
    /// Whole files of ours.
    #[serde(default)]
    pub files: Vec<NewFile>,
    /// Edits of the platform's files.
    #[serde(default)]
    pub edits: Vec<Edit>,
}

/// A file that the platform does not have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFile {
    /// Where it goes, from the root of the checkout.
    pub path: PathBuf,
    /// Where it is, below `files/`.
    pub source: PathBuf,
    /// Its content.
    #[serde(skip)]
    pub content: String,
}

/// One change at one line of the pinned version.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Edit {
    /// The platform's file, from the root of the checkout.
    pub file: PathBuf,
    /// Git's id of its content at the pinned commit.
    pub blob: String,
    /// The line, counted from 1, at the pinned commit.
    pub line: usize,
    /// SHA-256 of that line ([`crate::text::line_hash`]).
    pub line_sha256: String,
    /// SHA-256 of that line and two on each side ([`crate::text::window_hash`]).
    pub window_sha256: String,
    /// What happens there.
    pub operation: Operation,
}

/// What an edit does to its line.
#[derive(Debug, Clone)]
pub enum Operation {
    /// Our lines follow it, indented as it is or by so many spaces.
    InsertAfter(String, Option<usize>),
    /// It goes.
    Delete,
    /// Some of its columns give way to our text.
    ReplaceSpan(Span),
}

/// An edit as it stands in the file: one of the three operations.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    file: PathBuf,
    blob: String,
    line: usize,
    line_sha256: String,
    window_sha256: String,
    insert_after: Option<String>,
    indent: Option<usize>,
    delete: Option<bool>,
    replace_span: Option<Span>,
}

impl TryFrom<Written> for Edit {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let indent = written.indent;
        let operation = match (written.insert_after, written.delete, written.replace_span) {
            (Some(ours), None, None) => Operation::InsertAfter(ours, indent),
            (None, Some(true), None) if indent.is_none() => Operation::Delete,
            (None, None, Some(span)) if indent.is_none() => Operation::ReplaceSpan(span),
            _ => {
                return Err(format!(
                    "{}:{}: one of `insert_after` (with or without `indent`), `delete: true`, \
                     `replace_span` is needed",
                    written.file.display(),
                    written.line,
                ));
            }
        };
        let Written { file, blob, line, line_sha256, window_sha256, .. } = written;
        Ok(Self { file, blob, line, line_sha256, window_sha256, operation })
    }
}

/// Columns of a line, counted in characters from 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first column that goes.
    pub from: usize,
    /// The first column that stays again; equal to `from`, nothing goes.
    pub to: usize,
    /// Our text.
    pub with: String,
}

/// Reads every `*.yaml` of `edits/`, in the order of their names.
pub fn load(folder: &Path) -> Result<Vec<EditSet>, Error> {
    let edits = folder.join("edits");
    let mut paths = std::fs::read_dir(&edits)
        .map_err(Error::file(&edits))?
        .map(|entry| entry.map(|entry| entry.path()).map_err(Error::file(&edits)))
        .collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    let sets = paths.iter().map(|path| load_one(folder, path)).collect::<Result<Vec<_>, _>>()?;
    if sets.is_empty() {
        return Err(Error::Edits { path: edits, reason: "no edits (*.yaml) here".to_owned() });
    }
    Ok(sets)
}

fn load_one(folder: &Path, path: &Path) -> Result<EditSet, Error> {
    let bad = |reason: String| Error::Edits { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
    let mut set: EditSet = yaml_serde::from_str(&text).map_err(|error| bad(error.to_string()))?;
    set.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for (key, value) in
        [("why", &set.why), ("what", &set.what), ("test", &set.test), ("without", &set.without)]
    {
        if value.trim().is_empty() {
            return Err(bad(format!("`{key}` is empty")));
        }
    }
    for edit in &set.edits {
        inside(&edit.file).map_err(bad)?;
    }
    for file in &mut set.files {
        inside(&file.path).map_err(bad)?;
        inside(&file.source).map_err(bad)?;
        let source = folder.join("files").join(&file.source);
        file.content = std::fs::read_to_string(&source).map_err(Error::file(source))?;
    }
    Ok(set)
}

/// A path that stays below the root it is joined to.
fn inside(path: &Path) -> Result<(), String> {
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain && path.file_name().is_some() {
        Ok(())
    } else {
        Err(format!("`{}` must be a path below the root", path.display()))
    }
}
