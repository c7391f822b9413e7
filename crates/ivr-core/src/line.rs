//! [`Line`]: one template spoken in an answer, as data.
//!
//! Answers are kept as lines, not as text: a line is a prompt and what goes into its slots, by id.
//! Rendering it again from the pinned publication gives the same bytes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::menu::Keys;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::name::PromptName;
use crate::prompts::vars::Variant;

/// One template spoken in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which prompt.
    pub name: PromptName,
    /// What goes into its slots.
    pub about: Slots,
}

/// What goes into the slots of a line, by id.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// The election that it is about; with a contest, the contest's.
    pub election: Option<Uuid>,
    /// Several elections, joined, instead of that one: what was cast, possibly nothing.
    pub elections: Option<Vec<Uuid>>,
    /// What was not cast.
    pub not_cast: Vec<Uuid>,
    /// The contest.
    pub contest: Option<Uuid>,
    /// The candidates, joined.
    pub candidates: Vec<Uuid>,
    /// How many are chosen, or would be dropped.
    pub count: u32,
    /// The key of an option.
    pub keys: Option<Keys>,
    /// The ballot locator.
    pub locator: Option<String>,
    /// Which wording of the built-in text.
    pub variant: Variant,
    /// The piece of a text that is too long for one answer.
    pub piece: Option<u8>,
}

impl std::fmt::Debug for Slots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Candidates here are a voter's choice.
        f.write_str("Slots(…)")
    }
}

impl Line {
    /// A line of a well-known prompt.
    pub fn of(key: IvrPromptKey) -> Self {
        Self::named(PromptName::Known(key))
    }

    /// A line of any prompt.
    pub fn named(name: PromptName) -> Self {
        Self { name, about: Slots::default() }
    }

    /// About an election.
    #[must_use]
    pub fn election(mut self, id: Uuid) -> Self {
        self.about.election = Some(id);
        self
    }

    /// About a contest.
    #[must_use]
    pub fn contest(mut self, id: Uuid) -> Self {
        self.about.contest = Some(id);
        self
    }

    /// About candidates.
    #[must_use]
    pub fn candidates(mut self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        self.about.candidates.extend(ids);
        self
    }

    /// With a count.
    #[must_use]
    pub fn count(mut self, n: usize) -> Self {
        self.about.count = u32::try_from(n).unwrap_or(u32::MAX);
        self
    }

    /// With the key of an option.
    #[must_use]
    pub fn keys(mut self, keys: Keys) -> Self {
        self.about.keys = Some(keys);
        self
    }

    /// With a wording.
    #[must_use]
    pub fn variant(mut self, variant: Variant) -> Self {
        self.about.variant = variant;
        self
    }
}
