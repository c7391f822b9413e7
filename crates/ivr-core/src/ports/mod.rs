//! The ways out: one object-safe trait a file, its errors beside it (design 3.5.2).
//!
//! Every method takes a [`Deadline`]: an adapter answers by then, with [`Outage::TimedOut`] if it
//! must. Nothing here retries; the engine does, in one place ([`crate::turn`]).

mod auth;
mod blacklist;
mod call_log;
mod cast_vote_history;
mod clock;
mod election_config;
mod election_status;
mod entropy;
mod ivr_config;
mod outage;
mod phone_config;
mod phone_hasher;
mod refusal_code;
mod sealing_keys;
mod service_token;
mod session;
mod telemetry;
mod vote_casting;

pub use auth::*;
pub use blacklist::*;
pub use call_log::*;
pub use cast_vote_history::*;
pub use clock::*;
pub use election_config::*;
pub use election_status::*;
pub use entropy::*;
pub use ivr_config::*;
pub use outage::*;
pub use phone_config::*;
pub use phone_hasher::*;
pub use refusal_code::*;
pub use sealing_keys::*;
pub use service_token::*;
pub use session::*;
pub use telemetry::*;
pub use vote_casting::*;

/// Every port of the engine.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// Where calls in progress are kept.
    pub session: &'a dyn SessionPort,
    /// Who the voter is.
    pub auth: &'a dyn AuthPort,
    /// Tokens of the service itself.
    pub service_token: &'a dyn ServiceTokenPort,
    /// Which credentials are asked.
    pub ivr_config: &'a dyn IvrConfigPort,
    /// The published document.
    pub election_config: &'a dyn ElectionConfigPort,
    /// What is open.
    pub election_status: &'a dyn ElectionStatusPort,
    /// What this voter has cast.
    pub cast_vote_history: &'a dyn CastVoteHistoryPort,
    /// Takes ballots.
    pub vote_casting: &'a dyn VoteCastingPort,
    /// What a dialled number stands for.
    pub phone_config: &'a dyn PhoneConfigPort,
    /// Blocked callers.
    pub blacklist: &'a dyn BlacklistPort,
    /// That a call took place.
    pub call_log: &'a dyn CallLogPort,
    /// Callers in logs.
    pub phone_hasher: &'a dyn PhoneHasherPort,
    /// Keys of stored sessions.
    pub sealing_keys: &'a dyn SealingKeysPort,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// What operators see.
    pub telemetry: &'a dyn Telemetry,
}
