//! Brute-force protection of realms for telephone voting (design 9.3, DECISIONS 63).

use serde_json::{Value, json};

/// Failures before the first lock.
pub const FAILURES: u64 = 6;
/// The first lock, in seconds.
pub const WAIT: u64 = 300;
/// The longest lock, in seconds.
pub const LONGEST_WAIT: u64 = 900;

/// The realm's keys. Never permanent: a lock would be a weapon against known voter ids.
pub fn settings() -> Value {
    json!({
        "bruteForceProtected": true,
        "permanentLockout": false,
        "failureFactor": FAILURES,
        "waitIncrementSeconds": WAIT,
        "maxFailureWaitSeconds": LONGEST_WAIT,
    })
}
