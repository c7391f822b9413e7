//! [`FakeWorld`]: every backend of the engine in one value.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::bucket::FakeBucket;
use super::clock::FakeClock;
use super::config::FakeConfig;
use super::fault::PortName;
use super::faulty::Faulty;
use super::harvest::FakeHarvest;
use super::hasura::FakeHasura;
use super::keycloak::FakeKeycloak;
use super::secrets::FakeSecrets;
use super::sessions::{Intruder, MemorySessions};
use super::shared::{AcceptedBallot, LoggedCall, Shared};
use super::state::WorldState;
use crate::ports::{Ports, SealingKey, SessionRow, Telemetry, TelemetryRecord};
use crate::secret::Secret;

/// A world that behaves: made from a [`FakeConfig`], asked through [`FakeWorld::ports`], looked at
/// from outside by tests.
pub struct FakeWorld {
    shared: Arc<Shared>,
    keycloak: Faulty<FakeKeycloak>,
    hasura: Faulty<FakeHasura>,
    harvest: Faulty<FakeHarvest>,
    bucket: Faulty<FakeBucket>,
    sessions: Faulty<MemorySessions>,
    secrets: FakeSecrets,
}

impl FakeWorld {
    /// A world as it is before the first call.
    pub fn new(config: FakeConfig) -> Self {
        let shared = Arc::new(Shared::new(config));
        Self {
            keycloak: Faulty::new(FakeKeycloak(Arc::clone(&shared)), &shared),
            hasura: Faulty::new(FakeHasura(Arc::clone(&shared)), &shared),
            harvest: Faulty::new(FakeHarvest(Arc::clone(&shared)), &shared),
            bucket: Faulty::new(FakeBucket(Arc::clone(&shared)), &shared),
            sessions: Faulty::new(MemorySessions(Arc::clone(&shared)), &shared),
            secrets: FakeSecrets(Arc::clone(&shared)),
            shared,
        }
    }

    /// Every port, with whatever goes wrong on its way.
    pub fn ports(&self) -> Ports<'_> {
        Ports {
            session: &self.sessions,
            auth: &self.keycloak,
            service_token: &self.keycloak,
            ivr_config: &self.keycloak,
            election_config: &self.bucket,
            election_status: &self.hasura,
            cast_vote_history: &self.hasura,
            vote_casting: &self.harvest,
            phone_config: &self.bucket,
            blacklist: &self.hasura,
            call_log: &self.hasura,
            phone_hasher: &self.secrets,
            sealing_keys: &self.secrets,
            clock: &self.shared.clock,
            entropy: &self.shared.randomness.engine,
            telemetry: self,
        }
    }

    /// Puts this world's faults on the way to another port, a real adapter for instance.
    pub fn faulty<P>(&self, port: P) -> Faulty<P> {
        Faulty::new(port, &self.shared)
    }

    /// The time.
    pub fn clock(&self) -> &FakeClock {
        &self.shared.clock
    }

    /// What the world is made from, as it stands now.
    pub fn config(&self) -> FakeConfig {
        self.shared.config().clone()
    }

    /// The ballots accepted since the start, in order.
    pub fn accepted_ballots(&self) -> Vec<AcceptedBallot> {
        self.shared.settle();
        self.shared.tables().accepted.clone()
    }

    /// What operators saw since the start, in order.
    pub fn telemetry(&self) -> Vec<TelemetryRecord> {
        self.shared.tables().telemetry.clone()
    }

    /// What operators saw since this was asked last.
    pub fn take_telemetry(&self) -> Vec<TelemetryRecord> {
        std::mem::take(&mut self.shared.tables().telemetry)
    }

    /// The call log: the newest record of each contact.
    pub fn call_log(&self) -> BTreeMap<String, LoggedCall> {
        self.shared.tables().call_log.clone()
    }

    /// How often a port was called.
    pub fn calls(&self, port: PortName) -> u32 {
        self.shared.calls(port)
    }

    /// The stored calls, by contact.
    pub fn rows(&self) -> BTreeMap<String, SessionRow> {
        self.shared.tables().sessions.clone()
    }

    /// Replaces the stored calls.
    pub fn set_rows(&self, rows: BTreeMap<String, SessionRow>) {
        self.shared.tables().sessions = rows;
    }

    /// The part that calls change.
    pub fn state(&self) -> WorldState {
        WorldState::of(&self.shared)
    }

    /// Goes on from a state of the same world.
    pub fn restore(&self, state: WorldState) {
        state.put_back(&self.shared);
    }

    /// Changes the world while it runs: closes an election, adds a fault. `now`, `seed` and
    /// `cast_votes` have done their work by then.
    pub fn change(&self, change: impl FnOnce(&mut FakeConfig)) {
        self.shared.change(change);
    }

    /// Lets somebody else write just before the next update of a stored call; several wait in
    /// line.
    pub fn before_next_update(&self, intruder: Intruder) {
        let hook = |world: &Shared| intruder(&mut world.tables().sessions);
        self.shared.hooks().push_back(Box::new(hook));
    }

    /// Lets something happen just before the next update of a stored call, in the same line. It
    /// may play a whole turn on this world: that is a race.
    pub fn race_next_update(&self, race: impl FnOnce() + Send + 'static) {
        self.shared.hooks().push_back(Box::new(|_| race()));
    }

    /// Adds a sealing key that seals from now on; older ones still open.
    pub fn rotate_sealing_key(&self, id: &str, key: [u8; 32]) {
        let key = SealingKey::new(id, Secret::new(key));
        self.shared.tables().sealing_keys.push(key);
    }

    /// Takes a sealing key away.
    pub fn forget_sealing_key(&self, id: &str) {
        self.shared.tables().sealing_keys.retain(|key| key.id() != id);
    }

    /// From now on tokens of a real Keycloak are accepted, for what their claims say.
    pub fn accept_foreign_tokens(&self) {
        self.shared.foreign_tokens.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
impl FakeWorld {
    /// For tests that build a fake of their own on this world.
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}

impl Telemetry for FakeWorld {
    fn record(&self, record: TelemetryRecord) {
        self.shared.tables().telemetry.push(record);
    }
}
