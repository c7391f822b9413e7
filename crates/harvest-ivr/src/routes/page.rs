//! Lists in pages: newest first, and where the next page begins.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::input::bounded;
use super::refusal::Refusal;

const DEFAULT: u32 = 100;
const MOST: u32 = 500;

/// A place in a list that is ordered by time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(pub(super) DateTime<Utc>, pub(super) Uuid);

impl Place {
    pub(super) fn read(text: Option<&str>) -> Result<Option<Self>, Refusal> {
        let read = |text: &str| {
            let (time, id) = text.split_once('.')?;
            let time = DateTime::from_timestamp_micros(time.parse().ok()?).and_then(bounded)?;
            Some(Self(time, id.parse().ok()?))
        };
        text.map(|text| {
            read(text).ok_or(Refusal::field("after", "is not what an earlier page gave as next"))
        })
        .transpose()
    }

    pub(super) fn text(self) -> String {
        format!("{}.{}", self.0.timestamp_micros(), self.1)
    }
}

/// How many rows a page has.
pub(super) fn size(asked: Option<u32>) -> Result<usize, Refusal> {
    match asked.unwrap_or(DEFAULT) {
        0 | 501.. => Err(Refusal::field("limit", "is to be between 1 and 500")),
        size @ 1..=MOST => Ok(size as usize),
    }
}

/// Takes the one row too many away and says where the next page begins.
pub(super) fn cut<T>(
    rows: &mut Vec<T>,
    size: usize,
    place: impl Fn(&T) -> Place,
) -> Option<String> {
    if rows.len() <= size {
        return None;
    }
    rows.truncate(size);
    rows.last().map(|last| place(last).text())
}
