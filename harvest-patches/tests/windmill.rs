//! The new files for `windmill` that need nothing of it. The others need its database code: the
//! README says which.
#![allow(missing_docs, reason = "tests of code that lives in another crate")]
#![allow(dead_code, unreachable_pub, reason = "what the platform calls, nobody calls here")]
#![allow(clippy::all, reason = "the code follows the lints of the crate that it goes to")]

#[path = "../files/windmill/telephone/known_ballot.rs"]
mod known_ballot;
