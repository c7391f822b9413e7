//! The shared choice of a language (design 3.3.6): of the call, or of one ballot.

use crate::language::Language;
use crate::menu::{Action, InputKind, Keys, Menu};

/// More languages than this have no key.
const MOST: usize = 9;

/// What is to be done about a set of languages.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// There is nothing to choose.
    Only(Language),
    /// One question.
    Ask(Menu),
}

/// A real choice among languages: `1`… in their order.
pub(super) fn choose(enabled: &[Language], action: fn(Language) -> Action) -> Choice {
    match enabled {
        [only] => Choice::Only(only.clone()),
        _ => Choice::Ask(numbered(enabled.iter(), 1, action, Menu::new(InputKind::OneKey))),
    }
}

/// An offer: `1` keeps `current`, the others from `2`.
pub(super) fn offer(enabled: &[Language], current: &Language) -> Menu {
    let mut menu = Menu::new(InputKind::OneKey);
    menu.offer(Keys::Digit(1), Action::KeepLanguage);
    numbered(enabled.iter().filter(|l| *l != current), 2, Action::SwitchLanguage, menu)
}

fn numbered<'a>(
    languages: impl Iterator<Item = &'a Language>,
    first: u8,
    action: fn(Language) -> Action,
    mut menu: Menu,
) -> Menu {
    for (digit, language) in (first..).zip(languages.take(MOST + 1 - usize::from(first))) {
        menu.offer(Keys::Digit(digit), action(language.clone()));
    }
    menu
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(codes: &[&str]) -> Vec<Language> {
        codes.iter().map(|c| Language::new(*c)).collect()
    }

    #[test]
    fn one_language_is_no_question() {
        let choice = choose(&languages(&["fr"]), Action::ChooseLanguage);
        assert_eq!(choice, Choice::Only(Language::new("fr")));
    }

    #[test]
    fn languages_are_numbered_in_their_order() {
        let Choice::Ask(menu) = choose(&languages(&["fr", "en"]), Action::ChooseLanguage) else {
            panic!("two languages are a question");
        };
        assert_eq!(
            menu.keys_for(&Action::ChooseLanguage(Language::new("en"))),
            Some(Keys::Digit(2))
        );
    }

    #[test]
    fn an_offer_keeps_with_one() {
        let menu = offer(&languages(&["en", "fr", "es"]), &Language::new("fr"));
        let switch = |code: &str| menu.keys_for(&Action::SwitchLanguage(Language::new(code)));
        assert_eq!(menu.keys_for(&Action::KeepLanguage), Some(Keys::Digit(1)));
        assert_eq!(switch("en"), Some(Keys::Digit(2)));
        assert_eq!(switch("es"), Some(Keys::Digit(3)));
        assert_eq!(switch("fr"), None);
    }
}
