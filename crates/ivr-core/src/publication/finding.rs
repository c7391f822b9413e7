//! [`Finding`]: what a loaded document has wrong or odd about it.

use std::fmt;

use super::path::Path;
use crate::language::Language;

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Voters may hear something other than was meant.
    Warning,
    /// Somebody cannot vote by telephone, or text of an administrator is not used.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Something about a document that an administrator should see before the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// Where: a JSON path.
    pub path: String,
    /// The language it is about, if it is about one.
    pub language: Option<Language>,
    /// What kind of thing it is.
    pub code: Code,
    /// What is wrong and what is done about it.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {} ({})", self.level, self.path, self.message, self.code)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// What a [`Finding`] is about; stable, for logs and for the linter's switches.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// The name of the code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

codes! {
    /// A key of `presentation.ivr` that nothing reads.
    UnknownIvrKey = "unknown-ivr-key";
    /// A key of a phase that the phase does not have.
    UnknownPhaseKey = "unknown-phase-key";
    /// The flow has no `goodbye`; one is added.
    NoGoodbye = "no-goodbye";
    /// The flow has no `ballot_loop`: nobody can vote.
    NoBallotLoop = "no-ballot-loop";
    /// Phases after `goodbye` are never reached.
    PhaseAfterGoodbye = "phase-after-goodbye";
    /// A language stands in the list twice.
    DuplicateLanguage = "duplicate-language";
    /// Only nine languages can have a key.
    TooManyLanguages = "too-many-languages";
    /// The default language is not among the enabled ones.
    DefaultLanguageNotEnabled = "default-language-not-enabled";
    /// An election enables a language that the event does not.
    LanguageNotInEvent = "language-not-in-event";
    /// A negative `num_allowed_revotes` is read as one ballot.
    NegativeRevotes = "negative-revotes";
    /// The document has no ballot styles: nobody can vote.
    NoBallotStyles = "no-ballot-styles";
    /// The ballot cannot be cast by telephone.
    NotByPhone = "not-by-phone";
    /// The style's election is not in the document; the style is left out.
    UnknownElection = "unknown-election";
    /// Nobody can say whose ballot style it is; the style is left out.
    UnreadableBallotStyle = "unreadable-ballot-style";
    /// Nobody can say which election the row is about; the row is left out.
    UnreadableElection = "unreadable-election";
    /// Two styles of one area and election.
    DuplicateBallotStyle = "duplicate-ballot-style";
    /// Nested telephone strings were taken out of a ballot style before it was hashed.
    NestedIvrInStyle = "nested-ivr-in-style";
    /// A contest has several explicit-blank options; the first by id is used.
    SeveralExplicitBlanks = "several-explicit-blanks";
    /// A telephone string cannot be used; the next wider one is heard.
    IvrBadOverride = "ivr-bad-override";
    /// A telephone string is not a text.
    IvrNotText = "ivr-not-text";
    /// A telephone string stands nested and flat, and they differ.
    IvrConflict = "ivr-conflict";
    /// The sanitiser took something out of a telephone string.
    IvrDropped = "ivr-dropped";
    /// A prompt of the deployment's own cannot be spoken.
    IvrNotSpeakable = "ivr-not-speakable";
    /// Telephone strings with keys that are not well known.
    IvrUnknownKeys = "ivr-unknown-keys";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Collects findings while a document is loaded.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn info(&mut self, path: &Path<'_>, code: Code, message: impl Into<String>) {
        self.add(Level::Info, path.to_string(), code, message);
    }

    pub(super) fn warning(&mut self, path: &Path<'_>, code: Code, message: impl Into<String>) {
        self.add(Level::Warning, path.to_string(), code, message);
    }

    pub(super) fn error(&mut self, path: &Path<'_>, code: Code, message: impl Into<String>) {
        self.add(Level::Error, path.to_string(), code, message);
    }

    pub(super) fn add(
        &mut self,
        level: Level,
        path: String,
        code: Code,
        message: impl Into<String>,
    ) {
        self.push(Finding { level, path, language: None, code, message: message.into() });
    }

    pub(super) fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}
