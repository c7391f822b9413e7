//! Live mode: a file that says which backends are real, and those backends (`STEP-IVR`, live mode).
//! Compiled with the feature `live`.

mod file;
mod harvest;
mod hasura;
mod keycloak;
mod runtime;
mod secret_ref;

pub use file::{DoorName, HarvestSection, HasuraSection, KeycloakSection, LiveFile, read};
pub use harvest::{Accepted, LiveHarvest};
pub use hasura::LiveHasura;
pub use keycloak::{LiveKeycloak, realm_route};
pub use runtime::{SystemClock, runtime};
pub use secret_ref::{SecretRef, SecretRefError};
