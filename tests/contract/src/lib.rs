//! What the suites of the contract tests share.
//!
//! A suite is a test binary without Rust's own harness (`tests/*.rs`): it starts one Keycloak with
//! the project's extensions, gives each test a realm of its own, and takes the server away again.
//! `cargo test -p contract` runs all of them, `cargo test -p contract --test keycloak NAME` one
//! test; `--list` starts nothing. The extensions have to be built before: `cargo xtask contract`
//! does both.

pub mod admin;
pub mod extensions;
pub mod operator;
pub mod suite;
