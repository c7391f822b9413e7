//! [`ScopeChain`]: finds the words of a prompt and speaks them (design 7.5).

use std::collections::BTreeMap;

use super::defaults;
use super::key::IvrPromptKey;
use super::name::PromptName;
use super::scope::{ScopeByLanguage, TypedIvrScope};
use super::slot;
use super::vars::{Name, Vars};
use super::words::Words;
use crate::language::Language;
use crate::ssml::speech::Speech;
use crate::ssml::template::{IvrTemplate, Segment};

/// How deep templates may include one another.
const MAX_INCLUDE_DEPTH: u8 = 3;

/// The scopes that are visible on a turn, narrowest first.
#[derive(Debug, Clone, Copy)]
pub struct ScopeChain<'a> {
    /// Of the candidate, where the prompt is about one.
    pub candidate: Option<&'a ScopeByLanguage>,
    /// Of the contest.
    pub contest: Option<&'a ScopeByLanguage>,
    /// Of the election.
    pub election: Option<&'a ScopeByLanguage>,
    /// Of the event.
    pub event: Option<&'a ScopeByLanguage>,
    /// The event's default language.
    pub default_language: &'a Language,
}

/// A prompt that could not be spoken as the publication wants it. Something else was spoken: the
/// built-in words, or a visible sentinel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("prompt {key}: {reason}")]
pub struct PromptFault {
    /// The prompt.
    pub key: PromptName,
    /// What is wrong with it.
    pub reason: FaultReason,
}

/// Why a prompt could not be spoken as it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultReason {
    /// Includes are nested too deeply.
    #[error("includes more than {MAX_INCLUDE_DEPTH} deep, at {0}")]
    TooDeep(PromptName),
    /// A prompt includes itself, directly or not.
    #[error("{0} includes itself")]
    Cycle(PromptName),
    /// Neither the language nor the default language has the prompt.
    #[error("there is no prompt {0}")]
    Missing(PromptName),
}

/// The prompts that are being spoken, innermost first.
#[derive(Clone, Copy)]
struct Trail<'t> {
    name: &'t PromptName,
    depth: u8,
    outer: Option<&'t Trail<'t>>,
}

impl ScopeChain<'_> {
    /// Speaks a prompt in a language. Pauses between prompts are the caller's.
    ///
    /// A well-known prompt is an override in that language, narrowest scope first, else the
    /// built-in words. One of the deployment's own is looked for in the language, then in the
    /// default language; in neither, `[missing prompt: key]` is said. Whatever is wrong, something
    /// is said; the fault is for the log.
    pub fn speak(
        &self,
        name: &PromptName,
        vars: &Vars<'_>,
        language: &Language,
        out: &mut Speech,
    ) -> Result<(), PromptFault> {
        out.space();
        let start = out.mark();
        let trail = Trail { name, depth: 0, outer: None };
        self.say(trail, vars, language, out).map_err(|reason| {
            out.rewind(start);
            match *name {
                PromptName::Known(key) => self.built_in(key, vars, language, out),
                PromptName::Custom(ref name) => {
                    out.words("[missing prompt: ");
                    out.text(name);
                    out.words("]");
                }
            }
            PromptFault { key: name.clone(), reason }
        })
    }

    fn say(
        &self,
        trail: Trail<'_>,
        vars: &Vars<'_>,
        language: &Language,
        out: &mut Speech,
    ) -> Result<(), FaultReason> {
        match trail.name {
            &PromptName::Known(key) => match self.find(language, |scope| scope.prompts.get(&key)) {
                Some(template) => self.render(template, trail, vars, language, out),
                None => {
                    self.built_in(key, vars, language, out);
                    Ok(())
                }
            },
            PromptName::Custom(name) => {
                if let Some(template) = self.find(language, |scope| scope.custom(name)) {
                    return self.render(template, trail, vars, language, out);
                }
                let spare = self.default_language;
                let template = self
                    .find(spare, |scope| scope.custom(name))
                    .ok_or_else(|| FaultReason::Missing(trail.name.clone()))?;
                match Words::of(spare).filter(|&words| Words::of(language) != Some(words)) {
                    Some(words) => out
                        .lang(words.locale(), |out| self.render(template, trail, vars, spare, out)),
                    None => self.render(template, trail, vars, spare, out),
                }
            }
        }
    }

    fn render(
        &self,
        template: &IvrTemplate,
        trail: Trail<'_>,
        vars: &Vars<'_>,
        language: &Language,
        out: &mut Speech,
    ) -> Result<(), FaultReason> {
        for segment in template.segments() {
            let mark = out.mark();
            let plain = match segment {
                Segment::Markup(markup) => {
                    out.markup(markup);
                    continue;
                }
                &Segment::Slot { placeholder, plain } => {
                    let words = Words::of(language);
                    let spare = Words::for_answer(language, self.default_language);
                    slot::fill(placeholder, vars, words, spare, out);
                    plain
                }
                Segment::Include { name, plain } => {
                    self.say(trail.enter(name)?, vars, language, out)?;
                    *plain
                }
            };
            if plain {
                out.flatten(mark);
            }
        }
        Ok(())
    }

    fn built_in(&self, key: IvrPromptKey, vars: &Vars<'_>, language: &Language, out: &mut Speech) {
        let words = Words::for_answer(language, self.default_language);
        if Words::of(language) == Some(words) {
            defaults::say(key, vars, words, language, out);
        } else {
            out.lang(words.locale(), |out| defaults::say(key, vars, words, language, out));
        }
    }

    /// The narrowest scope that has it in a language.
    fn find<'s, T>(
        &'s self,
        language: &Language,
        of: impl Fn(&'s TypedIvrScope) -> Option<&'s T>,
    ) -> Option<&'s T> {
        [self.candidate, self.contest, self.election, self.event]
            .into_iter()
            .flatten()
            .find_map(|scopes| of(scopes.get(language)?))
    }
}

impl<'t> Trail<'t> {
    fn enter(&'t self, name: &'t PromptName) -> Result<Self, FaultReason> {
        let mut at = Some(self);
        while let Some(trail) = at {
            if trail.name == name {
                return Err(FaultReason::Cycle(name.clone()));
            }
            at = trail.outer;
        }
        if self.depth == MAX_INCLUDE_DEPTH {
            return Err(FaultReason::TooDeep(name.clone()));
        }
        Ok(Self { name, depth: self.depth + 1, outer: Some(self) })
    }
}

/// What an entity is called when spoken: its spoken name in the language, else the portal's name
/// in the language, in the default language, without a language.
pub fn entity_name<'a>(
    scopes: &'a ScopeByLanguage,
    base: Option<&'a str>,
    by_language: &'a BTreeMap<Language, String>,
    language: &Language,
    default_language: &Language,
) -> Name<'a> {
    if let Some(spoken) = scopes.get(language).and_then(|scope| scope.overrides.name.as_ref()) {
        return Name::Markup(spoken);
    }
    [language, default_language]
        .into_iter()
        .filter_map(|language| by_language.get(language).map(String::as_str))
        .chain(base)
        .find(|name| !name.trim().is_empty())
        .map_or(Name::Text("[missing name]"), Name::Text)
}
