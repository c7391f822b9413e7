//! [`Change`]: one line of a plan.

use serde::Serialize;

use crate::admin::Write;

/// Whom a change concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Made for telephone voting alone.
    Ours,
    /// Shared with the portal and every other way in.
    EveryChannel,
}

/// How a change comes about.
#[derive(Debug, Clone)]
pub enum Action {
    /// By this request.
    Write(Write),
    /// By a request that can only be written when an earlier change is done.
    Later,
    /// Not by this tool; this says by what.
    Impossible(String),
}

/// One difference between a realm and what it is to be.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whom it concerns.
    pub class: Class,
    /// The thing: `client ivr-voting`.
    pub subject: String,
    /// What happens to it; no secret.
    pub what: String,
    /// What it means for the portal.
    pub portal: &'static str,
    /// How.
    pub action: Action,
}

/// The portal's side of everything that is only ours.
pub(super) const NOTHING: &str = "nothing changes";

impl Change {
    pub(super) fn ours(
        subject: impl Into<String>,
        what: impl Into<String>,
        action: Action,
    ) -> Self {
        let (subject, what) = (subject.into(), what.into());
        Self { class: Class::Ours, subject, what, portal: NOTHING, action }
    }

    pub(super) fn wide_later(subject: &str, what: &str, portal: &'static str) -> Self {
        let (subject, what) = (subject.to_owned(), what.to_owned());
        Self { class: Class::EveryChannel, subject, what, portal, action: Action::Later }
    }

    pub(super) fn wide(
        subject: impl Into<String>,
        what: impl Into<String>,
        portal: &'static str,
        write: Write,
    ) -> Self {
        let (subject, what) = (subject.into(), what.into());
        Self { class: Class::EveryChannel, subject, what, portal, action: Action::Write(write) }
    }
}
