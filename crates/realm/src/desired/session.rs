//! How long tokens and sessions last, in seconds (design 5.1.9).

use serde_json::Value;

/// Access tokens of `ivr-voting`, set on the client.
pub const ACCESS_TOKEN: u64 = 900;
/// Idle time of a session: on the client, and at least this in the realm, whose limit caps it.
pub const IDLE: u64 = 3600;
/// The longest session, likewise.
pub const LONGEST: u64 = 36_000;

/// The realm's limits that are too short: key, value now, value wanted.
pub fn too_short(realm: &Value) -> Vec<(&'static str, u64, u64)> {
    [("ssoSessionIdleTimeout", IDLE), ("ssoSessionMaxLifespan", LONGEST)]
        .into_iter()
        .filter_map(|(key, least)| {
            let now = realm[key].as_u64().unwrap_or(0);
            (now < least).then_some((key, now, least))
        })
        .collect()
}
