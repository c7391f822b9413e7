//! Whole calls through the engine on behaving fakes: random callers, races, tokens, secrets,
//! crashes, policies, stored forms.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod lengths;
mod monkey;
mod odd_worlds;
mod policies;
mod races;
mod secrets;
mod session_faults;
mod stored_forms;
mod submit;
mod support;
mod tokens;
