//! One turn, from a contact event to an answer (ARCHITECTURE.md, "One turn").
//!
//! The row is read once and written once; the turn that casts writes once more before it sends.

pub mod answering;
pub mod create;
pub mod handle;
pub mod reads;
pub mod store;
pub mod tokens;
