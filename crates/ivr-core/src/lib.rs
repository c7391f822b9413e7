//! The engine of telephone voting: a config-driven pipeline of phases, the ballot loop, prompts,
//! SSML, policies, ballots. It has no AWS, no HTTP, no clock and no randomness of its own.

pub mod flow;
pub mod language;
pub mod menu;
pub mod prompts;
pub mod publication;
pub mod ssml;
