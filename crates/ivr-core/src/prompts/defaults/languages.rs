//! Offers languages: each in its own words, so that whoever speaks it understands the offer.

use super::teller::Teller;
use crate::language::Language;
use crate::menu::{Action, Keys};
use crate::prompts::words::{Words, self_name};

/// Between two offers.
const OFFER_PAUSE_MS: u32 = 300;

/// Says every language that the menu offers.
pub(super) fn offer(teller: &mut Teller<'_, '_>) {
    let Some(menu) = teller.vars.menu else { return };
    let mut first = true;
    for entry in menu.entries.iter().filter(|entry| entry.spoken) {
        let (Action::ChooseLanguage(language) | Action::SwitchLanguage(language)) = &entry.action
        else {
            continue;
        };
        if !std::mem::replace(&mut first, false) {
            teller.out.pause(OFFER_PAUSE_MS);
        }
        teller.out.space();
        match Words::of(language) {
            Some(words) => teller.in_words(words, |teller| sentence(teller, language, entry.keys)),
            None => sentence(teller, language, entry.keys),
        }
    }
}

fn sentence(teller: &mut Teller<'_, '_>, language: &Language, keys: Keys) {
    match (teller.words, Words::of(language)) {
        (Words::En, Some(Words::En)) => {
            teller.say("For English");
        }
        (Words::Fr, Some(Words::Fr)) => {
            teller.say("Pour le français");
        }
        (words, _) => {
            teller.say(match words {
                Words::En => "For ",
                Words::Fr => "Pour ",
            });
            self_name(language, teller.out);
        }
    }
    teller.press(keys);
}
