//! Real servers for tests: in containers where there is an engine, as plain processes where not.
//!
//! One fixture for the whole project: the contract suites use the library, the Java integration
//! tests the program `test-servers`. A server listens on loopback only, on a port nobody chose,
//! and is gone with the test that started it, also when that test is killed.
//! `docs/testing.md` has the environment variables and the caches.
//!
//! The calls block. Do not make them inside an asynchronous runtime.

mod backend;
mod cache;
mod container;
mod engine;
mod error;
mod files;
pub mod hasura;
mod http;
pub mod keycloak;
mod ports;
pub mod postgres;
mod process;
mod report;
mod sweep;

pub use backend::Backend;
pub use error::Error;
pub use report::Report;
pub use sweep::sweep;

/// What the fixture says to the person watching, on standard error.
fn say(text: &str) {
    use std::io::Write as _;
    // A closed pipe is no reason to stop.
    let _ = writeln!(std::io::stderr(), "test-servers: {text}");
}
