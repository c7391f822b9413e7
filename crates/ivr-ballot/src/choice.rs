//! What a voter decided, and its digits.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::layout::ContestLayout;
use crate::plaintext::Plaintext;
use crate::prepared::{BallotKind, ContestName, Style};

/// One contest's choice. It is the vote: wiped and never shown.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ContestChoice {
    /// The contest.
    pub contest_id: String,
    /// Ids of the chosen candidates, in any order; none for a blank contest, however it came to be blank.
    pub selected: Vec<String>,
    /// The voter spoilt this contest on purpose.
    pub explicit_invalid: bool,
}

impl fmt::Debug for ContestChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContestChoice(..)")
    }
}

/// Choices that are not a ballot of the style. No variant says what was chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// A choice for a contest the style does not have.
    #[error("a choice is for a contest that is not on this ballot")]
    UnknownContest,
    /// Two choices for one contest.
    #[error("{0} has two choices")]
    DuplicateContest(ContestName),
    /// No choice for a contest; a blank one is an empty choice.
    #[error("{0} has no choice")]
    MissingContest(ContestName),
    /// A candidate the contest does not have.
    #[error("a choice names a candidate that is not in {0}")]
    UnknownCandidate(ContestName),
    /// A candidate twice.
    #[error("a candidate of {0} is chosen twice")]
    DuplicateCandidate(ContestName),
    /// An explicit-blank or explicit-invalid option, a heading, a disabled candidate or a write-in.
    #[error("a choice names an option of {0} that cannot be marked")]
    NotMarkable(ContestName),
    /// Fewer than `min_votes`, where the format has no room for that.
    #[error("{0} has too few choices")]
    TooFew(ContestName),
    /// More than `max_votes`, where the format has no room for that.
    #[error("{0} has too many choices")]
    TooMany(ContestName),
    /// The digits do not fit into a ciphertext.
    #[error("the ballot does not fit into a ciphertext")]
    TooLong,
}

/// The digits of one ciphertext.
pub(crate) struct Digits<'style> {
    pub(crate) values: Zeroizing<Vec<u64>>,
    pub(crate) bases: &'style [u64],
}

impl Digits<'_> {
    pub(crate) fn plaintext(&self) -> Result<Plaintext, ChoiceError> {
        Plaintext::from_digits(&self.values, self.bases).ok_or(ChoiceError::TooLong)
    }
}

/// Lays choices out as digits: one list a ciphertext.
pub(crate) fn digits<'style>(
    style: &'style Style,
    choices: &[ContestChoice],
) -> Result<Vec<Digits<'style>>, ChoiceError> {
    let known = |choice: &ContestChoice| {
        let found = style.contests.binary_search_by(|layout| layout.id.cmp(&choice.contest_id));
        found.is_ok()
    };
    if !choices.iter().all(known) {
        return Err(ChoiceError::UnknownContest);
    }
    let mut singles = Vec::new();
    let mut whole = Zeroizing::new(Vec::with_capacity(style.multi_bases.len()));
    whole.push(0);
    for layout in &style.contests {
        let choice = choice_for(style, layout, choices)?;
        let marks = marks(style, layout, choice)?;
        match style.kind() {
            BallotKind::SingleContest => singles.push(single(layout, choice, &marks)),
            BallotKind::MultipleContests => {
                whole[0] |= u64::from(choice.explicit_invalid);
                append(style, layout, &marks, &mut whole)?;
            }
        }
    }
    Ok(match style.kind() {
        BallotKind::SingleContest => singles,
        BallotKind::MultipleContests => vec![Digits { values: whole, bases: &style.multi_bases }],
    })
}

fn choice_for<'a>(
    style: &Style,
    layout: &ContestLayout,
    choices: &'a [ContestChoice],
) -> Result<&'a ContestChoice, ChoiceError> {
    let mut mine = choices.iter().filter(|choice| choice.contest_id == layout.id);
    let choice = mine.next().ok_or_else(|| ChoiceError::MissingContest(style.name_of(layout)))?;
    match mine.next() {
        None => Ok(choice),
        Some(_) => Err(ChoiceError::DuplicateContest(style.name_of(layout))),
    }
}

/// A mark or none for each candidate of a contest, in id order.
fn marks(
    style: &Style,
    layout: &ContestLayout,
    choice: &ContestChoice,
) -> Result<Zeroizing<Vec<u64>>, ChoiceError> {
    let mut marks = Zeroizing::new(vec![0; layout.slots.len()]);
    for id in &choice.selected {
        let Some(slot) = layout.slot_of(id) else {
            let contest = style.contest(layout);
            let invalid = contest.candidates.iter().any(|each| each.id == *id);
            return Err(if invalid {
                ChoiceError::NotMarkable(style.name_of(layout))
            } else {
                ChoiceError::UnknownCandidate(style.name_of(layout))
            });
        };
        if !layout.slots[slot].markable {
            return Err(ChoiceError::NotMarkable(style.name_of(layout)));
        }
        if marks[slot] == 1 {
            return Err(ChoiceError::DuplicateCandidate(style.name_of(layout)));
        }
        marks[slot] = 1;
    }
    Ok(marks)
}

fn single<'style>(
    layout: &'style ContestLayout,
    choice: &ContestChoice,
    marks: &[u64],
) -> Digits<'style> {
    let mut values = Zeroizing::new(Vec::with_capacity(layout.bases.len()));
    values.push(u64::from(choice.explicit_invalid));
    values.extend_from_slice(marks);
    // Each write-in without a text is the 0 that would end it.
    values.resize(layout.bases.len(), 0);
    Digits { values, bases: &layout.bases }
}

fn append(
    style: &Style,
    layout: &ContestLayout,
    marks: &[u64],
    values: &mut Zeroizing<Vec<u64>>,
) -> Result<(), ChoiceError> {
    let chosen = marks.iter().filter(|mark| **mark == 1).count();
    if i64::try_from(chosen).is_ok_and(|chosen| chosen < layout.min_votes) {
        return Err(ChoiceError::TooFew(style.name_of(layout)));
    }
    let room = usize::try_from(layout.max_votes).unwrap_or(0);
    if chosen > room {
        return Err(ChoiceError::TooMany(style.name_of(layout)));
    }
    // Positions ascend, so the slots do not tell in which order keys were pressed.
    let end = values.len() + room;
    let marked = marks.iter().enumerate().filter(|(_, mark)| **mark == 1);
    values.extend(marked.map(|(position, _)| position as u64 + 1));
    values.resize(end, 0);
    Ok(())
}
