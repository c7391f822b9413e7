//! Ballot encoding.
