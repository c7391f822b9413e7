//! Hasura: what is open, what the voter has cast, who is blocked, and that somebody called
//! (design 3.5.2, 5.2, 6.3; DECISIONS 32, 62, 64, 65, 69).
//!
//! - [`HasuraClient`]: one a process, on the one HTTP client. It sends each question once: repeating
//!   is the engine's (`ivr_core::turn::reads`). What it adds is the [`breaker`] of each host.
//! - [`HasuraElectionStatus`], [`HasuraCastVoteHistory`]: with the voter's own token.
//! - [`HasuraBlacklist`], [`HasuraCallLog`]: with a token of the service.
//!
//! The documents are those of `hasura/graphql`, each compiled against the schema of the role that
//! sends it ([`documents`]). What an answer means is decided in one place, [`refusal`].

mod blacklist;
pub mod breaker;
mod call_log;
mod client;
pub mod documents;
mod failure;
mod history;
mod question;
pub mod refusal;
mod service;
pub mod status;

pub use blacklist::HasuraBlacklist;
pub use breaker::BreakerSettings;
pub use call_log::HasuraCallLog;
pub use client::{Cover, GatewaySettings, HasuraClient};
pub use failure::Failure;
pub use history::HasuraCastVoteHistory;
pub use question::Question;
pub use service::RenewToken;
pub use status::HasuraElectionStatus;

#[cfg(test)]
mod tests;
