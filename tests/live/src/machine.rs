//! What all towns share: a database server and a Keycloak.

use contract::extensions;
use test_servers::keycloak::Keycloak;
use test_servers::postgres::Postgres;

/// Servers that run until this is dropped.
pub struct Machine {
    /// Every town has a database of its own in it.
    pub cluster: Postgres,
    /// Every town has a realm of its own in it.
    pub keycloak: Keycloak,
}

impl Machine {
    /// Starts both, one after the other: neither is light.
    ///
    /// # Errors
    /// When one is not there or does not start.
    pub fn start() -> anyhow::Result<Self> {
        Ok(Self { cluster: Postgres::start()?, keycloak: extensions::keycloak()? })
    }

    /// What answers, a line each.
    pub fn report(&self) -> String {
        format!("identity: {}\ndatabase: {}", self.keycloak.report(), self.cluster.report())
    }
}
