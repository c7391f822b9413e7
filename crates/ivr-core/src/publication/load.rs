//! From the bytes of a document to a [`Publication`].

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::ballot::{Ballots, ElectionRef};
use super::cursor::Cursor;
use super::election::ElectionRow;
use super::error::{PublicationError, bare_message};
use super::event::StyleFallback;
use super::finding::{Code, Finding, Findings};
use super::path::Path;
use super::style::{Defect, StyleEntry};
use super::view::{Election, Event, Publication};

/// A publication and what is to be said about it.
#[derive(Debug)]
pub struct Loaded {
    /// The publication.
    pub publication: Publication,
    /// What the linter reports, in the order of the document's parts.
    pub findings: Vec<Finding>,
}

/// The document, cut into its parts and not yet read.
#[derive(Debug, Deserialize)]
struct Document<'d> {
    #[serde(borrow, default)]
    ballot_styles: Option<&'d RawValue>,
    #[serde(borrow, default)]
    election_event: Option<&'d RawValue>,
    #[serde(borrow, default)]
    elections: Option<&'d RawValue>,
}

impl Publication {
    /// Loads a published document.
    ///
    /// What the telephone does not use may be anything. What it uses and the whole event depends
    /// on must be right; what is wrong with one ballot or one election is a finding and stays
    /// there.
    pub fn from_json(bytes: &[u8]) -> Result<Loaded, PublicationError> {
        let root = Path::Root;
        let document: Document<'_> =
            serde_json::from_slice(bytes).map_err(|error| not_a_document(error, &root))?;
        // A typed reader takes a list for an object whose keys it knows by position.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(PublicationError::at(&root, "expected an object"));
        }
        let mut findings = Findings::default();

        let path = root.key("ballot_styles");
        let styles = read_styles(document.ballot_styles, &path, &mut findings)?;

        let event_path = root.key("election_event");
        let value = part(document.election_event, &event_path)?;
        let event = read_event(&value, &event_path, &styles, &path, &mut findings)?;
        check_ids(&styles, &event, &path)?;

        let elections_path = root.key("elections");
        let value = part(document.elections, &elections_path)?;
        let at = Cursor { value: &value, path: elections_path };
        let (elections, index) = read_elections(&at, &event, &styles, &mut findings)?;

        let mut ballots = Ballots::new(&index);
        for entry in styles {
            ballots.add(entry, &path, &mut findings);
        }
        let ballots = ballots.into_vec();
        if ballots.is_empty() {
            findings.error(&path, Code::NoBallotStyles, "no ballot styles: nobody can vote");
        }
        let publication = Self { event, elections, ballots };
        Ok(Loaded { publication, findings: findings.into_vec() })
    }
}

fn not_a_document(error: serde_json::Error, root: &Path<'_>) -> PublicationError {
    match error.classify() {
        Category::Data => PublicationError::at(root, bare_message(&error)),
        Category::Syntax | Category::Eof | Category::Io => {
            PublicationError::NotJson { line: error.line(), column: error.column(), source: error }
        }
    }
}

/// One of the small parts of the document, as a value.
fn part(raw: Option<&RawValue>, path: &Path<'_>) -> Result<Value, PublicationError> {
    let raw = raw.ok_or_else(|| PublicationError::at(path, "is missing or null"))?;
    serde_json::from_str(raw.get())
        .map_err(|error| PublicationError::at(path, bare_message(&error)))
}

fn read_styles(
    raw: Option<&RawValue>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> Result<Vec<StyleEntry>, PublicationError> {
    let raw = raw.ok_or_else(|| PublicationError::at(path, "is missing or null"))?;
    let list: Vec<&RawValue> = serde_json::from_str(raw.get())
        .map_err(|error| PublicationError::at(path, bare_message(&error)))?;
    let mut entries = Vec::with_capacity(list.len());
    for (index, raw) in list.into_iter().enumerate() {
        match StyleEntry::read(index, raw, &path.index(index), findings) {
            Ok(entry) => entries.push(entry),
            Err(error) => left_out(error, Code::UnreadableBallotStyle, findings),
        }
    }
    Ok(entries)
}

/// An entry of a list of which nobody can say what it is about (DECISIONS 50).
fn left_out(error: PublicationError, code: Code, findings: &mut Findings) {
    let Defect { path, message } = error.into();
    findings.add(super::Level::Error, path, code, format!("{message}; this entry is left out"));
}

fn read_event(
    value: &Value,
    path: &Path<'_>,
    styles: &[StyleEntry],
    styles_path: &Path<'_>,
    findings: &mut Findings,
) -> Result<Event, PublicationError> {
    let first = styles.iter().find_map(|entry| {
        let style = entry.style.as_ref().ok()?;
        Some((entry.index, style.election_event_presentation.as_ref()?))
    });
    let row = Cursor { value, path: *path };
    let Some((index, presentation)) = first else { return Event::read(&row, None, findings) };
    let style_path = styles_path.index(index);
    let path = style_path.key("election_event_presentation");
    Event::read(&row, Some(StyleFallback { presentation, path }), findings)
}

/// Whether every style belongs to this event (DECISIONS 60).
fn check_ids(
    styles: &[StyleEntry],
    event: &Event,
    path: &Path<'_>,
) -> Result<(), PublicationError> {
    for StyleEntry { index, ids, .. } in styles {
        let pairs = [
            ("tenant_id", ids.tenant, event.tenant_id),
            ("election_event_id", ids.event, event.id),
        ];
        for (key, found, expected) in pairs {
            if let Some(found) = found.filter(|found| *found != expected) {
                let message = format!("{found} is not that of the event, {expected}");
                return Err(PublicationError::at(&path.index(*index).key(key), message));
            }
        }
    }
    Ok(())
}

type Elections = (Vec<Election>, HashMap<Uuid, ElectionRef>);

fn read_elections(
    list: &Cursor<'_, '_>,
    event: &Event,
    styles: &[StyleEntry],
    findings: &mut Findings,
) -> Result<Elections, PublicationError> {
    let revotes_of_style = |id| {
        let mut of_election = styles.iter().filter(|entry| entry.ids.election == id);
        of_election.find_map(|entry| entry.style.as_ref().ok()?.num_allowed_revotes)
    };
    let mut elections: Vec<Election> = Vec::new();
    let mut index = HashMap::new();
    for (place, value) in list.list()?.iter().enumerate() {
        let at = list.element(place, value);
        let id = match ElectionRow::id(&at) {
            Ok(id) => id,
            Err(error) => {
                left_out(error, Code::UnreadableElection, findings);
                continue;
            }
        };
        let row = ElectionRow::read(&at, id, event, revotes_of_style, findings)?;
        let entry = ElectionRef {
            index: elections.len(),
            contests_order: row.contests_order,
            defect: row.defect,
        };
        if index.insert(row.election.id, entry).is_some() {
            let message = format!("two elections have the id {}", row.election.id);
            return Err(PublicationError::at(&at.path.key("id"), message));
        }
        elections.push(row.election);
    }
    Ok((elections, index))
}
