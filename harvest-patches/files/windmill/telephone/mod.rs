// SPDX-License-Identifier: Apache-2.0
//! What the telephone channel adds to casting, publishing and scheduling.

pub mod ballot_box;
pub mod channel;
pub mod known_ballot;
pub mod publication;
pub mod schedule;
