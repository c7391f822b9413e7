//! Behaving in-memory ports, for tests and for the terminal phone.
//!
//! They are fakes rather than mocks: a Keycloak that locks accounts, a Harvest that verifies
//! ballots in the platform's order, a store with real conditions. What goes wrong is injected
//! around them ([`faulty`]), so that a lost reply is a thing that really happened.

mod clock;
mod config;
mod faulty;
mod harvest;
mod hasura;
mod keycloak;
mod sessions;
mod small;
mod state;
mod world;

pub use clock::FakeClock;
pub use config::*;
pub use faulty::{Fault, FaultRule, PortName};
pub use harvest::AcceptedBallot;
pub use hasura::LoggedCall;
pub use sessions::Intruder;
pub use state::{IssuedToken, RecordedBallot, StoredRow, TokenKind, WorldState};
pub use world::FakeWorld;
