//! Takes a Keycloak realm to the state that telephone voting needs (design C.8), and looks after it.
//!
//! [`planning::plan`] is a pure function of what was read; [`planning::apply`] plans, writes and
//! plans again until nothing is left. The library blocks: call it outside asynchronous runtimes.

pub mod admin;
pub mod checks;
pub mod cli;
pub mod desired;
pub mod jwks;
pub mod names;
pub mod planning;
pub mod rotate;
pub mod secrets;
pub mod voters;
