//! The development Harvest: `/insert-cast-vote` as the platform has it (facts 4), for tests and
//! development and for nothing else.
//!
//! Like the platform it reads tokens without verifying who signed them, so it listens on loopback
//! and nowhere else. What the platform must gain is on, each behind a switch ([`settings::Patches`]);
//! how it fails at times is off, each behind a switch as well ([`settings::Habit`]).

mod cast;
mod channel;
mod claims;
mod election;
mod event;
mod patches;
mod refusal;
mod schema;
pub mod server;
pub mod settings;
mod state;
mod votes;
mod wire;
