//! The published document: lenient wire types → the telephone's view of it.
//!
//! [`Publication::from_json`] reads the document that the platform uploads (`facts`, section 3)
//! and owns the knowledge of its shape; nothing else of the engine sees it. A defect that the
//! whole event depends on is a [`PublicationError`]; one of a single ballot is a [`Finding`], and
//! the ballot says of itself that it cannot be cast by telephone. Both carry a JSON path.
//!
//! Read [`view`](self) types first (`view.rs`), then `load.rs`.

mod ballot;
mod contest;
mod cursor;
mod election;
mod error;
mod event;
mod finding;
mod ivr_settings;
mod languages;
mod load;
mod lookup;
mod names;
mod nested_ivr;
mod order;
mod path;
mod scopes;
mod style;
#[cfg(any(test, feature = "fakes"))]
pub mod testing;
mod view;

pub use error::PublicationError;
pub use finding::{Code, Finding, Level};
pub use load::Loaded;
pub use order::OrderSeed;
pub use view::*;
