//! Behaving in-memory backends for tests and for `step-ivr`: every port of the engine, played by
//! small copies of the real services rather than by expectations.
//!
//! A [`FakeWorld`] is made from a [`FakeConfig`] and owns everything: the time ([`FakeClock`]), all
//! randomness, voters, recorded ballots, stored sessions. [`FakeWorld::ports`] hands the ports to
//! the engine, each wrapped by [`Faulty`], which makes [`Fault`]s happen on the way.
//!
//! What the fakes do is what the platform was seen to do (`facts`): a lock looks like a wrong PIN,
//! the event's status does not stop a ballot, a second copy of a ballot is a second ballot.

mod bucket;
mod clock;
mod config;
mod failure;
mod fault;
mod faulty;
mod foreign;
mod harvest;
mod hasura;
mod keycloak;
mod randomness;
mod secrets;
mod sessions;
mod shared;
mod state;
mod tokens;
mod world;

#[cfg(test)]
mod tests;

pub use bucket::FakeBucket;
pub use clock::{FakeClock, Sleep};
pub use config::{Account, FakeCast, FakeConfig, FakeVoter};
pub use fault::{Fault, FaultRule, PortName};
pub use faulty::Faulty;
pub use harvest::FakeHarvest;
pub use hasura::FakeHasura;
pub use keycloak::FakeKeycloak;
pub use randomness::FakeEntropy;
pub use secrets::FakeSecrets;
pub use sessions::{Intruder, MemorySessions};
pub use shared::{AcceptedBallot, LoggedCall};
pub use state::{RecordedBallot, WorldState};
pub use tokens::{IssuedToken, TokenKind};
pub use world::FakeWorld;
