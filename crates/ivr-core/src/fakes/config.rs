//! What a world consists of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::faulty::FaultRule;
use crate::ports::{AuthStep, PhoneConfig, VotingStatus};
use crate::publication::Publication;

/// What a world consists of.
#[derive(Debug, Clone)]
pub struct FakeConfig {
    /// Virtual time from here on; `None` is the real clock.
    pub now: Option<DateTime<Utc>>,
    /// The routing file.
    pub phone_config: Vec<PhoneConfig>,
    /// The published document of the routed event.
    pub publication: Arc<Publication>,
    /// Its id.
    pub publication_id: String,
    /// The id of its document.
    pub document_id: String,
    /// What the realm asks of voters.
    pub auth_steps: Vec<AuthStep>,
    /// The electorate.
    pub voters: Vec<FakeVoter>,
    /// Failed logins before an account locks.
    pub lockout_after: u32,
    /// How long access tokens live.
    pub token_lifetime_s: i64,
    /// Whether a used refresh token is dead, and using it again ends the session.
    pub refresh_rotation: bool,
    /// Blocked numbers.
    pub blacklist: Vec<String>,
    /// Telephone status of the event.
    pub event_status: VotingStatus,
    /// Telephone status of elections; default open.
    pub election_status: BTreeMap<Uuid, VotingStatus>,
    /// Elections that are not on the telephone channel.
    pub telephone_disabled: BTreeSet<Uuid>,
    /// Ballots cast before.
    pub cast_votes: Vec<FakeCast>,
    /// What goes wrong.
    pub faults: Vec<FaultRule>,
    /// Where all randomness comes from.
    pub seed: u64,
    /// Whether the platform refuses a `ballot_id` that it has (our patch; not as it is today).
    pub unique_ballot_id: bool,
}

impl FakeConfig {
    /// A world with a publication and nothing else yet.
    pub fn of(publication: Arc<Publication>) -> Self {
        Self {
            now: None,
            phone_config: Vec::new(),
            publication,
            publication_id: "00000000-0000-4000-8000-000000000001".into(),
            document_id: "00000000-0000-4000-8000-000000000002".into(),
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
            seed: 0,
            unique_ballot_id: false,
        }
    }

    /// The elections that a voter's token authorises: their own list, else all of the area.
    pub(super) fn elections_of(&self, voter: &FakeVoter) -> Vec<Uuid> {
        voter.authorized_election_ids.clone().unwrap_or_else(|| {
            let in_area = |b: &&crate::publication::Ballot| Some(b.area_id) == voter.area_id;
            self.publication.ballots.iter().filter(in_area).map(|b| b.election_id).collect()
        })
    }

    /// The status of an election as it is stored: the event's is not copied here.
    pub(super) fn status_of(&self, election: Uuid) -> VotingStatus {
        self.election_status.get(&election).copied().unwrap_or(VotingStatus::Open)
    }
}

/// A voter.
#[derive(Clone)]
pub struct FakeVoter {
    /// What they key in, by form parameter.
    pub credentials: BTreeMap<String, String>,
    /// Their id in Keycloak.
    pub user_id: String,
    /// Their area; without one they are not eligible.
    pub area_id: Option<Uuid>,
    /// Their elections; default: all of the area.
    pub authorized_election_ids: Option<Vec<Uuid>>,
    /// The state of their account.
    pub account: Account,
}

impl fmt::Debug for FakeVoter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeVoter(…)")
    }
}

/// The state of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Account {
    /// In order.
    #[default]
    Active,
    /// Deactivated by an administrator.
    Disabled,
    /// Locked; on the wire this is a wrong PIN.
    Locked,
    /// Not fully set up.
    ActionRequired,
}

/// Ballots cast before the world began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FakeCast {
    /// Whose.
    pub user_id: String,
    /// In which election.
    pub election_id: Uuid,
    /// How many.
    pub ballots: u32,
}
