//! The new files for `harvest` that need nothing of it. The others need its web server: the
//! README says which.
#![allow(missing_docs, reason = "tests of code that lives in another crate")]
#![allow(dead_code, unreachable_pub, reason = "what the platform calls, nobody calls here")]
#![allow(clippy::all, reason = "the code follows the lints of the crate that it goes to")]

#[path = "../files/harvest/telephone_target.rs"]
mod telephone_target;
