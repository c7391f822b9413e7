// SPDX-License-Identifier: Apache-2.0
//! Scheduled opening and closing of some channels only.
//!
//! The channels are one more key of the scheduled event's payload. An event without the key is one
//! of today's and does what it does today.

use crate::ballot::VotingStatusChannel;
use serde_json::Value;

/// The payload's key.
pub const CHANNELS: &str = "voting_channels";

/// The channels that a scheduled event is for; nothing for one of today's.
///
/// # Errors
/// The key is there and is not a list of one or more channels: such an event must not open or close
/// anything.
pub fn channels_of(payload: Option<&Value>) -> Result<Option<Vec<VotingStatusChannel>>, String> {
    let named = match payload.and_then(|payload| payload.get(CHANNELS)) {
        None | Some(Value::Null) => return Ok(None),
        Some(named) => named.clone(),
    };
    match serde_json::from_value::<Vec<VotingStatusChannel>>(named) {
        Ok(channels) if channels.is_empty() => {
            Err(format!("`{CHANNELS}` of the scheduled event is an empty list"))
        }
        Ok(channels) => Ok(Some(channels)),
        Err(error) => Err(format!("`{CHANNELS}` of the scheduled event: {error}")),
    }
}

/// Whether a payload is for some channels only, well written or not.
///
/// The dates of such events are not the election's: they belong in no ballot style, and no vote is
/// refused by them before the event has run.
pub fn is_for_channels(payload: &Value) -> bool {
    payload.get(CHANNELS).map_or(false, |named| !named.is_null())
}

/// The payload for these channels.
pub fn payload(election_id: Option<&str>, channels: &[VotingStatusChannel]) -> Value {
    serde_json::json!({ "election_id": election_id, CHANNELS: ordered(channels) })
}

/// The name of the task: that of today's event with the channels behind it, so that both can be
/// scheduled beside each other.
pub fn task_name(of_today: &str, channels: &[VotingStatusChannel]) -> String {
    let names: Vec<&str> = ordered(channels).into_iter().map(Into::into).collect();
    format!("{of_today}_{}", names.join("+"))
}

/// The payload of an imported event with the channels of the exported one, which is JSON text.
///
/// # Errors
/// As [`channels_of`]: without its channels the event would open others.
pub fn carried(made: Option<Value>, exported: Option<&str>) -> Result<Option<Value>, String> {
    let exported = exported.and_then(|text| serde_json::from_str::<Value>(text).ok());
    match channels_of(exported.as_ref())? {
        None => Ok(made),
        Some(channels) => {
            let election = made.as_ref().and_then(|made| made.get("election_id")).cloned();
            Ok(Some(payload(election.as_ref().and_then(Value::as_str), &channels)))
        }
    }
}

/// The task's name of an imported event, from today's name and its payload.
///
/// # Errors
/// As [`channels_of`].
pub fn carried_name(
    of_today: Option<String>,
    payload: Option<&Value>,
) -> Result<Option<String>, String> {
    let channels = channels_of(payload)?;
    Ok(match (of_today, channels) {
        (Some(of_today), Some(channels)) => Some(task_name(&of_today, &channels)),
        (of_today, _) => of_today,
    })
}

/// Each channel once, in one order.
fn ordered(channels: &[VotingStatusChannel]) -> Vec<VotingStatusChannel> {
    let all = [
        VotingStatusChannel::ONLINE,
        VotingStatusChannel::KIOSK,
        VotingStatusChannel::EARLY_VOTING,
        VotingStatusChannel::TELEPHONE,
    ];
    all.into_iter().filter(|channel| channels.contains(channel)).collect()
}
