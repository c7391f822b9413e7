//! The adapter at sockets that can be made to say, or break, anything.

mod canaries;
mod codes;
mod damage;
mod measured;
mod support;

use crate::adapters::testing::server;
