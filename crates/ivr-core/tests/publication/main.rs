//! Loading published documents: the examples as they are, one rule at a time, and damaged ones.

mod ballots;
mod damage;
mod elections;
mod event;
mod fixtures;
mod orders;
mod support;
