//! The rule, with keys that are made for the run.

mod keys;
mod signer;
mod token;

use serde_json::{Value, json};

use crate::{KeySet, Refused, Unverified, Verified};

const ISSUER: &str = "https://login.example/realms/tenant-a-event-b";
/// When `claims` expire.
const EXPIRES: i64 = 1_800_000_300;
const NOW: i64 = 1_800_000_000;

fn claims() -> Value {
    json!({"iss": ISSUER, "exp": EXPIRES, "azp": "ivr-voting", "typ": "Bearer"})
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::read(json!({"keys": keys}).to_string().as_bytes()).unwrap()
}

/// What somebody does who has keys and gets a token.
fn check(keys: &KeySet, token: &str, now: i64) -> Result<Verified, Refused> {
    let token = Unverified::read(token)?;
    let key = keys.key(token.key_id()).ok_or(Refused::UnknownKey)?;
    token.verify(key, ISSUER, now)
}
