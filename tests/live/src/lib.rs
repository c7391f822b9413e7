//! Whole telephone votes on real parts: a Keycloak with our extensions, PostgreSQL, Hasura or its
//! stand-in, and the development Harvest, all as processes of this machine; `step-ivr` is the
//! telephone. At the end the box is opened and compared with the keys that were pressed.
//!
//! The command `live` (`make live`) shows it; the suite `whole` holds it.

pub mod ballot_box;
pub mod desk;
pub mod election;
pub mod faults;
pub mod harvest;
pub mod machine;
pub mod phone;
pub mod programs;
pub mod race;
pub mod scenes;
pub mod town;
