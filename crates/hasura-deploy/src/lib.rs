//! Takes a Hasura server to the state that telephone voting needs (design 6.3, 14.2).
//!
//! On a real platform it sends only what is ours: migrations, then tracking, relationships and
//! permissions of tables and functions whose names begin with `ivr_`. What already stands is
//! skipped; what stands differently stops everything before the first change. For development it
//! puts the platform's own tables there first and replaces the metadata as a whole.

pub mod book;
pub mod deploy;
pub mod development;
pub mod error;
pub mod folder;
pub mod migrations;
pub mod ours;
pub mod plan;
pub mod schema;
pub mod sdl;
pub mod server;

/// The source that holds the platform's tables, and ours.
pub const SOURCE: &str = "backend-db";

/// The schema of the platform's tables, and of ours.
pub const SCHEMA: &str = "sequent_backend";

/// How the names of everything that is ours begin.
pub const PREFIX: &str = "ivr_";
