//! Loading published documents: the examples as they are, one rule at a time, and damaged ones.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod ballots;
mod damage;
mod elections;
mod event;
mod fixtures;
mod orders;
mod support;
