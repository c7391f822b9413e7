//! The telephone's view of a published document: what the engine reads, checked when loaded.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::flow::phase::{FlowPhase, RetryLimits};
use crate::language::Language;
use crate::prompts::scope::ScopeByLanguage;

/// A published document, loaded and checked.
#[derive(Debug)]
pub struct Publication {
    /// The election event.
    pub event: Event,
    /// The elections of the event, in document order.
    pub elections: Vec<Election>,
    /// The ballots: one for each area and election.
    pub ballots: Vec<Ballot>,
}

/// The election event.
#[derive(Debug)]
pub struct Event {
    /// The tenant.
    pub tenant_id: Uuid,
    /// The event.
    pub id: Uuid,
    /// What it is called.
    pub names: Names,
    /// Its languages; never empty.
    pub languages: LanguageConf,
    /// The phases of a call; never empty.
    pub flow: Vec<FlowPhase>,
    /// How many failures end a call.
    pub retry_limits: RetryLimits,
    /// The number that helps voters, as published.
    pub assistance_phone: Option<String>,
    /// Whether a deactivated account is told so (`ivr.announce_disabled_account`, DECISIONS 25).
    pub announce_disabled_account: bool,
    /// Whether a single election is entered without asking.
    pub skip_election_list: bool,
    /// The order of the elections.
    pub elections_order: Order,
    /// Prompts and spoken names by language.
    pub scopes: ScopeByLanguage,
}

/// Languages of an event or an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageConf {
    /// The languages that are offered, in the order of the document.
    pub enabled: Vec<Language>,
    /// The language without a choice.
    pub default: Language,
}

/// An order of a list (facts 8, "Ordering").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By alias or else name, lowercased, by code point.
    Alphabetical,
    /// By `sort_order`.
    Custom,
    /// Shuffled once for a call.
    Random,
}

/// How often a voter may cast a ballot in an election (DECISIONS 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedBallots {
    /// As often as they like.
    Unlimited,
    /// So many ballots in all.
    AtMost(u32),
}

impl AllowedBallots {
    /// Reads `num_allowed_revotes`: 0 is unlimited, null is one (facts 4.5).
    pub fn from_num_allowed_revotes(value: Option<i64>) -> Self {
        match value {
            Some(0) => Self::Unlimited,
            Some(n @ 1..) => Self::AtMost(u32::try_from(n).unwrap_or(u32::MAX)),
            Some(_) | None => Self::AtMost(1),
        }
    }

    /// Whether a ballot is left after `cast` of them.
    pub fn left_after(self, cast: u32) -> bool {
        match self {
            Self::Unlimited => true,
            Self::AtMost(n) => cast < n,
        }
    }
}

/// An election.
#[derive(Debug)]
pub struct Election {
    /// Its id.
    pub id: Uuid,
    /// Its id exactly as published, for the wire.
    pub wire_id: String,
    /// What it is called.
    pub names: Names,
    /// Its languages, if it has its own.
    pub languages: Option<LanguageConf>,
    /// How often a voter may cast a ballot.
    pub allowed_ballots: AllowedBallots,
    /// Prompts and spoken names by language.
    pub scopes: ScopeByLanguage,
    /// What the orders compare.
    pub sort: SortKey,
}

/// The ballot of one election in one area.
#[derive(Debug)]
pub struct Ballot {
    /// Index into [`Publication::elections`].
    pub election: usize,
    /// The election's id.
    pub election_id: Uuid,
    /// The area whose voters have this ballot.
    pub area_id: Uuid,
    /// The order of the contests.
    pub contests_order: Order,
    /// Its contests, in the order of the ballot style.
    pub contests: Vec<Contest>,
    /// Indices of the contests in their order; as they stand where it is random
    /// ([`Ballot::contest_order`]).
    pub sorted: Vec<usize>,
    /// The prepared style; or why this ballot cannot be cast by telephone (DECISIONS 50).
    pub style: Result<Arc<ivr_ballot::Style>, String>,
}

/// A contest.
#[derive(Debug)]
pub struct Contest {
    /// Its id.
    pub id: Uuid,
    /// Its id exactly as published, for the ballot.
    pub wire_id: String,
    /// What it is called.
    pub names: Names,
    /// The most choices.
    pub max_votes: u32,
    /// The fewest choices.
    pub min_votes: u32,
    /// What a blank means.
    pub blank_vote_policy: ivr_ballot::style::BlankVotePolicy,
    /// What fewer choices than allowed mean.
    pub under_vote_policy: ivr_ballot::style::UnderVotePolicy,
    /// The order of the candidates.
    pub candidates_order: Order,
    /// The candidates that get a number, in the order of the ballot style (DECISIONS 36).
    pub candidates: Vec<Candidate>,
    /// Indices of the candidates in their order; as they stand where it is random
    /// ([`Contest::candidate_order`]).
    pub sorted: Vec<usize>,
    /// The option that stands for a blank, if there is one.
    pub explicit_blank: Option<Candidate>,
    /// Whether the ballot has a write-in, which a telephone cannot take.
    pub has_write_ins: bool,
    /// Prompts and spoken names by language.
    pub scopes: ScopeByLanguage,
    /// What the orders compare.
    pub sort: SortKey,
}

impl Contest {
    /// Whether a blank can be cast: not where a choice is needed or a blank is not allowed
    /// (CALL.md, "Candidates").
    pub fn blank_allowed(&self) -> bool {
        self.min_votes == 0
            && self.blank_vote_policy != ivr_ballot::style::BlankVotePolicy::NotAllowed
    }

    /// The fewest choices with which the contest can be finished, blanks aside.
    pub fn choices_needed(&self) -> u32 {
        self.min_votes.max(1)
    }

    /// Whether candidates have two-digit numbers: above nine.
    pub fn has_codes(&self) -> bool {
        self.candidates.len() > 9
    }

    /// The candidate of an id, the explicit blank included.
    pub fn candidate(&self, id: Uuid) -> Option<&Candidate> {
        self.candidates.iter().chain(&self.explicit_blank).find(|c| c.id == id)
    }
}

/// A candidate.
#[derive(Debug)]
pub struct Candidate {
    /// Its id.
    pub id: Uuid,
    /// Its id exactly as published, for the ballot.
    pub wire_id: String,
    /// What it is called.
    pub names: Names,
    /// Prompts and spoken names by language.
    pub scopes: ScopeByLanguage,
    /// What the orders compare.
    pub sort: SortKey,
}

/// What an entity is called in the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The name without a language.
    pub base: Option<String>,
    /// The name by language; an empty one counts as absent.
    pub by_language: BTreeMap<Language, String>,
}

/// What [`Order::Alphabetical`] and [`Order::Custom`] compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SortKey {
    /// Alias or else name in the base language, lowercased.
    pub text: String,
    /// `sort_order`; missing is -1.
    pub sort_order: i64,
}
