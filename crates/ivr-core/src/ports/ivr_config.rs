//! The IvrConfig port: which credentials the realm asks for (design 5.1.2).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::outage::{Deadline, Outage};
use super::service_token::ServiceToken;
use crate::route::Route;

/// One credential that the realm's Direct Grant flow asks for, in the order of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthStep {
    /// Semantic name: `voter_id`, `pin`, `dob`.
    pub field: String,
    /// The most digits.
    pub max_digits: u8,
    /// `#`, or empty for exactly `max_digits` digits.
    pub terminator: String,
    /// The form parameter: `username`, `password`, `dob`.
    pub maps_to: String,
    /// The prompt; without one it follows from `maps_to` (design 5.1.3).
    #[serde(default)]
    pub prompt_key: Option<String>,
}

/// Why the steps of a realm are not known.
#[derive(Debug, thiserror::Error)]
pub enum IvrConfigError {
    /// The realm asks for something that cannot be asked by telephone, or refuses the service: an
    /// operator must look, and no retry mends it.
    #[error("the realm cannot be used by telephone: {detail}")]
    Unusable {
        /// What the realm said, or what is wrong with its answer; free of secrets.
        detail: String,
    },
    /// The realm did not answer.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Which credentials are asked.
#[async_trait]
pub trait IvrConfigPort: Send + Sync {
    /// The steps of a realm. Asked once a call, when its session is created. Safe to repeat.
    async fn auth_steps(
        &self,
        route: &Route,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Vec<AuthStep>, IvrConfigError>;
}
