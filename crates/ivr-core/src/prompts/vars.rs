//! [`Vars`]: what a prompt may speak about.

use serde::{Deserialize, Serialize};

use crate::menu::{Keys, Menu};
use crate::ssml::template::IvrTemplate;

/// What something is called when spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name<'a> {
    /// Text of the portal; it is escaped.
    Text(&'a str),
    /// A spoken override; it was sanitised when it was loaded.
    Markup(&'a IvrTemplate),
    /// So many more, at the end of a list that is too long for one answer.
    More(u32),
}

/// What `{number}` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// The keys of an option.
    Keys(Keys),
    /// How many.
    Count(u32),
}

/// Which of several wordings a prompt has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// The usual one.
    #[default]
    Plain,
    /// A ballot was cast, and another may be.
    MayVoteAgain,
    /// Closed for good.
    Closed,
    /// Paused; it will go on.
    Paused,
    /// Not begun.
    NotStarted,
    /// Said a second time.
    Again,
    /// A list without anything to choose.
    NothingSelectable,
}

/// The values of a prompt. What a prompt does not speak about is left at its default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vars<'a> {
    /// The number that helps voters, as published.
    pub assistance_phone: Option<&'a str>,
    /// `{election_name}`: one or several.
    pub elections: &'a [Name<'a>],
    /// `cast_so_far` only: what was not cast.
    pub not_cast: &'a [Name<'a>],
    /// `{contest_name}`
    pub contest_name: Option<Name<'a>>,
    /// `{contest_number}`, from 1.
    pub contest_number: u32,
    /// How many contests the ballot has.
    pub contest_count: u32,
    /// `{max_votes}`
    pub max_votes: u32,
    /// `{min_votes}`
    pub min_votes: u32,
    /// `{candidate_name}`: one or several.
    pub candidates: &'a [Name<'a>],
    /// How many are chosen, or how many a zero drops.
    pub chosen: u32,
    /// `{number}`
    pub number: Option<Number>,
    /// `{confirmation_number}`: the locator, hexadecimal.
    pub locator: Option<&'a str>,
    /// The menu of the turn: where built-in words take their keys from.
    pub menu: Option<&'a Menu>,
    /// Which wording.
    pub variant: Variant,
}
