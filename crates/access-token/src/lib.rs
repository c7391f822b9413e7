//! Whether a realm signed an access token, and whether it is valid now (DECISIONS 61, ADR 0043).
//!
//! The rule alone: whoever uses it brings the token, the body of the realm's key set, the issuer
//! that it expects and the time. Where keys are read, and how often, is theirs; it is an address of
//! their configuration and never one that a token names.

mod keys;
mod refused;
mod token;
mod verified;

pub use keys::{KeySet, NoKeySet, SigningKey};
pub use refused::Refused;
pub use token::{LEEWAY_SECONDS, Unverified};
pub use verified::Verified;

#[cfg(test)]
mod tests;
