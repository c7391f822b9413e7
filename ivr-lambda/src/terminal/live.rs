//! `--live`: real backends in the place of a world's.

use std::path::Path;

use ivr_core::fakes::{AcceptedBallot, FakeWorld};
use ivr_core::ports::Ports;
use ivr_core::turn::handle::{ContactEvent, Ivr};

use ivr_core::answer::Answer;
use ivr_core::settings::Settings;

use crate::world::Checked;

/// What to say where nothing live was compiled in.
#[cfg(not(feature = "live"))]
pub(crate) const NOT_BUILT_IN: &str = "--live is not in this build; build with it: \
    cargo run -p ivr-lambda --features live -- …";

/// The backends of a call.
pub(crate) enum Backends<'a> {
    /// All of them are the world's.
    World(&'a FakeWorld),
    /// Some of them are real.
    #[cfg(feature = "live")]
    Live(&'a FakeWorld, &'a imp::Live),
}

impl<'a> Backends<'a> {
    /// The world's, with the real ones in the place of their own.
    pub(crate) fn of(world: &'a FakeWorld, live: Option<&'a Live>) -> Self {
        match live {
            None => Self::World(world),
            #[cfg(feature = "live")]
            Some(live) => Self::Live(world, live),
            #[cfg(not(feature = "live"))]
            Some(live) => match *live {},
        }
    }

    /// The world behind them.
    pub(crate) fn world(&self) -> &'a FakeWorld {
        match self {
            Self::World(world) => world,
            #[cfg(feature = "live")]
            Self::Live(world, _) => world,
        }
    }

    /// Plays one turn.
    pub(crate) fn handle(&self, event: &ContactEvent) -> Answer {
        let settings = Settings::default();
        let ivr = |ports: Ports<'a>| (ports, &settings);
        match self {
            Self::World(world) => {
                let (ports, settings) = ivr(world.ports());
                pollster::block_on(Ivr { ports, settings }.handle(event))
            }
            #[cfg(feature = "live")]
            Self::Live(world, live) => {
                let (ports, settings) = ivr(live.ports(world));
                live.runtime.block_on(Ivr { ports, settings }.handle(event))
            }
        }
    }
}

#[cfg(feature = "live")]
pub(crate) use imp::Live;

/// Nothing live was compiled in: there is none.
#[cfg(not(feature = "live"))]
pub(crate) enum Live {}

#[cfg(not(feature = "live"))]
impl Live {
    pub(crate) fn open(_: &Path, _: &mut Checked, _: bool) -> anyhow::Result<Self> {
        anyhow::bail!(NOT_BUILT_IN)
    }

    #[allow(clippy::unused_self, reason = "there is none")]
    pub(crate) fn join(&mut self, _: &FakeWorld) {}

    #[allow(clippy::unused_self, reason = "there is none")]
    pub(crate) fn accepted(&self) -> Vec<AcceptedBallot> {
        Vec::new()
    }

    #[allow(clippy::unused_self, reason = "there is none")]
    pub(crate) fn log_requests(&self) {}
}

#[cfg(feature = "live")]
mod imp {
    use std::sync::Arc;

    use anyhow::{Context as _, bail};
    use ivr_core::fakes::Faulty;

    use super::*;
    use crate::adapters::meter::Totals;
    use crate::live::{self, Accepted, LiveHarvest, LiveHasura, LiveKeycloak};
    use crate::terminal::log;
    use crate::world::At;

    /// The real backends of a call.
    pub(crate) struct Live {
        pub(crate) runtime: tokio::runtime::Runtime,
        waiting: Option<(LiveKeycloak, Option<LiveHasura>, Option<LiveHarvest>)>,
        keycloak: Option<Faulty<LiveKeycloak>>,
        hasura: Option<Faulty<LiveHasura>>,
        harvest: Option<Faulty<LiveHarvest>>,
        accepted: Option<Accepted>,
        totals: Arc<Totals>,
    }

