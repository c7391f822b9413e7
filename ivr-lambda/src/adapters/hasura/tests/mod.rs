//! The adapters against a small HTTP server of our own, where the wire can be made to say anything.
//! What a real server says is in `tests/contract`.

mod canaries;
mod classes;
mod damage;
mod guarding;
mod questions;
mod rows;
mod service;
mod support;

use crate::adapters::testing::server;
