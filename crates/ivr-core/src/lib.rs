//! The engine of telephone voting: a config-driven pipeline of phases, the ballot loop, prompts,
//! SSML, policies, ballots.
//!
//! It has no AWS, no HTTP, no clock and no randomness of its own: those are [`ports`]. Its one
//! invariant: whatever comes in, a turn ends with something to say, and what is said and what is
//! accepted come from the same menu.
//!
//! Begin with [`turn::handle`], one turn from event to answer; then [`flow::engine`], the
//! dispatcher; then a phase, for instance [`phases::auth`].

pub mod answer;
pub mod caller;
pub mod entropy;
#[cfg(any(test, feature = "fakes"))]
pub mod fakes;
pub mod flow;
pub mod language;
pub mod line;
pub mod menu;
pub mod phases;
pub mod ports;
pub mod prompts;
pub mod publication;
pub mod render;
pub mod route;
pub mod secret;
pub mod session;
pub mod settings;
mod sources;
pub mod ssml;
pub mod submit;
pub mod turn;
pub mod voter;
