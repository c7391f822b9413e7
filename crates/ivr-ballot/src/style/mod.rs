//! The ballot style as published: typed, complete, and in the platform's field order.
//!
//! The order of the fields is the order they are hashed in, so it is part of the format. Unknown JSON keys
//! are ignored and a missing key is the same as null; a value of the wrong type is an error that says where.

mod contest;
mod event;
mod meaning;
pub mod policy;

use std::collections::BTreeMap;

use borsh::BorshSerialize;
use serde::{Deserialize, Serialize};

pub use contest::{
    Candidate, CandidatePresentation, CandidateUrl, Contest, ContestPresentation,
    SubtypePresentation, TypePresentation,
};
pub use event::{
    CustomUrls, ElectionDates, ElectionEventPresentation, ElectionPresentation, LanguageConf,
    Materials, PresentedDates, ScheduledEventDates, VotingPortalCountdown,
};
pub use meaning::CountingAlgorithm;
pub use policy::*;

/// Texts by language, then by key. A null text is an entry of its own.
pub type I18n = BTreeMap<String, BTreeMap<String, Option<String>>>;
/// One text by language.
pub type Translations = BTreeMap<String, Option<String>>;

/// What one area votes on in one election.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct BallotStyle {
    pub id: String,
    pub tenant_id: String,
    pub election_event_id: String,
    pub election_id: String,
    /// The number of ballots a voter may cast: 0 is unlimited, null is one.
    pub num_allowed_revotes: Option<i64>,
    pub description: Option<String>,
    pub public_key: Option<PublicKeyConfig>,
    pub area_id: String,
    pub area_presentation: Option<AreaPresentation>,
    pub contests: Vec<Contest>,
    pub election_event_presentation: Option<ElectionEventPresentation>,
    pub election_presentation: Option<ElectionPresentation>,
    pub election_dates: Option<ElectionDates>,
    pub election_event_annotations: Option<BTreeMap<String, String>>,
    pub election_annotations: Option<BTreeMap<String, String>>,
    pub area_annotations: Option<AreaAnnotations>,
}

/// The key ballots are encrypted to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct PublicKeyConfig {
    pub public_key: String,
    pub is_demo: bool,
}

/// How an area is presented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct AreaPresentation {
    pub allow_early_voting: Option<EarlyVoting>,
}

/// What is noted about an area.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct AreaAnnotations {
    /// A weight wraps a nullable number, so a number is hashed under two "present" bytes.
    pub weight: Option<Weight>,
}

/// How much a vote of the area weighs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[serde(transparent)]
pub struct Weight(pub Option<u64>);

/// A text that is not a ballot style.
#[derive(Debug, thiserror::Error)]
#[error("not a ballot style, at {path}")]
pub struct ParseStyleError {
    /// Where in the JSON, for instance `contests[0].max_votes`.
    pub path: String,
    /// What was wrong there.
    pub source: serde_json::Error,
}

impl BallotStyle {
    /// Reads a ballot style from its JSON text.
    ///
    /// # Errors
    /// Where the text stops being a ballot style, and why.
    pub fn from_json(text: &str) -> Result<Self, ParseStyleError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let style = serde_path_to_error::deserialize(&mut reader).map_err(path_error)?;
        reader.end().map_err(|source| ParseStyleError { path: ".".to_owned(), source })?;
        Ok(style)
    }

    /// Reads one entry of a publication's `ballot_styles`.
    ///
    /// # Errors
    /// Where the value stops being a ballot style, and why.
    pub fn from_value(value: &serde_json::Value) -> Result<Self, ParseStyleError> {
        serde_path_to_error::deserialize(value).map_err(path_error)
    }
}

fn path_error(error: serde_path_to_error::Error<serde_json::Error>) -> ParseStyleError {
    ParseStyleError { path: error.path().to_string(), source: error.into_inner() }
}
