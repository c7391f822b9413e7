//! How a step can end.

/// A step that did not fail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It did what its title says.
    Done,
    /// It could not be done on this machine; the text says what is missing.
    Skipped(String),
}

/// Why a step failed, in one line for a person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) String);

pub(crate) type Outcome = Result<Verdict, Failure>;