    impl Live {
        /// Reads the file and fits the world to it: the dialled number's backends are the real
        /// ones, and so is the time.
        pub(crate) fn open(
            file: &Path,
            checked: &mut Checked,
            time_was_asked_for: bool,
        ) -> anyhow::Result<Self> {
            if time_was_asked_for {
                bail!("--now with --live: a real Keycloak knows only the real time");
            }
            let read = live::read(file)?;
            let section = read.keycloak.context("no live section")?;
            let keycloak = LiveKeycloak::open(file, &section)?;
            let totals = Arc::new(Totals::default());
            let harvest = read
                .harvest
                .map(|section| LiveHarvest::open(&section, &keycloak, Arc::clone(&totals)));
            let accepted = harvest.as_ref().map(LiveHarvest::accepted);
            let hasura = read.hasura.map(|section| {
                let hasura = LiveHasura::open(&section, &keycloak, Arc::clone(&totals));
                match &accepted {
                    Some(accepted) => hasura.watched_by(accepted.clone()),
                    None => hasura,
                }
            });
            if harvest.is_some() && hasura.is_none() {
                log::line(
                    "warning: --live: ballots are cast for real, but the history is the world's; \
                     add \"hasura\"",
                );
            }
            let route = &keycloak.route;
            let dialled = &checked.dialled;
            let entries = &mut checked.config.phone_config;
            let entry = entries.iter_mut().find(|entry| entry.phone_number == *dialled);
            if let Some(entry) = entry {
                let wanted =
                    format!("tenant-{}-event-{}", entry.tenant_id, entry.election_event_id);
                if wanted != route.keycloak_realm {
                    let message = format!(
                        "{}, but {dialled} of the world stands for {wanted}",
                        route.keycloak_realm
                    );
                    bail!(At::new(file, "$.keycloak.realm", message));
                }
                entry.keycloak_url.clone_from(&route.keycloak_url);
                if let Some(hasura) = &hasura {
                    entry.hasura_url.clone_from(&hasura.url);
                }
                if let Some(harvest) = &harvest {
                    entry.harvest_url.clone_from(&harvest.url);
                }
            }
            if checked.config.now.take().is_some() {
                log::line("warning: --live: the clock is the real one, not the world's `now`");
            }
            let runtime = live::runtime().context("no runtime for network connections")?;
            let waiting = Some((keycloak, hasura, harvest));
            Ok(Self {
                runtime,
                waiting,
                keycloak: None,
                hasura: None,
                harvest: None,
                accepted,
                totals,
            })
        }

        /// Takes the place of the world's backends; the world's faults are on the way to them.
        pub(crate) fn join(&mut self, world: &FakeWorld) {
            world.accept_foreign_tokens();
            if let Some((keycloak, hasura, harvest)) = self.waiting.take() {
                self.keycloak = Some(world.faulty(keycloak));
                self.hasura = hasura.map(|hasura| world.faulty(hasura));
                self.harvest = harvest.map(|harvest| world.faulty(harvest));
            }
        }

        /// Ballots that Harvest accepted, as far as its replies and the history tell.
        pub(crate) fn accepted(&self) -> Vec<AcceptedBallot> {
            self.accepted.as_ref().map(Accepted::ballots).unwrap_or_default()
        }

        /// What was asked of Hasura and Harvest, one line for each operation.
        pub(crate) fn log_requests(&self) {
            for ((backend, operation), of) in self.totals.sums().operations {
                let line = serde_json::json!({
                    "requests_to": backend, "operation": operation, "outcomes": of.outcomes,
                    "bytes_sent": of.sent, "bytes_received": of.received,
                    "slowest_ms": of.slowest.num_milliseconds(),
                });
                log::line(&line.to_string());
            }
        }

        /// The world's ports, with the real ones in place of their own.
        pub(crate) fn ports<'a>(&'a self, world: &'a FakeWorld) -> Ports<'a> {
            let mut ports = world.ports();
            if let Some(keycloak) = &self.keycloak {
                ports = Ports {
                    auth: keycloak,
                    service_token: keycloak,
                    ivr_config: keycloak,
                    ..ports
                };
            }
            if let Some(hasura) = &self.hasura {
                ports = Ports {
                    election_status: hasura,
                    cast_vote_history: hasura,
                    blacklist: hasura,
                    call_log: hasura,
                    ..ports
                };
            }
            if let Some(harvest) = &self.harvest {
                ports = Ports { vote_casting: harvest, ..ports };
            }
            ports
        }
    }
}
