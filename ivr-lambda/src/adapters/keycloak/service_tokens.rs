//! [`ServiceTokens`]: `get_service_token`, design 6.3 and DECISIONS 57.
//!
//! What to do is decided by [`Slot`]; here is the waiting. Whoever is told to fetch fetches inside
//! its own future: nothing is spawned that would have to live on after an invocation has answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::ports::{AuthError, Deadline, ServiceToken, ServiceTokenPort};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use tokio::sync::Notify;

use super::claims;
use super::realm::Realm;
use super::secrets::KeycloakClient;
use super::service_slot::{Slot, SlotLimits, Step};
use super::token_endpoint::{Grant, Granted, NoGrant, TokenEndpoint};
use crate::adapters::http::HttpError;

/// The numbers of the service's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceSettings {
    /// A token is renewed so long before its end.
    pub margin: TimeDelta,
    /// How long a failure is remembered.
    pub failed: TimeDelta,
    /// How long a misconfiguration is remembered.
    pub misconfigured: TimeDelta,
    /// The most that one fetch takes.
    pub fetch: TimeDelta,
    /// The most that a fetch takes while the old token still serves.
    pub renewal: TimeDelta,
    /// The most realms that are kept.
    pub realms: u64,
}

impl Default for ServiceSettings {
    fn default() -> Self {
        Self {
            margin: TimeDelta::seconds(30),
            failed: TimeDelta::seconds(1),
            misconfigured: TimeDelta::seconds(10),
            fetch: TimeDelta::seconds(2),
            renewal: TimeDelta::seconds(1),
            realms: 1_000,
        }
    }
}

/// The service's own tokens, one per cluster and realm.
pub struct ServiceTokens {
    endpoint: Arc<TokenEndpoint>,
    settings: ServiceSettings,
    slots: moka::sync::Cache<Realm, Arc<SharedSlot>>,
}

#[derive(Default)]
struct SharedSlot {
    slot: Mutex<Slot>,
    changed: Notify,
}

impl SharedSlot {
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ServiceTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceTokens").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Says that a fetch was given up, unless it came to its end: its future may be dropped anywhere.
struct InFlight<'a> {
    slot: &'a SharedSlot,
    id: u64,
    over: bool,
}

impl InFlight<'_> {
    fn ends(mut self, how: impl FnOnce(&mut Slot)) {
        how(&mut self.slot.lock());
        self.over = true;
        self.slot.changed.notify_waiters();
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.slot.lock().abandoned(self.id);
            self.slot.changed.notify_waiters();
        }
    }
}

impl ServiceTokens {
    /// Tokens through an endpoint.
    pub fn new(endpoint: Arc<TokenEndpoint>, settings: ServiceSettings) -> Self {
        Self { endpoint, settings, slots: moka::sync::Cache::new(settings.realms) }
    }

    /// A backend refused this token: it is not given out again.
    pub fn forget(&self, route: &Route, token: &ServiceToken) {
        if let Some(shared) = self.slots.get(&Realm::of(route)) {
            shared.lock().forget(&token.0);
        }
    }

    /// How many realms are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> u64 {
        self.slots.run_pending_tasks();
        self.slots.entry_count()
    }

    async fn token(&self, route: &Route, within: Deadline) -> Result<Secret<String>, NoGrant> {
        let http = &self.endpoint.http;
        let shared = self.slots.get_with(Realm::of(route), Arc::default);
        loop {
            // Listening begins before looking, so that no change in between is missed.
            let mut changed = std::pin::pin!(shared.changed.notified());
            changed.as_mut().enable();
            let now = http.clock().now();
            let flight = within.at_most(self.settings.fetch, now);
            let step = shared.lock().step(now, flight.0);
            match step {
                Step::Use(token) => return Ok(token),
                Step::Fail(why) => return Err(why),
                Step::Wait => {
                    // The one that fetches may stand still: nobody waits for it longer than a
                    // fetch may take, then asks again.
                    let left = http.left(flight).to_std().unwrap_or_default();
                    if left.is_zero() {
                        return Err(NoGrant::Http(HttpError::TimedOut));
                    }
                    let _ = tokio::time::timeout(left, changed).await;
                }
                Step::Fetch { id, meanwhile } => {
                    let in_flight = InFlight { slot: &shared, id, over: false };
                    let limit = match meanwhile {
                        Some(_) => flight.at_most(self.settings.renewal, now),
                        None => flight,
                    };
                    let fetched = self.fetch(route, limit).await;
                    let kept = self.settle(in_flight, fetched, within, now);
                    return match (kept, meanwhile) {
                        (Ok(token), _) | (Err(_), Some(token)) => Ok(token),
                        (Err(why), None) => Err(why),
                    };
                }
            }
        }
    }

    /// Writes down what became of a fetch.
    fn settle(
        &self,
        in_flight: InFlight<'_>,
        fetched: Result<(Secret<String>, DateTime<Utc>), NoGrant>,
        within: Deadline,
        began: DateTime<Utc>,
    ) -> Result<Secret<String>, NoGrant> {
        let limits = SlotLimits {
            margin: self.settings.margin,
            failed: self.settings.failed,
            misconfigured: self.settings.misconfigured,
        };
        let now = self.endpoint.http.clock().now();
        let id = in_flight.id;
        match fetched {
            Ok((token, good_until)) => {
                let kept = token.clone();
                in_flight.ends(|slot| slot.landed(id, kept, good_until, now, limits));
                Ok(token)
            }
            // Our caller had less time than a fetch may take: that says nothing of Keycloak.
            Err(why @ NoGrant::Http(HttpError::TimedOut))
                if within.0 < began + self.settings.renewal =>
            {
                drop(in_flight);
                Err(why)
            }
            Err(why) => {
                let kept = why.clone();
                in_flight.ends(|slot| slot.failed(id, kept, now, limits));
                Err(why)
            }
        }
    }

    async fn fetch(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<(Secret<String>, DateTime<Utc>), NoGrant> {
        let Granted { access_token, expires_in, .. } =
            self.endpoint.ask(route, Grant::ClientCredentials, within).await?;
        let received = self.endpoint.http.clock().now();
        // A token that cannot be read was damaged on its way.
        let exp = claims::expires_at(access_token.expose())
            .ok()
            .and_then(|exp| DateTime::from_timestamp(exp, 0))
            .ok_or(NoGrant::Http(HttpError::Broken))?;
        let lives = expires_in.and_then(|lives| TimeDelta::from_std(lives).ok());
        let by_receipt = lives.and_then(|lives| received.checked_add_signed(lives));
        // Where the two clocks differ, the earlier end counts.
        Ok((access_token, by_receipt.map_or(exp, |end| end.min(exp))))
    }
}

#[async_trait]
impl ServiceTokenPort for ServiceTokens {
    async fn get_service_token(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<ServiceToken, AuthError> {
        match self.token(route, within).await {
            Ok(token) => Ok(ServiceToken(token)),
            Err(why) => Err(match why.as_outage() {
                Some(outage) => AuthError::KeycloakUnavailable(outage),
                None => {
                    let realm = Realm::of(route);
                    AuthError::ConfigurationError(why.detail(&realm, KeycloakClient::Service))
                }
            }),
        }
    }
}
