//! Ballot encoding.
pub mod style;
