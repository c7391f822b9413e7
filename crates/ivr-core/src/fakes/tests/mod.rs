//! The fakes behave as the facts say.

mod clock;
mod failures;
mod faults;
mod harvest;
mod hasura;
mod keycloak;
mod sessions;
mod state;
mod support;
mod whole_call;
