//! The new files for `sequent-core`, compiled against types of ours in the shape of the platform's.
//!
//! The tests are those that run in a checkout: `files/sequent-core/telephone/tests.rs`.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "tests of code that lives in another crate"
)]
#![allow(clippy::all, reason = "the code follows the lints of the crate that it goes to")]
#![allow(dead_code, reason = "what the platform calls, nobody calls here")]

#[path = "support/platform.rs"]
mod platform;

use platform::{ballot, types};

#[path = "../files/sequent-core/telephone/mod.rs"]
mod telephone;
