//! GraphQL itself: documents, variables, and requests held against a role's schema.

pub mod coerce;
pub mod collect;
pub mod document;
pub mod introspect;
