//! The state a realm is to have, as data (design C.8; DECISIONS 24, 27, 54, 60, 63).

pub mod brute_force;
pub mod clients;
pub mod flow;
pub mod mappers;
mod name;
pub mod profile;
pub mod roles;
pub mod session;

pub use name::{RealmName, UnknownName};
