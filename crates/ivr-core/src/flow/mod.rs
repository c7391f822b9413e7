//! The config-driven pipeline: its phases, the caller's position in it, and the dispatcher.

pub mod phase;
