//! Finding a voter's ballots and the things on them.

use uuid::Uuid;

use super::view::{Ballot, Contest, Election, Publication};

impl Publication {
    /// An election and its index.
    pub fn election(&self, id: Uuid) -> Option<(usize, &Election)> {
        self.elections.iter().enumerate().find(|(_, election)| election.id == id)
    }

    /// The ballots of a voter: those of the area, in elections that the voter is authorized for.
    /// At most one for each election; those that cannot be cast by telephone are among them.
    pub fn ballots_for(&self, area: Uuid, authorized: &[Uuid]) -> Vec<&Ballot> {
        self.ballots
            .iter()
            .filter(|b| b.area_id == area && authorized.contains(&b.election_id))
            .collect()
    }

    /// The ballot of an area in an election.
    pub fn ballot(&self, area: Uuid, election: Uuid) -> Option<&Ballot> {
        self.ballots.iter().find(|b| b.area_id == area && b.election_id == election)
    }

    /// The election of a ballot of this publication.
    pub fn election_of(&self, ballot: &Ballot) -> &Election {
        &self.elections[ballot.election]
    }
}

impl Ballot {
    /// A contest.
    pub fn contest(&self, id: Uuid) -> Option<&Contest> {
        self.contests.iter().find(|contest| contest.id == id)
    }

    /// Whether the ballot can be cast by telephone.
    pub fn by_phone(&self) -> bool {
        self.style.is_ok()
    }
}
