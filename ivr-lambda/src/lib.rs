//! The ways in: today the terminal, [`terminal`], on worlds made of files, [`world`].
//!
//! This crate knows files, processes and command lines so that `ivr-core` does not have to. It
//! holds no rule of a call: those are the engine's.

#[cfg(feature = "live")]
mod allocator;
pub mod terminal;
pub mod world;
