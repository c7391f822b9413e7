//! Contests, candidates and their presentation, in the platform's field order.

use std::collections::BTreeMap;

use borsh::BorshSerialize;
use serde::{Deserialize, Serialize};

use super::policy::{
    BlankVotePolicy, CandidatesIconCheckboxPolicy, CandidatesSelectionPolicy, InvalidVotePolicy,
    Ordering, OverVotePolicy, UnderVotePolicy,
};
use super::{I18n, Translations};

/// One question on the ballot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct Contest {
    pub id: String,
    pub tenant_id: String,
    pub election_event_id: String,
    pub election_id: String,
    pub name: Option<String>,
    pub name_i18n: Option<Translations>,
    pub description: Option<String>,
    pub description_i18n: Option<Translations>,
    pub alias: Option<String>,
    pub alias_i18n: Option<Translations>,
    pub max_votes: i64,
    pub min_votes: i64,
    pub winning_candidates_num: i64,
    pub voting_type: Option<String>,
    pub counting_algorithm: Option<String>,
    pub is_encrypted: bool,
    pub candidates: Vec<Candidate>,
    pub presentation: Option<ContestPresentation>,
    pub created_at: Option<String>,
    pub annotations: Option<BTreeMap<String, String>>,
}

/// How a contest is shown and which ballots it accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct ContestPresentation {
    pub i18n: Option<I18n>,
    pub allow_writeins: Option<bool>,
    pub base32_writeins: Option<bool>,
    pub invalid_vote_policy: Option<InvalidVotePolicy>,
    pub under_vote_policy: Option<UnderVotePolicy>,
    pub blank_vote_policy: Option<BlankVotePolicy>,
    pub over_vote_policy: Option<OverVotePolicy>,
    pub pagination_policy: Option<String>,
    pub cumulative_number_of_checkboxes: Option<u64>,
    pub shuffle_categories: Option<bool>,
    pub shuffle_category_list: Option<Vec<String>>,
    pub show_points: Option<bool>,
    pub enable_checkable_lists: Option<String>,
    pub candidates_order: Option<Ordering>,
    pub candidates_selection_policy: Option<CandidatesSelectionPolicy>,
    pub candidates_icon_checkbox_policy: Option<CandidatesIconCheckboxPolicy>,
    pub max_selections_per_type: Option<u64>,
    pub types_presentation: Option<BTreeMap<String, Option<TypePresentation>>>,
    pub sort_order: Option<i64>,
    pub columns: Option<u64>,
}

/// How one type of candidates is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct TypePresentation {
    pub name: Option<String>,
    pub name_i18n: Option<Translations>,
    pub sort_order: Option<i64>,
    pub subtypes_presentation: Option<BTreeMap<String, Option<SubtypePresentation>>>,
}

/// How one subtype of candidates is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct SubtypePresentation {
    pub name: Option<String>,
    pub name_i18n: Option<Translations>,
    pub sort_order: Option<i64>,
}

/// One option of a contest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct Candidate {
    pub id: String,
    pub tenant_id: String,
    pub election_event_id: String,
    pub election_id: String,
    pub contest_id: String,
    pub name: Option<String>,
    pub name_i18n: Option<Translations>,
    pub description: Option<String>,
    pub description_i18n: Option<Translations>,
    pub alias: Option<String>,
    pub alias_i18n: Option<Translations>,
    pub candidate_type: Option<String>,
    pub presentation: Option<CandidatePresentation>,
    pub annotations: Option<BTreeMap<String, String>>,
}

/// What a candidate is and how it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct CandidatePresentation {
    pub i18n: Option<I18n>,
    pub is_explicit_invalid: Option<bool>,
    pub is_explicit_blank: Option<bool>,
    pub is_disabled: Option<bool>,
    pub is_category_list: Option<bool>,
    pub invalid_vote_position: Option<String>,
    pub is_write_in: Option<bool>,
    pub sort_order: Option<i64>,
    pub urls: Option<Vec<CandidateUrl>>,
    pub subtype: Option<String>,
}

/// A link beside a candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct CandidateUrl {
    pub url: String,
    pub kind: Option<String>,
    pub title: Option<String>,
    pub is_image: bool,
}
