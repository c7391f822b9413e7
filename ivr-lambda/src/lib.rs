//! The ways in: today the terminal, [`terminal`], on worlds made of files, [`world`].
//!
//! This crate knows files, processes and command lines so that `ivr-core` does not have to. It
//! holds no rule of a call: those are the engine's.

#[cfg(feature = "live")]
pub mod adapters;
#[cfg(feature = "live")]
mod allocator;
#[cfg(feature = "live")]
pub mod live;
pub mod terminal;
pub mod world;
