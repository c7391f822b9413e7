//! Where what is random in a call comes from.

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A seed for a call that asked for none.
pub(super) fn random_seed() -> anyhow::Result<u64> {
    getrandom::u64().context("the system has no randomness")
}

/// Something random that comes out the same again. `calls` keeps the calls of one state file
/// apart: two calls never seal with the same bytes.
pub(crate) fn derived(seed: u64, calls: u64, what: &str) -> Uuid {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_be_bytes());
    hasher.update(calls.to_be_bytes());
    hasher.update(what);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
