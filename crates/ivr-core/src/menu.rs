//! One typed menu per input turn: key sequence → meaning.
//!
//! Everything that concerns keys is derived from the [`Menu`] of the turn: what built-in prompts
//! say, `valid_inputs`, what input is matched against, the `menu` that `step-ivr` prints. So what
//! is said and what is accepted cannot differ (`CALL.md`, "Input" and "Menus").

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::language::Language;

/// How keys are collected on a turn: one of the fixed kinds that Connect input actions serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// One key, delivered at once.
    OneKey,
    /// Two digits, ended by the number sign or by waiting.
    Code,
    /// A credential of up to `max_digits` digits.
    Entry {
        /// The most digits that are accepted.
        max_digits: u8,
        /// Whether the number sign ends the entry; without it the entry has exactly `max_digits`.
        terminated: bool,
    },
}

/// How long a turn waits for keys, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputTiming {
    /// To the first key.
    pub first_key_s: u8,
    /// Between keys; `None` where one key is all.
    pub between_keys_s: Option<u8>,
}

impl InputKind {
    /// The wait of this kind (`CALL.md`, first table). While a list is still being read out
    /// (`list_part`), silence for one second leads to the next part.
    pub fn timing(self, list_part: bool) -> InputTiming {
        let (first, between) = match self {
            Self::OneKey => (10, None),
            Self::Code => (15, Some(6)),
            Self::Entry { .. } => (20, Some(10)),
        };
        InputTiming { first_key_s: if list_part { 1 } else { first }, between_keys_s: between }
    }
}

/// A key sequence of a menu, as a person presses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keys {
    /// A single digit, `1` to `9` in lists; also what an administrator chose as accept key.
    Digit(u8),
    /// Two digits, then the number sign.
    Code(u8),
    /// Zero: leave out, skip.
    Zero,
    /// The number sign alone.
    Hash,
    /// Star: repeat.
    Star,
    /// A credential: any number of digits up to the limit.
    Entry {
        /// The most digits that are accepted.
        max_digits: u8,
        /// Whether the number sign ends it.
        terminated: bool,
    },
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Digit(d) => write!(f, "{d}"),
            Self::Code(n) => write!(f, "{n:02}#"),
            Self::Zero => f.write_str("0"),
            Self::Hash => f.write_str("#"),
            Self::Star => f.write_str("*"),
            Self::Entry { max_digits, terminated: true } => write!(f, "D{{1,{max_digits}}}#"),
            Self::Entry { max_digits, terminated: false } => write!(f, "D{{{max_digits}}}"),
        }
    }
}

/// What a key sequence means on the turn that offers it.
#[derive(Clone, PartialEq, Eq)]
pub enum Action {
    /// Hear the same answer again.
    Repeat,
    /// Accept an announcement, or go on after a receipt.
    Accept,
    /// Choose the language of the call.
    ChooseLanguage(Language),
    /// Key in a credential; the field's name.
    Enter(String),
    /// Choose an election.
    ChooseElection(Uuid),
    /// Leave the ballot loop.
    Exit,
    /// Keep the language for this ballot.
    KeepLanguage,
    /// Hear this ballot in another language.
    SwitchLanguage(Language),
    /// Choose a candidate.
    ChooseCandidate(Uuid),
    /// A candidate who is chosen already: understood, not spoken, uncharged.
    AlreadyChosen(Uuid),
    /// Finish choosing.
    Done,
    /// Leave the contest blank, or decline to vote in it.
    Blank,
    /// Blank where that is not allowed: understood, not spoken, explained, uncharged.
    BlankRefused,
    /// Yes.
    Confirm,
    /// Start the contest over.
    Change,
    /// Cast the ballot.
    Submit,
    /// Change a contest of the summary.
    EditContest(Uuid),
}

/// One line of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuEntry {
    /// What is pressed.
    pub keys: Keys,
    /// What it means.
    pub action: Action,
    /// Whether the prompt offers it; some keys are understood without being offered.
    pub spoken: bool,
}

/// What a caller's input turned out to be.
#[derive(Clone, PartialEq, Eq)]
pub enum Pressed<'m> {
    /// An entry of the menu; for a credential its digits.
    Entry {
        /// The action of the entry.
        action: &'m Action,
        /// The digits of a credential, else empty.
        digits: String,
    },
    /// Anything that contains a star.
    Repeat,
    /// A lone number sign where the menu has none: free.
    StrayHash,
    /// Nothing on the menu.
    Invalid,
}

