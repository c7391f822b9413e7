//! [`Finding`]: one thing worth knowing about a realm.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Some voter cannot vote by telephone.
    Stops,
    /// A vote can be stolen or an account locked.
    Endangers,
    /// Worth knowing.
    Note,
}

/// What was found, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad.
    pub level: Level,
    /// What it is. No value of a voter's is in it.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    pub(super) fn stops(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Stops, what: what.into(), remedy: remedy.into() }
    }

    pub(super) fn endangers(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Endangers, what: what.into(), remedy: remedy.into() }
    }

    pub(super) fn note(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Note, what: what.into(), remedy: remedy.into() }
    }
}
