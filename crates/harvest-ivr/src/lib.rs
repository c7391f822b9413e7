//! What Harvest gains for the telephone, and a Harvest to develop against.
//!
//! [`dev`] takes ballots by the platform's rules, in the platform's order, with the platform's
//! words, from PostgreSQL: for development and tests, on loopback. [`routes`] serves blacklist, call
//! log, exports and ballots by channel to administrators.

pub mod database;
pub mod dev;
pub mod ending;
pub mod routes;
mod server;
