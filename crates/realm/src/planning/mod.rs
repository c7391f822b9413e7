//! What is to change in a realm: [`Snapshot`] is read, [`Plan`] is a pure function of it.

mod apply;
mod change;
mod clients;
mod diff;
mod flow;
mod options;
mod plan;
mod snapshot;
mod state;
mod wide;

pub(crate) use apply::obstacle;
pub use apply::{Applied, ApplyError, apply};
pub use change::{Action, Change, Class};
pub use options::Options;
pub use plan::{Plan, plan};
pub(crate) use snapshot::{dob_formats, find_client};
pub use snapshot::{read, server};
pub use state::{ClientState, Server, Snapshot};
