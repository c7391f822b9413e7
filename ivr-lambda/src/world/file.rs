//! [`World`]: the file itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use ivr_core::fakes::FaultRule;
use ivr_core::ports::{PhoneConfig, VotingStatus};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::routing::{PhoneConfigSchema, VotingStatusSchema};
use super::voter::{AuthStep, Voter};

/// Everything that a call without a network needs. Paths are relative to this file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// Points to the schema, for editors; nothing reads it.
    #[serde(default, rename = "$schema")]
    pub schema: Option<String>,
    /// The time at which the call begins; from then on time is virtual. Without it the real clock
    /// runs.
    #[serde(default)]
    pub now: Option<DateTime<Utc>>,
    /// The routing file: what dialled numbers stand for.
    pub phone_config: PhoneConfigs,
    /// The published document of the routed event.
    pub publication: PathBuf,
    /// The ids that pin the published document.
    #[serde(default)]
    pub ids: Ids,
    /// The credentials that the realm asks for, in order.
    pub auth_steps: Vec<AuthStep>,
    /// The voters of the realm.
    #[serde(default)]
    pub voters: Vec<Voter>,
    /// After so many failed logins in a row an account locks.
    #[serde(default = "lockout_after")]
    pub lockout_after: u32,
    /// How long an access token is valid, in seconds.
    #[serde(default = "token_lifetime_s")]
    pub token_lifetime_s: u32,
    /// Blocked calling numbers, E.164.
    #[serde(default)]
    pub blacklist: Vec<String>,
    /// What is open by telephone.
    #[serde(default)]
    pub status: Status,
    /// Elections whose `voting_channels.telephone` is false.
    #[serde(default)]
    pub telephone_disabled: BTreeSet<Uuid>,
    /// Ballots that were cast before the call.
    #[serde(default)]
    pub cast_votes: Vec<CastVotes>,
    /// What goes wrong in the call.
    #[serde(default)]
    pub faults: Vec<FaultRule>,
}

fn lockout_after() -> u32 {
    30
}

fn token_lifetime_s() -> u32 {
    300
}

/// The routing file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneConfigs {
    /// Its entries. The first is the one that is dialled unless another is asked for.
    #[schemars(with = "Vec<PhoneConfigSchema>", length(min = 1))]
    pub entries: Vec<PhoneConfig>,
}

/// The ids that pin the published document: those of the routing entry, else made up.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ids {
    /// Of the publication.
    #[serde(default)]
    pub publication_id: Option<String>,
    /// Of the document.
    #[serde(default)]
    pub document_id: Option<String>,
}

/// What is open by telephone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Status {
    /// The status of the event.
    #[schemars(with = "VotingStatusSchema")]
    pub event: VotingStatus,
    /// The status of elections; one that is not named is open.
    #[schemars(with = "BTreeMap<Uuid, VotingStatusSchema>")]
    pub elections: BTreeMap<Uuid, VotingStatus>,
}

impl Default for Status {
    fn default() -> Self {
        Self { event: VotingStatus::Open, elections: BTreeMap::new() }
    }
}

/// Ballots that a voter cast before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CastVotes {
    /// The voter: the `user_id` of one of the `voters`.
    pub user_id: String,
    /// In which election.
    pub election_id: Uuid,
    /// How many.
    #[serde(default = "one")]
    pub ballots: u32,
}

fn one() -> u32 {
    1
}
