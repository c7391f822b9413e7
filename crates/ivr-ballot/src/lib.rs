//! Telephone ballots in the exact byte format of the Sequent platform.
//!
//! **Owns** the typed ballot style and its hash, the digits a choice becomes, the encryption with its proof,
//! the document that is cast, the voter's signature, and the platform's own rules for accepting a ballot.
//!
//! **Refuses to know** calls, prompts, networks, clocks and sources of randomness: dates and random bytes are
//! arguments.
//!
//! **Invariant:** the same style, choices, date and random bytes give the same ballot, byte for byte, as the
//! platform's own client; and no choice leaves this crate except encrypted.
//!
//! Read [`Style`] next, then [`verify`](mod@verify).

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop where it stands"))]

mod check;
mod choice;
mod cipher;
mod content;
mod group;
mod integer;
mod key;
mod layout;
mod plaintext;
mod prepared;
mod seal;
mod signature;
pub mod style;
#[cfg(feature = "tally")]
pub mod tally;
mod telephone;
pub mod verify;
mod wire;

pub use check::{MismatchError, check_against};
pub use choice::{ChoiceError, ContestChoice};
pub use key::{KeyError, KeyTables};
pub use prepared::{BallotKind, ContestName, Style, StyleError};
pub use seal::{SealError, SealedBallot};
pub use telephone::{MOST_NUMBERED, TelephoneDefect};

#[cfg(test)]
mod tests;
