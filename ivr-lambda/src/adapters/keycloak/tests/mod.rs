//! The adapters against a small HTTP server of our own, where the wire can be made to say anything.
//! What a real Keycloak says is in `tests/contract`.

mod callers;
mod canaries;
mod classes;
mod damage;
mod ivr_config;
mod rotation;
mod support;
mod verifying;
mod voters;

use crate::adapters::testing::server;
