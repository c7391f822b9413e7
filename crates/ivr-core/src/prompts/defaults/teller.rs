//! [`Teller`]: what the built-in words of both languages are put together from.

use crate::language::Language;
use crate::menu::{Action, InputKind, Keys};
use crate::prompts::vars::{Number, Vars};
use crate::prompts::words::{self, Words};
use crate::ssml::speech::Speech;

/// Says one prompt.
pub(super) struct Teller<'o, 'v> {
    pub(super) vars: &'v Vars<'v>,
    pub(super) words: Words,
    /// The language of the answer.
    pub(super) language: &'v Language,
    pub(super) out: &'o mut Speech,
}

impl Teller<'_, '_> {
    pub(super) fn say(&mut self, words: &'static str) -> &mut Self {
        self.out.words(words);
        self
    }

    pub(super) fn number(&mut self, n: u32) -> &mut Self {
        self.out.number(n);
        self
    }

    /// One wording for one, another for several; zero is singular in French.
    pub(super) fn plural(&mut self, n: u32, one: &'static str, many: &'static str) -> &mut Self {
        let singular = n == 1 || (n == 0 && self.words == Words::Fr);
        self.say(if singular { one } else { many })
    }

    /// Says something in the words of a language, marked as such if it is not that of the prompt.
    pub(super) fn in_words(&mut self, words: Words, body: impl FnOnce(&mut Teller<'_, '_>)) {
        let (vars, language, here) = (self.vars, self.language, self.words);
        let tell = |out: &mut Speech| body(&mut Teller { vars, words, language, out });
        if words == here {
            tell(self.out);
        } else {
            self.out.lang(words.locale(), tell);
        }
    }

    /// The language of the answer, by its own name.
    pub(super) fn own_language(&mut self) -> &mut Self {
        words::self_name(self.language, self.out);
        self
    }

    pub(super) fn elections(&mut self) -> &mut Self {
        words::names(Some(self.words), self.vars.elections, self.out);
        self
    }

    /// How many elections the prompt is about.
    pub(super) fn election_count(&self) -> u32 {
        u32::try_from(self.vars.elections.len()).unwrap_or(u32::MAX)
    }

    /// The elections, introduced; nothing if the prompt is about none.
    pub(super) fn about_elections(&mut self, introduction: &'static str) -> &mut Self {
        if !self.vars.elections.is_empty() {
            self.say(introduction).elections();
        }
        self
    }

    pub(super) fn not_cast(&mut self) -> &mut Self {
        words::names(Some(self.words), self.vars.not_cast, self.out);
        self
    }

    pub(super) fn contest(&mut self) -> &mut Self {
        if let Some(name) = self.vars.contest_name {
            words::name(Some(self.words), name, self.out);
        }
        self
    }

    pub(super) fn candidates(&mut self) -> &mut Self {
        words::names(Some(self.words), self.vars.candidates, self.out);
        self
    }

    pub(super) fn locator(&mut self) -> &mut Self {
        words::locator(Some(self.words), self.vars.locator.unwrap_or_default(), self.out);
        self
    }

    /// The number that helps; in French without its article.
    pub(super) fn phone(&mut self) -> &mut Self {
        match self.vars.assistance_phone {
            Some(phone) => words::phone(Some(self.words), phone, self.out),
            None => super::phone_on_instructions(self.words, self.out),
        }
        self
    }

    /// How many are chosen.
    pub(super) fn chosen(&self) -> u32 {
        match self.vars.number {
            Some(Number::Count(n)) => n,
            _ => self.vars.chosen,
        }
    }

    /// The keys of this option.
    pub(super) fn option_keys(&self) -> Option<Keys> {
        match self.vars.number {
            Some(Number::Keys(keys)) => Some(keys),
            Some(Number::Count(_)) | None => None,
        }
    }

    /// The keys under which the menu offers something.
    pub(super) fn offered(&self, is: impl Fn(&Action) -> bool) -> Option<Keys> {
        let entries = &self.vars.menu?.entries;
        entries.iter().find(|entry| entry.spoken && is(&entry.action)).map(|entry| entry.keys)
    }

    /// How many things of a kind the menu offers.
    pub(super) fn count(&self, is: impl Fn(&Action) -> bool) -> u32 {
        let entries = self.vars.menu.map_or(&[][..], |menu| &menu.entries);
        let count = entries.iter().filter(|entry| entry.spoken && is(&entry.action)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Whether the options of the turn have numbers of two digits.
    pub(super) fn has_codes(&self) -> bool {
        self.vars.menu.is_some_and(|menu| {
            menu.entries.iter().any(|e| e.spoken && matches!(e.keys, Keys::Code(_)))
        })
    }

    /// A whole sentence about something the menu offers: "To confirm, press 1." If the menu does
    /// not offer it, nothing.
    pub(super) fn offer(&mut self, what: &'static str, action: &Action) -> &mut Self {
        if let Some(keys) = self.offered(|offered| offered == action) {
            self.say(what).press(keys);
        }
        self
    }

    /// The second half of such a sentence; where nothing is offered, its end.
    pub(super) fn press_offered(&mut self, action: &Action) -> &mut Self {
        match self.offered(|offered| offered == action) {
            Some(keys) => self.press(keys),
            None => self.say("."),
        }
    }

    /// Likewise, with the number sign that ends a number of two digits.
    pub(super) fn press_offered_and_end(&mut self, action: &Action) -> &mut Self {
        match (self.offered(|offered| offered == action), self.words) {
            (None, _) => {}
            (Some(keys), Words::En) => {
                self.keys(keys).say(", number sign");
            }
            (Some(keys), Words::Fr) => {
                self.keys(keys).say(", puis le carré");
            }
        }
        self.say(".")
    }

    /// The second half of such a sentence: ", press 1."
    pub(super) fn press(&mut self, keys: Keys) -> &mut Self {
        self.keys(keys);
        let in_code_menu = self.vars.menu.is_some_and(|menu| menu.kind == InputKind::Code);
        // A lone zero is waited on like the first digit of a number, unless it is ended.
        if keys == Keys::Zero && in_code_menu {
            self.say(match self.words {
                Words::En => ", then the number sign",
                Words::Fr => ", puis sur le carré",
            });
        }
        self.say(".")
    }

    fn keys(&mut self, keys: Keys) -> &mut Self {
        self.say(match (self.words, keys) {
            (Words::En, Keys::Hash) => ", press the ",
            (Words::En, _) => ", press ",
            (Words::Fr, Keys::Code(_)) => ", composez le ",
            (Words::Fr, Keys::Star) => ", appuyez sur l’",
            (Words::Fr, _) => ", appuyez sur le ",
        });
        words::number(Some(self.words), Number::Keys(keys), self.out);
        self
    }
}
