//! From edits and a checkout to what is to be done, and doing it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::checkout::Checkout;
use crate::compose::{compose, drift};
use crate::edits::{Edit, EditSet};
use crate::error::Error;
use crate::syntax::{self, Verdict};
use crate::text::{blob_id, lines};

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As the platform has it.
    Untouched,
    /// As the edits make it.
    Applied,
}

/// One file of the checkout.
#[derive(Debug)]
pub struct Target {
    /// Where it is, from the root.
    pub path: PathBuf,
    /// How it stands now.
    pub state: State,
    /// The platform's content; nothing for a file of ours.
    pub pinned: Option<String>,
    /// The content with the edits.
    pub edited: String,
    /// How many edits it gets.
    pub edits: usize,
    /// What its parser says.
    pub syntax: Verdict,
}

/// How the whole checkout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No file is edited.
    Untouched,
    /// Every file is.
    Applied,
    /// Some are: writing was interrupted.
    HalfApplied,
}

/// Everything checked, nothing written yet.
#[derive(Debug)]
pub struct Plan {
    /// Every file, by path.
    pub targets: Vec<Target>,
}

impl Plan {
    /// Holds every anchor, puts every file together and parses it.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that is wrong, not only the first.
    pub fn make(checkout: &Checkout, sets: &[EditSet]) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut targets = Vec::new();
        let mut by_file: BTreeMap<&Path, Vec<&Edit>> = BTreeMap::new();
        for edit in sets.iter().flat_map(|set| &set.edits) {
            by_file.entry(&edit.file).or_default().push(edit);
        }
        for (file, edits) in by_file {
            match edited(checkout, file, &edits) {
                Ok(target) => targets.push(target),
                Err(found) => problems.extend(found),
            }
        }
        for new in sets.iter().flat_map(|set| &set.files) {
            let twice = targets.iter().any(|target| target.path == new.path);
            match added(checkout, &new.path, &new.content) {
                Ok(_) if twice => problems.push(format!("{}: named twice", new.path.display())),
                Ok(target) => targets.push(target),
                Err(found) => problems.push(found),
            }
        }
        targets.sort_by(|one, other| one.path.cmp(&other.path));
        if problems.is_empty() { Ok(Self { targets }) } else { Err(Error::Refused(problems)) }
    }

    /// How the checkout stands.
    pub fn standing(&self) -> Standing {
        let applied = self.targets.iter().filter(|target| target.state == State::Applied).count();
        match applied {
            0 => Standing::Untouched,
            all if all == self.targets.len() => Standing::Applied,
            _ => Standing::HalfApplied,
        }
    }

    /// Writes what is not as the edits make it; gives the number of files written.
    pub fn apply(&self, checkout: &Checkout) -> Result<usize, Error> {
        let missing = self.targets.iter().filter(|target| target.state == State::Untouched);
        let contents: Vec<(PathBuf, String)> =
            missing.map(|target| (target.path.clone(), target.edited.clone())).collect();
        checkout.write(&contents)?;
        Ok(contents.len())
    }

    /// Puts back what the platform has; gives the number of files written or removed.
    ///
    /// # Errors
    /// [`Error::Refused`] if a file is not, read again, the platform's blob.
    pub fn revert(&self, checkout: &Checkout) -> Result<usize, Error> {
        let applied: Vec<&Target> =
            self.targets.iter().filter(|target| target.state == State::Applied).collect();
        let theirs: Vec<(PathBuf, String)> = applied
            .iter()
            .filter_map(|target| Some((target.path.clone(), target.pinned.clone()?)))
            .collect();
        checkout.write(&theirs)?;
        for target in applied.iter().filter(|target| target.pinned.is_none()) {
            checkout.remove(&target.path)?;
        }
        let mut wrong = Vec::new();
        for (path, content) in &theirs {
            let found = checkout.current(path)?.unwrap_or_default();
            if blob_id(&found) != blob_id(content.as_bytes()) {
                wrong.push(format!("{}: is not the platform's blob after all", path.display()));
            }
        }
        if wrong.is_empty() { Ok(applied.len()) } else { Err(Error::Refused(wrong)) }
    }
}

/// A file of the platform with its edits.
fn edited(checkout: &Checkout, file: &Path, edits: &[&Edit]) -> Result<Target, Vec<String>> {
    let said = |what: String| vec![format!("{}: {what}", file.display())];
    let blob = &edits[0].blob;
    if let Some(other) = edits.iter().find(|edit| edit.blob != *blob) {
        return Err(said(format!("edits name two blobs, {blob} and {}", other.blob)));
    }
    let current = checkout
        .current(file)
        .map_err(|error| vec![error.to_string()])?
        .ok_or_else(|| said("is not there".to_owned()))?;
    let current = String::from_utf8(current).map_err(|_| said("is not UTF-8".to_owned()))?;
    let pinned = checkout.pinned(blob).map_err(|error| said(error.to_string()))?;
    let pinned = String::from_utf8(pinned).map_err(|_| said("is not UTF-8 in git".to_owned()))?;
    let made = compose(&pinned, edits).map_err(|found| {
        found.iter().map(|what| format!("{} as pinned, {what}", file.display())).collect::<Vec<_>>()
    })?;
    if made == pinned {
        return Err(said("the edits change nothing".to_owned()));
    }
    let state = if current == pinned {
        State::Untouched
    } else if current == made {
        State::Applied
    } else {
        return Err(other_content(file, &current, edits));
    };
    let syntax = syntax::check(file, &made);
    if let Verdict::Broken(reason) = &syntax {
        return Err(said(format!("would not parse with the edits: {reason}")));
    }
    let path = file.to_owned();
    Ok(Target { path, state, pinned: Some(pinned), edited: made, edits: edits.len(), syntax })
}

/// What to say of a file that is neither the pinned one nor the edited one.
fn other_content(file: &Path, current: &str, edits: &[&Edit]) -> Vec<String> {
    let found = blob_id(current.as_bytes());
    let text = lines(current);
    let mut said = vec![format!(
        "{}: is blob {found}, neither the pinned {} nor that with the edits",
        file.display(),
        edits[0].blob,
    )];
    said.extend(edits.iter().map(|edit| {
        let how = drift(&text, edit).unwrap_or_else(|| "the anchor holds".to_owned());
        format!("  line {}: {how}", edit.line)
    }));
    said
}

/// A file of ours.
fn added(checkout: &Checkout, path: &Path, content: &str) -> Result<Target, String> {
    let state = match checkout.current(path).map_err(|error| error.to_string())? {
        None => State::Untouched,
        Some(found) if found == content.as_bytes() => State::Applied,
        Some(_) => {
            return Err(format!("{}: is there already, with another content", path.display()));
        }
    };
    let syntax = syntax::check(path, content);
    if let Verdict::Broken(reason) = &syntax {
        return Err(format!("{}: does not parse: {reason}", path.display()));
    }
    let edited = content.to_owned();
    Ok(Target { path: path.to_owned(), state, pinned: None, edited, edits: 0, syntax })
}
