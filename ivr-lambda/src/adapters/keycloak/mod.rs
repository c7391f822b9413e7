//! Keycloak 26.4: voters' tokens, the service's own tokens, what a realm asks of voters, and
//! signatures (design 5.1, 6.3; DECISIONS 22-28, 53-62).
//!
//! - [`TokenManager`]: logs voters in and out and refreshes them. It keeps nothing between turns.
//! - [`ServiceTokens`]: the tokens of `ivr-service`, one per cluster and realm, kept until shortly
//!   before they expire.
//! - [`KeycloakIvrConfig`]: the steps of a realm's Direct Grant flow.
//! - [`Verifier`]: whether a token was signed by the realm that it names.
//!
//! What the wire says becomes what it means in one place, [`refusal`].

pub mod claims;
mod ivr_config;
mod realm;
mod realm_cache;
pub mod refusal;
mod request;
pub mod secrets;
mod service_slot;
mod service_tokens;
mod steps;
mod token_endpoint;
mod token_manager;
mod verify;

pub use access_token::{Refused, Verified};
pub use ivr_config::KeycloakIvrConfig;
pub use realm::Realm;
pub use realm_cache::{CachePolicy, InvalidTtl, MemoryRealmCache, RealmCache};
pub use secrets::{ClientSecrets, KeycloakClient, SecretPair, SecretsError};
pub use service_tokens::{ServiceSettings, ServiceTokens};
pub use token_endpoint::{TokenEndpoint, VotingProbe};
pub use token_manager::{RefreshReuse, TokenManager};
pub use verify::{JwksSettings, Verifier, VerifyError};

#[cfg(test)]
mod tests;
