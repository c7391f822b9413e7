//! Secrets of the two clients: where they come from, and which of two is right just now
//! (DECISIONS 58, 59).
//!
//! A rotation goes realm by realm and a realm stops the old secret at once, so for a while some
//! realms know the new one and some the old. The source gives both; a realm's answer tells which.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::ports::Deadline;
use ivr_core::route::{Route, VOTING_CLIENT};
use ivr_core::secret::Secret;

use super::realm::Realm;

/// A client of ours in every realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeycloakClient {
    /// Logs voters in.
    Voting,
    /// The service itself.
    Service,
}

impl KeycloakClient {
    /// Its client id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Voting => VOTING_CLIENT,
            Self::Service => "ivr-service",
        }
    }
}

/// The secret of a client, and the one before it while a rotation is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPair {
    /// The one that is valid, or about to be.
    pub current: Secret<String>,
    /// The one before.
    pub previous: Option<Secret<String>>,
}

/// Why there is no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The source could not be asked.
    #[error("the source of the client secrets does not answer")]
    Unavailable,
    /// The source has none.
    #[error("no secret for {client} of cluster {cluster:?}, environment {environment:?}: {detail}")]
    Missing {
        /// Whose.
        client: &'static str,
        /// On which cluster.
        cluster: String,
        /// In which deployment.
        environment: String,
        /// Where it was looked for; never a value.
        detail: String,
    },
}

/// Where secrets come from.
#[async_trait]
pub trait ClientSecrets: Send + Sync {
    /// The secrets of a client, which are the same in all realms of a deployment.
    async fn secrets(
        &self,
        cluster: &str,
        environment: &str,
        client: KeycloakClient,
        within: Deadline,
    ) -> Result<SecretPair, SecretsError>;
}

/// How often the source is asked again after a refusal.
pub(super) const REREAD: TimeDelta = TimeDelta::seconds(10);
/// How many realms are remembered.
const REALMS: u64 = 10_000;

/// Secrets as last read, and the one that each realm accepted last.
pub(super) struct Keyring {
    source: Arc<dyn ClientSecrets>,
    kept: Mutex<HashMap<Owner, Kept>>,
    worked: moka::sync::Cache<(Realm, KeycloakClient), Secret<String>>,
}

type Owner = (String, String, KeycloakClient);

#[derive(Clone)]
struct Kept {
    pair: SecretPair,
    read_at: DateTime<Utc>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl Keyring {
    pub(super) fn new(source: Arc<dyn ClientSecrets>) -> Self {
        Self { source, kept: Mutex::default(), worked: moka::sync::Cache::new(REALMS) }
    }

    /// The secrets to begin with, best first.
    pub(super) async fn candidates(
        &self,
        route: &Route,
        client: KeycloakClient,
        now: DateTime<Utc>,
        within: Deadline,
    ) -> Result<Vec<Secret<String>>, SecretsError> {
        let pair = match self.known(route, client) {
            Some(pair) => pair,
            None => self.read(route, client, now, within).await?,
        };
        Ok(in_order(&pair, self.worked.get(&(Realm::of(route), client)).as_ref()))
    }

    /// After a refusal: reads the source again, at most once in ten seconds however many ask, and
    /// gives what was not tried yet. A source that fails leaves what is at hand.
    pub(super) async fn after_refusal(
        &self,
        route: &Route,
        client: KeycloakClient,
        tried: &[Secret<String>],
        now: DateTime<Utc>,
        within: Deadline,
    ) -> Vec<Secret<String>> {
        let owner = owner(route, client);
        let (mut pair, due) = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(kept) = kept.get_mut(&owner) else { return Vec::new() };
            // A clock that was set back must not stop us for hours.
            let due = now < kept.read_at || now - kept.read_at >= REREAD;
            if due {
                kept.read_at = now;
            }
            (kept.pair.clone(), due)
        };
        if due && let Ok(read) = self.read(route, client, now, within).await {
            pair = read;
        }
        let mut left = in_order(&pair, None);
        left.retain(|secret| !tried.contains(secret));
        left
    }

    /// A realm accepted a secret.
    pub(super) fn worked(&self, route: &Route, client: KeycloakClient, secret: &Secret<String>) {
        let key = (Realm::of(route), client);
        if self.worked.get(&key).as_ref() != Some(secret) {
            self.worked.insert(key, secret.clone());
        }
    }

    fn known(&self, route: &Route, client: KeycloakClient) -> Option<SecretPair> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&owner(route, client)).map(|kept| kept.pair.clone())
    }

    async fn read(
        &self,
        route: &Route,
        client: KeycloakClient,
        now: DateTime<Utc>,
        within: Deadline,
    ) -> Result<SecretPair, SecretsError> {
        let asked = self.source.secrets(&route.cluster_id, &route.environment, client, within);
        let pair = asked.await?;
        let kept = Kept { pair: pair.clone(), read_at: now };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(owner(route, client), kept);
        Ok(pair)
    }
}

fn owner(route: &Route, client: KeycloakClient) -> Owner {
    (route.cluster_id.clone(), route.environment.clone(), client)
}

/// The one that worked here last, then current, then previous.
fn in_order(pair: &SecretPair, worked: Option<&Secret<String>>) -> Vec<Secret<String>> {
    let mut order = vec![pair.current.clone()];
    if let Some(previous) = &pair.previous
        && *previous != pair.current
    {
        if worked == Some(previous) {
            order.insert(0, previous.clone());
        } else {
            order.push(previous.clone());
        }
    }
    order
}
