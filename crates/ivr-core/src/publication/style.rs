//! One entry of `ballot_styles`: its ids, and the typed style or why it has none.
//!
//! The hash of a ballot style covers all of it, so all of it must have the right types. Telephone
//! strings nested in an object, which only a patched platform publishes, are taken out before.

use ivr_ballot::style::BallotStyle;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::cursor::Cursor;
use super::error::{PublicationError, bare_message};
use super::finding::{Code, Findings};
use super::nested_ivr::{self, NestedIvr};
use super::path::Path;

/// Why a ballot cannot be cast by telephone, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Defect {
    pub(super) path: String,
    pub(super) message: String,
}

impl Defect {
    pub(super) fn new(path: &Path<'_>, message: impl Into<String>) -> Self {
        Self { path: path.to_string(), message: message.into() }
    }

    /// Why, with the place: what a ballot says of itself.
    pub(super) fn reason(&self) -> String {
        format!("{}: {}", self.path, self.message)
    }
}

impl From<PublicationError> for Defect {
    fn from(error: PublicationError) -> Self {
        match error {
            PublicationError::At { path, message } => Self { path, message },
            // Parts of a document that was parsed before always have a path.
            whole @ PublicationError::NotJson { .. } => Self::new(&Path::Root, whole.to_string()),
        }
    }
}

/// A ballot style, read as far as it goes.
#[derive(Debug)]
pub(super) struct StyleEntry {
    /// Its place in `ballot_styles`.
    pub(super) index: usize,
    pub(super) ids: StyleIds,
    pub(super) style: Result<BallotStyle, Defect>,
    /// Telephone strings that were taken out of it.
    pub(super) nested: NestedIvr,
}

/// What a ballot style must say for anything to be known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StyleIds {
    /// `None` where it cannot be read; that is the style's defect.
    pub(super) tenant: Option<Uuid>,
    /// The same.
    pub(super) event: Option<Uuid>,
    pub(super) election: Uuid,
    pub(super) area: Uuid,
}

impl StyleEntry {
    /// Reads an entry. Of one whose election or area cannot be read nobody could say whose ballot
    /// it is: that is an error, and the entry is left out.
    pub(super) fn read(
        index: usize,
        raw: &RawValue,
        path: &Path<'_>,
        findings: &mut Findings,
    ) -> Result<Self, PublicationError> {
        if let Ok(style) = serde_json::from_str::<BallotStyle>(raw.get()) {
            let (ids, defect) = StyleIds::of_style(&style, path)?;
            let style = defect.map_or(Ok(style), Err);
            return Ok(Self { index, ids, style, nested: NestedIvr::default() });
        }
        // The rare case once more, slowly: to find the place, or to take nested strings out.
        let mut value: Value = serde_json::from_str(raw.get())
            .map_err(|error| PublicationError::at(path, bare_message(&error)))?;
        let nested = nested_ivr::take(&mut value);
        if nested.count() > 0 {
            let message = format!(
                "{} telephone texts nested in objects; the style is hashed without them",
                nested.count()
            );
            findings.info(path, Code::NestedIvrInStyle, message);
        }
        let (ids, defect) = StyleIds::of_value(&Cursor { value: &value, path: *path })?;
        let style = match defect {
            Some(defect) => Err(defect),
            None => serde_path_to_error::deserialize(&value).map_err(|error| Defect {
                path: path.joined(error.path()),
                message: bare_message(error.inner()),
            }),
        };
        Ok(Self { index, ids, style, nested })
    }
}

/// The ids, and what is wrong with those that only say where a style belongs.
type Ids = (StyleIds, Option<Defect>);

impl StyleIds {
    fn of_value(at: &Cursor<'_, '_>) -> Result<Ids, PublicationError> {
        Self::of(|key| at.need(key)?.id().map(|(id, _)| id))
    }

    fn of_style(style: &BallotStyle, path: &Path<'_>) -> Result<Ids, PublicationError> {
        Self::of(|key| {
            let text = match key {
                "tenant_id" => &style.tenant_id,
                "election_event_id" => &style.election_event_id,
                "election_id" => &style.election_id,
                _ => &style.area_id,
            };
            Uuid::parse_str(text).map_err(|_| {
                PublicationError::at(&path.key(key), format!("{text:?} is not a uuid"))
            })
        })
    }

    fn of(id: impl Fn(&str) -> Result<Uuid, PublicationError>) -> Result<Ids, PublicationError> {
        let (election, area) = (id("election_id")?, id("area_id")?);
        let mut defect = None;
        let mut belongs = |key| {
            id(key).map_err(|error| defect = defect.take().or(Some(Defect::from(error)))).ok()
        };
        let ids = Self {
            tenant: belongs("tenant_id"),
            event: belongs("election_event_id"),
            election,
            area,
        };
        Ok((ids, defect))
    }
}
