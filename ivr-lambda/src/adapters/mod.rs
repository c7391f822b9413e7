//! The ways out: real backends behind the engine's ports. Compiled with the feature `live`.
//!
//! One folder a product. What all of them share is [`http`], the one HTTP client, [`request`], what
//! every request has, [`meter`], what came of it, and [`routing_urls`], which decides where a routing entry may send anybody.

pub mod harvest;
pub mod hasura;
pub mod http;
pub mod keycloak;
pub mod meter;
mod request;
pub mod routing_urls;

#[cfg(test)]
mod testing;
