//! [`FakeWorld`]: everything that a call needs, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::clock::FakeClock;
use super::config::FakeConfig;
use super::faulty::{Faulty, PortName};
use super::harvest::{AcceptedBallot, FakeHarvest};
use super::hasura::{FakeHasura, LoggedCall};
use super::keycloak::FakeKeycloak;
use super::sessions::{Intruder, MemorySessions};
use super::small::{FakeFiles, FakeHasher, FakeSealingKeys, RecordingTelemetry, SeededEntropy};
use super::state::{RecordedBallot, StoredRow, WorldState};
use crate::ports::{Clock as _, Entropy, Ports, SessionRow, TelemetryRecord};

/// Everything that a call needs, in memory.
pub struct FakeWorld {
    config: Arc<FakeConfig>,
    state: Arc<Mutex<WorldState>>,
    clock: Arc<FakeClock>,
    entropy: Arc<SeededEntropy>,
    faulty: Faulty,
    keys: FakeSealingKeys,
    telemetry: RecordingTelemetry,
}

impl FakeWorld {
    /// A world as its configuration says, with nothing called yet.
    pub fn new(config: FakeConfig) -> Self {
        let clock = Arc::new(FakeClock::new(config.now));
        let entropy = Arc::new(SeededEntropy::new(config.seed));
        let mut key = [0; 32];
        entropy.fill(&mut key);
        let state = WorldState {
            ballots: cast_before(&config),
            sealing_key: STANDARD.encode(key),
            ..WorldState::default()
        };
        let config = Arc::new(config);
        let state = Arc::new(Mutex::new(state));
        let faulty = Faulty {
            rules: config.faults.clone(),
            calls: Mutex::default(),
            clock: Arc::clone(&clock),
            sessions: MemorySessions::default(),
            keycloak: FakeKeycloak {
                config: Arc::clone(&config),
                state: Arc::clone(&state),
                clock: Arc::clone(&clock),
                entropy: Arc::clone(&entropy) as Arc<dyn Entropy>,
            },
            hasura: FakeHasura {
                config: Arc::clone(&config),
                state: Arc::clone(&state),
                clock: Arc::clone(&clock),
                calls: Mutex::default(),
            },
            harvest: FakeHarvest {
                config: Arc::clone(&config),
                state: Arc::clone(&state),
                clock: Arc::clone(&clock),
                accepted: Mutex::default(),
            },
            files: FakeFiles(Arc::clone(&config)),
        };
        let keys = FakeSealingKeys(Arc::clone(&state));
        Self {
            config,
            state,
            clock,
            entropy,
            faulty,
            keys,
            telemetry: RecordingTelemetry::default(),
        }
    }

    /// Every port, with the world's faults around them.
    pub fn ports(&self) -> Ports<'_> {
        Ports {
            session: &self.faulty,
            auth: &self.faulty,
            service_token: &self.faulty,
            ivr_config: &self.faulty,
            election_config: &self.faulty,
            election_status: &self.faulty,
            cast_vote_history: &self.faulty,
            vote_casting: &self.faulty,
            phone_config: &self.faulty,
            blacklist: &self.faulty,
            call_log: &self.faulty,
            phone_hasher: &FakeHasher,
            sealing_keys: &self.keys,
            clock: &*self.clock,
            entropy: &*self.entropy,
            telemetry: &self.telemetry,
        }
    }

    /// The world's time.
    pub fn clock(&self) -> &FakeClock {
        &self.clock
    }

    /// The world's configuration.
    pub fn config(&self) -> &FakeConfig {
        &self.config
    }

    /// Ballots accepted since the world began, in order.
    pub fn accepted_ballots(&self) -> Vec<AcceptedBallot> {
        self.faulty.harvest.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything that telemetry was told.
    pub fn telemetry(&self) -> Vec<TelemetryRecord> {
        self.telemetry.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The call log.
    pub fn call_log(&self) -> BTreeMap<String, LoggedCall> {
        self.faulty.hasura.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a port was called.
    pub fn calls(&self, port: PortName) -> u32 {
        let calls = self.faulty.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&port).copied().unwrap_or(0)
    }

    /// The stored rows.
    pub fn rows(&self) -> BTreeMap<String, SessionRow> {
        self.faulty.sessions.rows().clone()
    }

    /// Replaces the stored rows.
    pub fn set_rows(&self, rows: BTreeMap<String, SessionRow>) {
        *self.faulty.sessions.rows() = rows;
    }

    /// Lets somebody else write just before the next update of a row.
    pub fn before_next_update(&self, intruder: Intruder) {
        self.faulty.sessions.before_next_update(intruder);
    }

    /// What calls changed, rows included.
    pub fn state(&self) -> WorldState {
        let mut state = self.state_mut().clone();
        state.now = self.clock.is_virtual().then(|| self.clock.now());
        let stored = |row: SessionRow| StoredRow {
            version: row.version,
            ttl: row.ttl,
            key_id: row.key_id,
            sealed: STANDARD.encode(row.sealed),
        };
        state.rows = self.rows().into_iter().map(|(id, row)| (id, stored(row))).collect();
        state
    }

    /// Goes on from a state.
    pub fn restore(&self, state: WorldState) {
        if let Some(now) = state.now {
            self.clock.set(now);
        }
        let row = |(contact_id, row): (&String, &StoredRow)| {
            let row = SessionRow {
                contact_id: contact_id.clone(),
                version: row.version,
                ttl: row.ttl,
                key_id: row.key_id.clone(),
                sealed: STANDARD.decode(&row.sealed).unwrap_or_default(),
            };
            (contact_id.clone(), row)
        };
        self.set_rows(state.rows.iter().map(row).collect());
        *self.state_mut() = state;
    }

    fn state_mut(&self) -> MutexGuard<'_, WorldState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cast_before(config: &FakeConfig) -> Vec<RecordedBallot> {
    let mut ballots = Vec::new();
    for cast in &config.cast_votes {
        let voter = config.voters.iter().find(|voter| voter.user_id == cast.user_id);
        let Some(area_id) = voter.and_then(|voter| voter.area_id) else { continue };
        for _ in 0..cast.ballots {
            ballots.push(RecordedBallot {
                user_id: cast.user_id.clone(),
                election_id: cast.election_id,
                area_id,
                ballot_id: String::new(),
            });
        }
    }
    ballots
}
