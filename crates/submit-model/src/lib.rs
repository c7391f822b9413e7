//! The submit protocol under every environment (DECISIONS 4, 40, 66, 67; design 4.1).
//!
//! [`ivr_core::submit::Submission::step`], the very code of production, is driven here by a model
//! checker through everything that its surroundings can do: functions die at any point and run
//! twice, requests and replies get lost, Harvest tries again inside itself, fails after a commit
//! or commits late, tokens expire, the channel closes, the voter votes elsewhere.
//!
//! - [`world`]: the state: stored session, running functions, requests, rows.
//! - [`function`]: one invocation, as `ivr_core::turn` and `election_submit` run it.
//! - [`harvest`]: what the platform does with a request (facts 4.3-4.5).
//! - [`model`]: both of them as a [`stateright::Model`]; [`action`]: what can happen;
//!   [`properties`]: what must hold.
//! - [`ends`]: that every state can still end.
//! - [`protocol`]: the protocol, and broken ones that the checker must find.
//! - [`check`]: runs it all; [`words`]: tells a path.

pub mod action;
pub mod check;
pub mod ends;
pub mod function;
pub mod harvest;
pub mod model;
pub mod properties;
pub mod protocol;
pub mod words;
pub mod world;
