// SPDX-License-Identifier: Apache-2.0
//! A channel that was closed and is open again.

use crate::ballot::PeriodDates;

/// The dates without a stop that a later start has undone.
///
/// The stop stays in the stored status, as history; it only no longer refuses votes.
pub fn without_undone_stop(dates: PeriodDates) -> PeriodDates {
    let undone = match (dates.last_started_at, dates.last_stopped_at) {
        (Some(started), Some(stopped)) => started > stopped,
        _ => false,
    };
    if undone { PeriodDates { last_stopped_at: None, ..dates } } else { dates }
}
