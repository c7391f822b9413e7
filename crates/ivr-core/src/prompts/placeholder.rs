//! The placeholders of templates, and which of them a prompt may use.

use std::fmt;

/// A `{placeholder}` (design Appendix D, "Template Variables").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Placeholder {
    /// `{assistance_phone}`
    AssistancePhone,
    /// `{election_name}`
    ElectionName,
    /// `{contest_name}`
    ContestName,
    /// `{contest_number}`
    ContestNumber,
    /// `{max_votes}`
    MaxVotes,
    /// `{min_votes}`
    MinVotes,
    /// `{number}`
    Number,
    /// `{candidate_name}`
    CandidateName,
    /// `{confirmation_number}`
    ConfirmationNumber,
}

impl Placeholder {
    /// Every placeholder.
    pub const ALL: [Self; 9] = [
        Self::AssistancePhone,
        Self::ElectionName,
        Self::ContestName,
        Self::ContestNumber,
        Self::MaxVotes,
        Self::MinVotes,
        Self::Number,
        Self::CandidateName,
        Self::ConfirmationNumber,
    ];

    /// The name between the braces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AssistancePhone => "assistance_phone",
            Self::ElectionName => "election_name",
            Self::ContestName => "contest_name",
            Self::ContestNumber => "contest_number",
            Self::MaxVotes => "max_votes",
            Self::MinVotes => "min_votes",
            Self::Number => "number",
            Self::CandidateName => "candidate_name",
            Self::ConfirmationNumber => "confirmation_number",
        }
    }

    /// The placeholder of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == name)
    }
}

/// A set of placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceholderSet(u16);

impl PlaceholderSet {
    /// None at all: spoken overrides of names.
    pub const NONE: Self = Self(0);
    /// Allowed everywhere.
    pub const ANYWHERE: Self = Self::NONE.with(Placeholder::AssistancePhone);
    /// About an election.
    pub const ELECTION: Self = Self::ANYWHERE.with(Placeholder::ElectionName);
    /// An election with its key.
    pub const ELECTION_OPTION: Self = Self::ELECTION.with(Placeholder::Number);
    /// About a contest.
    pub const CONTEST: Self = Self::ELECTION
        .with(Placeholder::ContestName)
        .with(Placeholder::ContestNumber)
        .with(Placeholder::MaxVotes)
        .with(Placeholder::MinVotes);
    /// About a candidate of a contest.
    pub const OPTION: Self =
        Self::CONTEST.with(Placeholder::Number).with(Placeholder::CandidateName);
    /// About a receipt.
    pub const RECEIPT: Self = Self::ELECTION.with(Placeholder::ConfirmationNumber);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, placeholder: Placeholder) -> Self {
        Self(self.0 | 1 << placeholder as u16)
    }

    /// This set and one less.
    #[must_use]
    pub const fn without(self, placeholder: Placeholder) -> Self {
        Self(self.0 & !(1 << placeholder as u16))
    }

    /// Whether the placeholder is in the set.
    pub const fn contains(self, placeholder: Placeholder) -> bool {
        self.0 & (1 << placeholder as u16) != 0
    }

    /// The placeholders of the set.
    pub fn iter(self) -> impl Iterator<Item = Placeholder> {
        Placeholder::ALL.into_iter().filter(move |&p| self.contains(p))
    }
}

impl fmt::Display for PlaceholderSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE {
            return f.write_str("none");
        }
        for (i, placeholder) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{{{}}}", placeholder.as_str())?;
        }
        Ok(())
    }
}
