//! Where buckets of time begin.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;

/// More make no chart.
pub(super) const MOST: usize = 5_000;

/// How long a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) enum Bucket {
    #[serde(rename = "1m")]
    Minute,
    #[serde(rename = "15m")]
    Quarter,
    #[serde(rename = "1h")]
    Hour,
}

impl Bucket {
    /// The one that suits a window.
    pub(super) fn suiting(window: TimeDelta) -> Self {
        match window {
            short if short <= TimeDelta::hours(6) => Self::Minute,
            week if week <= TimeDelta::days(7) => Self::Quarter,
            _ => Self::Hour,
        }
    }

    const fn minutes(self) -> u32 {
        match self {
            Self::Minute => 1,
            Self::Quarter => 15,
            Self::Hour => 60,
        }
    }
}

/// The beginnings of the buckets of a window: its own beginning, then every full minute, quarter or
/// hour of the local clock. The last one ends with the window. A local clock that is half an hour
/// off, or moves by half an hour, moves the edges with it.
///
/// # Errors
/// No window, or one of too many buckets.
pub(super) fn edges(
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    bucket: Bucket,
    zone: Tz,
) -> Result<Vec<DateTime<Utc>>, Refusal> {
    if from >= until {
        return Err(Refusal::field("from", "is not before until"));
    }
    let (mut edges, mut edge) = (Vec::new(), from);
    while edge < until {
        if edges.len() == MOST {
            return Err(Refusal::field("bucket", "makes more than 5000 buckets of this window"));
        }
        edges.push(edge);
        edge = next(edge, bucket, zone)
            .ok_or(Refusal::field("until", "is beyond what a calendar holds"))?;
    }
    Ok(edges)
}

/// The first edge after a moment.
fn next(moment: DateTime<Utc>, bucket: Bucket, zone: Tz) -> Option<DateTime<Utc>> {
    let local = moment.with_timezone(&zone);
    let seconds = bucket.minutes() * 60;
    let into = (local.minute() * 60 + local.second()) % seconds;
    // A leap second counts past 1000 milliseconds.
    let into = TimeDelta::seconds(into.into())
        + TimeDelta::nanoseconds((local.nanosecond() % 1_000_000_000).into());
    moment.checked_add_signed(TimeDelta::seconds(seconds.into()) - into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn starts(from: &str, until: &str, bucket: Bucket, zone: Tz) -> Vec<String> {
        let edges = edges(at(from), at(until), bucket, zone).unwrap();
        edges.iter().map(|edge| edge.format("%H:%M:%S").to_string()).collect()
    }

    #[test]
    fn edges_are_those_of_the_clock_and_the_first_is_the_windows_own() {
        assert_eq!(
            starts("2026-05-01T10:07:30Z", "2026-05-01T10:46:00Z", Bucket::Quarter, Tz::UTC),
            ["10:07:30", "10:15:00", "10:30:00", "10:45:00"]
        );
        assert_eq!(
            starts("2026-05-01T10:00:00Z", "2026-05-01T10:02:00Z", Bucket::Minute, Tz::UTC),
            ["10:00:00", "10:01:00"]
        );
        assert_eq!(
            starts("2026-05-01T23:30:00.5Z", "2026-05-02T01:00:00Z", Bucket::Hour, Tz::UTC),
            ["23:30:00", "00:00:00"]
        );
    }

    #[test]
    fn hours_are_those_of_the_place() {
        // Newfoundland is half an hour off, Nepal a quarter.
        assert_eq!(
            starts(
                "2026-05-01T10:00:00Z",
                "2026-05-01T12:00:00Z",
                Bucket::Hour,
                Tz::America__St_Johns
            ),
            ["10:00:00", "10:30:00", "11:30:00"]
        );
        assert_eq!(
            starts(
                "2026-05-01T10:00:00Z",
                "2026-05-01T11:30:00Z",
                Bucket::Hour,
                Tz::Asia__Kathmandu
            ),
            ["10:00:00", "10:15:00", "11:15:00"]
        );
    }

    #[test]
    fn the_hour_that_comes_twice_is_two_buckets_and_the_one_that_is_missing_none() {
        // Toronto: back at 06:00Z on 1 November 2026, forward at 07:00Z on 8 March 2026.
        let back = starts(
            "2026-11-01T04:00:00Z",
            "2026-11-01T08:00:00Z",
            Bucket::Hour,
            Tz::America__Toronto,
        );
        assert_eq!(back, ["04:00:00", "05:00:00", "06:00:00", "07:00:00"]);
        let forward = starts(
            "2026-03-08T06:00:00Z",
            "2026-03-08T08:00:00Z",
            Bucket::Hour,
            Tz::America__Toronto,
        );
        assert_eq!(forward, ["06:00:00", "07:00:00"]);
        // Lord Howe moves by half an hour: forward at 15:30Z on 3 October 2026.
        let half = starts(
            "2026-10-03T13:30:00Z",
            "2026-10-03T18:00:00Z",
            Bucket::Hour,
            Tz::Australia__Lord_Howe,
        );
        assert_eq!(half, ["13:30:00", "14:30:00", "15:30:00", "16:00:00", "17:00:00"]);
    }

    #[test]
    fn a_window_has_an_inside_and_an_end() {
        let refused = |from: &str, until: &str| edges(at(from), at(until), Bucket::Minute, Tz::UTC);
        let same = "2026-05-01T10:00:00Z";
        assert!(matches!(refused(same, same), Err(Refusal::Field(name, _)) if name == "from"));
        let long = refused("2026-05-01T10:00:00Z", "2026-05-04T21:21:00Z");
        assert!(matches!(long, Err(Refusal::Field(name, _)) if name == "bucket"));
        assert_eq!(refused("2026-05-01T10:00:00Z", "2026-05-04T21:20:00Z").unwrap().len(), MOST);
    }

    #[test]
    fn a_window_that_names_no_bucket_gets_one_that_suits() {
        for (hours, bucket) in [
            (1, Bucket::Minute),
            (6, Bucket::Minute),
            (7, Bucket::Quarter),
            (168, Bucket::Quarter),
            (169, Bucket::Hour),
        ] {
            assert_eq!(Bucket::suiting(TimeDelta::hours(hours)), bucket, "{hours}");
        }
    }
}
