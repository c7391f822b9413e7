// SPDX-License-Identifier: Apache-2.0
//! When a voter logged in.

use chrono::{DateTime, Local, Utc};

/// `auth_time` is not a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

/// The claim `auth_time`, which is in seconds, as a moment.
///
/// # Errors
/// The number is beyond what a date can be; the token's signature may never have been checked.
pub fn from_seconds(auth_time: i64) -> Result<DateTime<Local>, OutOfRange> {
    DateTime::<Utc>::from_timestamp(auth_time, 0)
        .map(|moment| moment.with_timezone(&Local))
        .ok_or(OutOfRange)
}
