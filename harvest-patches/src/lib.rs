//! What the voting platform must gain for the telephone channel, as anchored edits.
//!
//! The edits are data (`edits/*.yaml`, `files/`): each names the git blob id of its file at the
//! pinned commit, a line by number and by hash, and lines of our own. Nothing of the platform's
//! text is in them. This crate checks every anchor, makes every edited file in memory, parses it
//! where it has a parser (not SQL), and only then writes. It knows nothing of what the edits mean.

pub mod anchor;
pub mod checkout;
pub mod compose;
pub mod edits;
pub mod error;
pub mod report;
pub mod run;
pub mod syntax;
pub mod text;
