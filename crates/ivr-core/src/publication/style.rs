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
    pub(super) tenant: Uuid,
    pub(super) event: Uuid,
    pub(super) election: Uuid,
    pub(super) area: Uuid,
}

impl StyleEntry {
    /// Reads an entry. One whose ids cannot be read is a defect of the whole publication: nobody
    /// could say whose ballot it is.
    pub(super) fn read(
        index: usize,
        raw: &RawValue,
        path: &Path<'_>,
        findings: &mut Findings,
    ) -> Result<Self, PublicationError> {
        if let Ok(style) = serde_json::from_str::<BallotStyle>(raw.get()) {
            let ids = StyleIds::of_style(&style, path)?;
            return Ok(Self { index, ids, style: Ok(style), nested: NestedIvr::default() });
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
        let ids = StyleIds::of_value(&Cursor { value: &value, path: *path })?;
        let style = serde_path_to_error::deserialize(&value).map_err(|error| Defect {
            path: path.joined(error.path()),
            message: bare_message(error.inner()),
        });
        Ok(Self { index, ids, style, nested })
    }
}

impl StyleIds {
    fn of_value(at: &Cursor<'_, '_>) -> Result<Self, PublicationError> {
        let id = |key| at.need(key)?.id().map(|(id, _)| id);
        Ok(Self {
            tenant: id("tenant_id")?,
            event: id("election_event_id")?,
            election: id("election_id")?,
            area: id("area_id")?,
        })
    }

    fn of_style(style: &BallotStyle, path: &Path<'_>) -> Result<Self, PublicationError> {
        let id = |key, text: &str| {
            Uuid::parse_str(text).map_err(|_| {
                PublicationError::at(&path.key(key), format!("{text:?} is not a uuid"))
            })
        };
        Ok(Self {
            tenant: id("tenant_id", &style.tenant_id)?,
            event: id("election_event_id", &style.election_event_id)?,
            election: id("election_id", &style.election_id)?,
            area: id("area_id", &style.area_id)?,
        })
    }
}
