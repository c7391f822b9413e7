//! What a world is made from: plain data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fault::FaultRule;
use crate::ports::{AuthStep, PhoneConfig, VotingStatus};
use crate::publication::Publication;

/// What a world is made from.
#[derive(Debug, Clone)]
pub struct FakeConfig {
    /// When virtual time begins; `None` is the real clock.
    pub now: Option<DateTime<Utc>>,
    /// The routing file.
    pub phone_config: Vec<PhoneConfig>,
    /// The published document, whatever event is asked for.
    pub publication: Arc<Publication>,
    /// Its publication.
    pub publication_id: String,
    /// Its document.
    pub document_id: String,
    /// What the realm asks of voters.
    pub auth_steps: Vec<AuthStep>,
    /// The voters of the realm.
    pub voters: Vec<FakeVoter>,
    /// Failed logins before an account locks; 0 is never.
    pub lockout_after: u32,
    /// How long an access token lives, in seconds.
    pub token_lifetime_s: i64,
    /// Whether a refresh token that is used again ends the session.
    pub refresh_rotation: bool,
    /// Blocked callers, E.164.
    pub blacklist: Vec<String>,
    /// The event's status by telephone.
    pub event_status: VotingStatus,
    /// The elections' status by telephone; open if not here.
    pub election_status: BTreeMap<Uuid, VotingStatus>,
    /// Elections that are not on the telephone channel.
    pub telephone_disabled: BTreeSet<Uuid>,
    /// Ballots cast before the world begins.
    pub cast_votes: Vec<FakeCast>,
    /// What goes wrong.
    pub faults: Vec<FaultRule>,
    /// Whether one `ballot_id` can be recorded once an election (DECISIONS 67); the platform as it
    /// is does not look.
    pub unique_ballot_id: bool,
    /// All randomness comes from it.
    pub seed: u64,
}

impl FakeConfig {
    /// A world around a publication: nothing goes wrong, everything is open, nobody can vote yet.
    pub fn of(publication: Arc<Publication>) -> Self {
        Self {
            now: None,
            phone_config: Vec::new(),
            publication,
            publication_id: "fake-publication".into(),
            document_id: "fake-document".into(),
            auth_steps: Vec::new(),
            voters: Vec::new(),
            lockout_after: 30,
            token_lifetime_s: 300,
            refresh_rotation: false,
            blacklist: Vec::new(),
            event_status: VotingStatus::Open,
            election_status: BTreeMap::new(),
            telephone_disabled: BTreeSet::new(),
            cast_votes: Vec::new(),
            faults: Vec::new(),
            unique_ballot_id: false,
            seed: 0,
        }
    }

    /// The elections of a voter who is not told otherwise: those with a ballot in the area.
    pub(super) fn elections_of(&self, area: Option<Uuid>) -> Vec<Uuid> {
        let ballots = self.publication.ballots.iter();
        ballots.filter(|b| Some(b.area_id) == area).map(|b| b.election_id).collect()
    }

    /// The status of an election.
    pub(super) fn status_of(&self, election: Uuid) -> VotingStatus {
        self.election_status.get(&election).copied().unwrap_or(VotingStatus::Open)
    }
}

/// A voter of the realm.
#[derive(Clone, PartialEq, Eq)]
pub struct FakeVoter {
    /// What they key in, by form parameter; `username` is how they are found.
    pub credentials: BTreeMap<String, String>,
    /// Their id in the realm.
    pub user_id: String,
    /// Their area.
    pub area_id: Option<Uuid>,
    /// Their elections; by default those that have a ballot in their area.
    pub authorized_election_ids: Option<Vec<Uuid>>,
    /// How the account stands.
    pub account: Account,
}

impl fmt::Debug for FakeVoter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeVoter(…)")
    }
}

/// How an account stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// It can be used.
    #[default]
    Active,
    /// An administrator deactivated it.
    Disabled,
    /// It is locked.
    Locked,
    /// It is not fully set up.
    ActionRequired,
}

/// Ballots cast before the world begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FakeCast {
    /// Who cast them.
    pub user_id: String,
    /// In which election.
    pub election_id: Uuid,
    /// How many.
    pub ballots: u32,
}
