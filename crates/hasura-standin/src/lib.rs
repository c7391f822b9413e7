//! A stand-in for Hasura v2, from PostgreSQL: for tests on machines where the official image cannot
//! be had, and for nothing else. The README says what it is and what it is not.
//!
//! A request goes through [`wire`], [`auth`] and [`execute`]: its document is held against the
//! role's [`schema`], which is made of the [`model`] (metadata and catalogue together), and becomes
//! SQL in [`sql`] and [`predicate`].

pub mod actions;
pub mod admin;
pub mod app;
pub mod auth;
pub mod catalogue;
pub mod config;
pub mod execute;
pub mod fault;
pub mod graphql;
pub mod json;
pub mod metadata;
pub mod model;
pub mod predicate;
pub mod run_sql;
pub mod scalars;
pub mod schema;
pub mod server;
pub mod session;
pub mod sql;
pub mod wire;
