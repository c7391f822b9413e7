//! The realm: what it asks for, and who its voters are.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// One credential that the realm asks for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthStep {
    /// Semantic name: `voter_id`, `pin`, `dob`.
    pub field: String,
    /// The most digits.
    #[schemars(range(min = 1, max = 20))]
    pub max_digits: u8,
    /// `#`, or empty for exactly `max_digits` digits.
    pub terminator: String,
    /// The form parameter that it is sent as: `username`, `password`, `dob`.
    pub maps_to: String,
    /// The prompt that asks for it; without one it follows from `maps_to`.
    #[serde(default)]
    pub prompt_key: Option<String>,
}

impl From<AuthStep> for ivr_core::ports::AuthStep {
    fn from(step: AuthStep) -> Self {
        let AuthStep { field, max_digits, terminator, maps_to, prompt_key } = step;
        Self { field, max_digits, terminator, maps_to, prompt_key }
    }
}

/// A voter.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Voter {
    /// What the voter keys in, by the `maps_to` of the steps.
    pub credentials: BTreeMap<String, String>,
    /// The voter's id in the realm.
    pub user_id: String,
    /// The area; without one the voter is not eligible.
    #[serde(default)]
    pub area_id: Option<Uuid>,
    /// The elections that the voter may vote in; without the field all elections of the area.
    #[serde(default)]
    pub authorized_election_ids: Option<Vec<Uuid>>,
    /// How the account stands.
    #[serde(default)]
    pub account: Account,
}

/// How an account stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// It can be used.
    #[default]
    Active,
    /// It was deactivated.
    Disabled,
    /// It is locked; the realm does not say so.
    Locked,
    /// It is not fully set up.
    ActionRequired,
}

impl From<Account> for ivr_core::fakes::Account {
    fn from(account: Account) -> Self {
        match account {
            Account::Active => Self::Active,
            Account::Disabled => Self::Disabled,
            Account::Locked => Self::Locked,
            Account::ActionRequired => Self::ActionRequired,
        }
    }
}
