//! A world: everything that a call without a network needs, from one JSON file.
//!
//! [`World`] is the file, [`read`] takes it from disk, [`Checked`] is what a call is held in. The
//! fakes that play the backends are the engine's own (`ivr_core::fakes`).

mod check;
mod error;
mod file;
mod load;
mod routing;
mod schema;
mod voter;
mod warning;

pub(crate) use check::YEARS;
pub use error::At;
pub(crate) use error::{from_json, json_path};
pub use file::{CastVotes, Ids, PhoneConfigs, Status, World};
pub(crate) use load::publication;
pub use load::{Checked, Settings, checked, read};
pub use schema::schema;
pub use voter::{Account, AuthStep, Voter};
pub use warning::Warning;