/// The keys of one input turn, in spoken order.
#[derive(Clone, PartialEq, Eq)]
pub struct Menu {
    /// How keys are collected.
    pub kind: InputKind,
    /// The entries; a later entry never repeats the keys of an earlier one.
    pub entries: Vec<MenuEntry>,
}

// What was pressed, what it means and who is chosen already stay out of logs: they are PINs and
// votes.

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Action(…)")
    }
}

impl fmt::Debug for Pressed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entry { .. } => "Entry(…)",
            Self::Repeat => "Repeat",
            Self::StrayHash => "StrayHash",
            Self::Invalid => "Invalid",
        })
    }
}

impl fmt::Debug for Menu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Menu")
            .field("kind", &self.kind)
            .field("entries", &self.entries.len())
            .finish()
    }
}

impl Menu {
    /// An empty menu of a kind.
    pub fn new(kind: InputKind) -> Self {
        Self::with_room(kind, 4)
    }

    /// An empty menu of a kind, with room for so many entries.
    pub fn with_room(kind: InputKind, entries: usize) -> Self {
        Self { kind, entries: Vec::with_capacity(entries) }
    }

    /// Adds an entry that the prompt offers.
    pub fn offer(&mut self, keys: Keys, action: Action) {
        self.entries.push(MenuEntry { keys, action, spoken: true });
    }

    /// Adds an entry that is understood without being offered.
    pub fn understand(&mut self, keys: Keys, action: Action) {
        self.entries.push(MenuEntry { keys, action, spoken: false });
    }

    /// The keys under which an action stands.
    pub fn keys_for(&self, action: &Action) -> Option<Keys> {
        self.entries.iter().find(|e| &e.action == action).map(|e| e.keys)
    }

