//! [`Options`]: what the operator asked for.

use crate::desired::flow::{DobFormats, Factors};
use crate::secrets::ClientSecret;

/// What a plan is made for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What voters key.
    pub factors: Factors,
    /// How dates of birth are stored and keyed.
    pub dob: DobFormats,
    /// Whether settings that every channel shares may be changed.
    pub realm_wide: bool,
    /// Whether this is a realm for development: created if missing, with substitutes.
    pub development: bool,
    /// The secret of `ivr-voting`; without it the secret is not compared.
    pub voting_secret: Option<ClientSecret>,
    /// The secret of `ivr-service`.
    pub service_secret: Option<ClientSecret>,
}
