//! Built-in words name exactly the keys that the menu has for what they offer, and no others.

use super::said;
use super::world::World;
use crate::menu::{Action, Keys};
use crate::prompts::key::IvrPromptKey as Key;
use crate::prompts::scope::ScopeByLanguage;
use crate::prompts::vars::{Number, Variant, Vars};
use crate::prompts::words::Words;
use crate::ssml::plain::plain_text;

/// What a prompt offers by key.
fn offers(key: Key, action: &Action) -> bool {
    match key {
        Key::Greeting
        | Key::RepeatInstruction
        | Key::DeclarationText
        | Key::PreVotingStatement
        | Key::ReceiptNumber => *action == Action::Accept,
        Key::LanguageSelect => matches!(action, Action::ChooseLanguage(_)),
        Key::LanguageSwitch => matches!(action, Action::SwitchLanguage(_)),
        Key::ElectionList => *action == Action::Exit,
        Key::SelectionDone => *action == Action::Done,
        Key::SelectionBlank => *action == Action::Blank,
        Key::BlankBallotConfirm | Key::DeclineConfirm | Key::VoteConfirm => {
            matches!(action, Action::Confirm | Action::Change)
        }
        Key::SummaryEditPrompt => *action == Action::Submit,
        _ => false,
    }
}

fn expected(key: Key, vars: &Vars<'_>) -> Vec<Keys> {
    if key == Key::ReceiptNumber && vars.variant != Variant::Again {
        return Vec::new();
    }
    let entries = vars.menu.map_or(&[][..], |menu| &menu.entries);
    let offered = entries.iter().filter(|entry| offers(key, &entry.action)).map(|e| e.keys);
    let option = match (key, vars.number) {
        (
            Key::ElectionOption | Key::ElectionOptionAgain | Key::CandidateOption,
            Some(Number::Keys(keys)),
        ) => Some(keys),
        _ => None,
    };
    offered.chain(option).collect()
}

/// The keys that are named after "press" and its like. The number sign and star are the same
/// everywhere, and ending a number with the number sign is no key of its own.
fn named(heard: &str, words: Words) -> Vec<Keys> {
    let verbs: &[&str] = match words {
        Words::En => &[", press "],
        Words::Fr => &[", appuyez sur le ", ", composez le ", ", appuyez sur l’"],
    };
    let digit = |word: &str| (0..10).find(|&d| word == words.digit(d));
    let mut named = Vec::new();
    for verb in verbs {
        for (at, _) in heard.match_indices(verb) {
            let rest = &heard[at + verb.len()..];
            let sentence = &rest[..rest.find(['.', ',']).unwrap_or(rest.len())];
            let mut of = sentence.split(' ');
            let first = of.next().unwrap_or_default();
            named.push(match (first, digit(first), of.next().and_then(digit)) {
                (_, Some(tens), Some(units)) => Keys::Code(tens * 10 + units),
                (_, Some(0), None) => Keys::Zero,
                ("the" | "carré", ..) => Keys::Hash,
                ("star" | "étoile", ..) => Keys::Star,
                (figure, ..) => match figure.parse() {
                    Ok(figure) => Keys::Digit(figure),
                    Err(_) => continue,
                },
            });
        }
    }
    named
}

#[test]
fn every_prompt_names_exactly_its_keys_of_the_menu() {
    let world = World::new();
    let mut checked = 0;
    for &key in Key::ALL {
        for (language, words, other) in [("en", Words::En, Words::Fr), ("fr", Words::Fr, Words::En)]
        {
            world.situations(key, |label, vars| {
                let heard =
                    plain_text(&said(&ScopeByLanguage::new(), key.as_str(), vars, language));
                let mut named: Vec<_> =
                    named(&heard, words).into_iter().chain(named(&heard, other)).collect();
                named.retain(|&keys| {
                    let everywhere =
                        keys == Keys::Star || (keys == Keys::Hash && key != Key::SelectionDone);
                    !everywhere
                });
                let mut expected = expected(key, vars);
                let order = |keys: &Keys| keys.to_string();
                named.sort_by_key(order);
                expected.sort_by_key(order);
                assert_eq!(named, expected, "{key} [{label}]: {heard}");
                checked += expected.len();
            });
        }
    }
    assert!(checked > 50, "keys were found at all: {checked}");
}

#[test]
fn what_the_menu_understands_without_offering_is_not_said() {
    use crate::menu::{InputKind, Menu};
    let mut menu = Menu::new(InputKind::OneKey);
    menu.understand(Keys::Zero, Action::Blank);
    let vars = Vars { menu: Some(&menu), ..Vars::default() };
    let heard = said(&ScopeByLanguage::new(), "selection_blank", &vars, "en");
    assert_eq!(heard, "To leave this contest blank.");
}
