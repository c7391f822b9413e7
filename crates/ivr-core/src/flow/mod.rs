//! The config-driven pipeline: its phases, the caller's position in it, and the dispatcher.

pub mod context;
pub mod engine;
pub mod error;
pub mod phase;
pub mod position;
pub mod question;