    /// The keys as people read them, joined with commas: the answer's `valid_inputs`.
    pub fn valid_inputs(&self) -> String {
        use fmt::Write as _;
        let mut out = String::with_capacity(self.entries.len() * 4);
        for (i, entry) in self.entries.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            // Writing to a `String` does not fail.
            let _ = write!(out, "{}", entry.keys);
        }
        out
    }

    /// Matches the whole of what was pressed (`CALL.md`, "What was pressed is matched whole").
    pub fn press(&self, pressed: &str) -> Pressed<'_> {
        if pressed.contains('*') {
            return Pressed::Repeat;
        }
        let lone_hash = match self.kind {
            InputKind::OneKey => pressed == "#",
            // Connect swallows the terminator, so a lone number sign may arrive as nothing.
            InputKind::Code | InputKind::Entry { .. } => pressed == "#" || pressed.is_empty(),
        };
        if lone_hash {
            return self.find(Keys::Hash).map_or(Pressed::StrayHash, |action| Pressed::Entry {
                action,
                digits: String::new(),
            });
        }
        let digits = match self.kind {
            InputKind::OneKey => pressed,
            InputKind::Code | InputKind::Entry { .. } => {
                pressed.strip_suffix('#').unwrap_or(pressed)
            }
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Pressed::Invalid;
        }
        self.entries.iter().find(|entry| self.stands_for(entry.keys, digits)).map_or(
            Pressed::Invalid,
            |entry| Pressed::Entry {
                action: &entry.action,
                digits: match entry.keys {
                    Keys::Entry { .. } => digits.to_owned(),
                    _ => String::new(),
                },
            },
        )
    }

    fn find(&self, keys: Keys) -> Option<&Action> {
        self.entries.iter().find(|e| e.keys == keys).map(|e| &e.action)
    }

    /// Whether these digits are that key sequence. On the summary a single digit 1–9 is that
    /// contest (DECISIONS 47); in other lists two digits are two digits.
    fn stands_for(&self, keys: Keys, digits: &str) -> bool {
        match keys {
            Keys::Digit(d) => digits.len() == 1 && digits.parse() == Ok(d),
            Keys::Zero => digits == "0",
            Keys::Code(n) => {
                let two = digits.len() == 2;
                let short = digits.len() == 1 && n > 0 && self.is_summary();
                (two || short) && digits.parse() == Ok(n)
            }
            Keys::Entry { max_digits, terminated } => {
                let len = digits.len();
                let max = usize::from(max_digits);
                if terminated { len <= max } else { len == max }
            }
            Keys::Hash | Keys::Star => false,
        }
    }

    fn is_summary(&self) -> bool {
        self.entries.iter().any(|e| e.action == Action::Submit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(n: u8, code: bool) -> Menu {
        let mut menu = Menu::new(if code { InputKind::Code } else { InputKind::OneKey });
        for i in 1..=n {
            let keys = if code { Keys::Code(i) } else { Keys::Digit(i) };
            menu.offer(keys, Action::ChooseCandidate(Uuid::from_u128(u128::from(i))));
        }
        menu.offer(Keys::Zero, Action::Blank);
        menu.offer(Keys::Star, Action::Repeat);
        menu
    }

    fn chosen(menu: &Menu, pressed: &str) -> Option<u128> {
        match menu.press(pressed) {
            Pressed::Entry { action: Action::ChooseCandidate(id), .. } => Some(id.as_u128()),
            _ => None,
        }
    }

    #[test]
    fn one_key_takes_the_whole_or_nothing() {
        let menu = list(3, false);
        assert_eq!(chosen(&menu, "2"), Some(2));
        for bad in ["12", "1#", "##", "4", "", "A", "２"] {
            assert_eq!(menu.press(bad), Pressed::Invalid, "{bad}");
        }
        assert_eq!(menu.press("#"), Pressed::StrayHash);
        for star in ["*", "1*", "**", "*#"] {
            assert_eq!(menu.press(star), Pressed::Repeat, "{star}");
        }
    }

    #[test]
    fn a_code_is_two_digits_with_or_without_the_number_sign() {
        let menu = list(12, true);
        assert_eq!(chosen(&menu, "07"), Some(7));
        assert_eq!(chosen(&menu, "07#"), Some(7));
        assert_eq!(chosen(&menu, "12#"), Some(12));
        for bad in ["7", "7#", "007", "07##", "0#7", "13", "00"] {
            assert_eq!(menu.press(bad), Pressed::Invalid, "{bad}");
        }
        assert!(matches!(menu.press("0#"), Pressed::Entry { action: Action::Blank, .. }));
        assert!(matches!(menu.press("0"), Pressed::Entry { action: Action::Blank, .. }));
        assert_eq!(menu.press("#"), Pressed::StrayHash);
        assert_eq!(menu.press(""), Pressed::StrayHash);
    }

    #[test]
    fn on_the_summary_one_digit_is_that_contest_and_zero_alone_is_nothing() {
        let mut menu = Menu::new(InputKind::Code);
        menu.offer(Keys::Code(0), Action::Submit);
        menu.offer(Keys::Code(2), Action::EditContest(Uuid::nil()));
        assert!(matches!(menu.press("2"), Pressed::Entry { action: Action::EditContest(_), .. }));
        assert!(matches!(menu.press("02#"), Pressed::Entry { action: Action::EditContest(_), .. }));
        assert!(matches!(menu.press("00"), Pressed::Entry { action: Action::Submit, .. }));
        assert_eq!(menu.press("0"), Pressed::Invalid);
        assert_eq!(menu.press("0#"), Pressed::Invalid);
    }

    #[test]
    fn a_credential_has_up_to_its_digits_and_its_number_sign() {
        let mut menu = Menu::new(InputKind::Entry { max_digits: 4, terminated: true });
        let keys = Keys::Entry { max_digits: 4, terminated: true };
        menu.offer(keys, Action::Enter("pin".into()));
        for good in ["1", "1234", "1234#"] {
            let Pressed::Entry { digits, .. } = menu.press(good) else { panic!("{good}") };
            assert_eq!(digits, good.trim_end_matches('#'));
        }
        for bad in ["12345", "12#4", "1234##", "12a4"] {
            assert_eq!(menu.press(bad), Pressed::Invalid, "{bad}");
        }
        assert_eq!(menu.press("#"), Pressed::StrayHash);
    }

    #[test]
    fn without_a_terminator_the_digits_are_exact() {
        let keys = Keys::Entry { max_digits: 4, terminated: false };
        let mut menu = Menu::new(InputKind::Entry { max_digits: 4, terminated: false });
        menu.offer(keys, Action::Enter("pin".into()));
        assert_eq!(menu.press("123"), Pressed::Invalid);
        assert!(matches!(menu.press("1234"), Pressed::Entry { .. }));
    }

    #[test]
    fn keys_read_as_a_person_presses_them() {
        assert_eq!(list(2, true).valid_inputs(), "01#,02#,0,*");
        assert_eq!(Keys::Entry { max_digits: 8, terminated: true }.to_string(), "D{1,8}#");
        assert_eq!(Keys::Entry { max_digits: 8, terminated: false }.to_string(), "D{8}");
    }
}
