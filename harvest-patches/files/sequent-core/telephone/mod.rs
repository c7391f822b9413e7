// SPDX-License-Identifier: Apache-2.0
//! What the telephone channel adds to the types of the platform.

pub mod auth_time;
pub mod azp;
pub mod i18n;
pub mod pointer;
pub mod reopened;
pub mod schedule;
pub mod tally;

#[cfg(test)]
mod tests;
