//! [`TypedIvrScope`]: the validated form of one `i18n[lang].ivr` (design 7.2).

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::key::IvrPromptKey;
use super::placeholder::PlaceholderSet;
use crate::language::Language;
use crate::ssml::error::{Dropped, TemplateError};
use crate::ssml::template::{Compiled, IvrTemplate};

/// The prompts and spoken names of one entity, by language.
pub type ScopeByLanguage = BTreeMap<Language, TypedIvrScope>;

/// Whose `i18n` it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IvrScope {
    /// The election event.
    Event,
    /// An election.
    Election,
    /// A contest.
    Contest,
    /// A candidate.
    Candidate,
}

impl fmt::Display for IvrScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Event => "event",
            Self::Election => "election",
            Self::Contest => "contest",
            Self::Candidate => "candidate",
        })
    }
}

/// What an entity says in one language. Only validation makes one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedIvrScope {
    /// Overrides of well-known prompts.
    pub prompts: BTreeMap<IvrPromptKey, IvrTemplate>,
    /// How the entity itself is spoken.
    pub overrides: IvrSpokenOverrides,
    /// Keys that are not well known, verbatim: a deployment's own prompts, or those of a newer
    /// engine, which an older portal must not lose.
    pub unknown: BTreeMap<String, String>,
    /// Those of `unknown` that can be spoken.
    custom: BTreeMap<String, IvrTemplate>,
}

/// Spoken forms that differ from the portal's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IvrSpokenOverrides {
    /// Instead of the name.
    pub name: Option<IvrTemplate>,
    /// Instead of the alias.
    pub alias: Option<IvrTemplate>,
    /// Instead of the description.
    pub description: Option<IvrTemplate>,
}

/// An `ivr` object that may not be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the telephone texts of the {scope} in {language} have mistakes: {}", list(problems))]
pub struct IvrValidationError {
    /// Whose texts.
    pub scope: IvrScope,
    /// In which language.
    pub language: Language,
    /// Every mistake.
    pub problems: Vec<IvrProblem>,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IvrProblem {
    /// The key; none if the whole is no object.
    pub key: Option<String>,
    /// What is wrong.
    pub reason: ProblemReason,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemReason {
    /// The whole is not an object.
    #[error("not an object of keys and texts")]
    NotAnObject,
    /// A value is not a text.
    #[error("not a text")]
    NotText,
    /// A text is no template.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl fmt::Display for IvrProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key}: {}", self.reason),
            None => self.reason.fmt(f),
        }
    }
}

fn list(problems: &[IvrProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What else happened while a value was taken in; the value is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remark {
    /// The sanitiser took something out.
    Dropped(Dropped),
    /// An unknown key was kept, but cannot be spoken.
    NotSpeakable(TemplateError),
}

/// Validates an `ivr` object before it is saved: any mistake refuses the whole, and all of them
/// are named.
pub fn validate_ivr_subtree(
    raw: &Value,
    scope: IvrScope,
    lang: &Language,
) -> Result<TypedIvrScope, IvrValidationError> {
    let refused = |problems| IvrValidationError { scope, language: lang.clone(), problems };
    let object = match raw {
        Value::Null => return Ok(TypedIvrScope::default()),
        Value::Object(object) => object,
        _ => {
            let reason = ProblemReason::NotAnObject;
            return Err(refused(vec![IvrProblem { key: None, reason }]));
        }
    };
    let mut typed = TypedIvrScope::default();
    let mut problems = Vec::new();
    for (key, value) in object {
        if let Err(reason) = typed.take(key, value) {
            problems.push(IvrProblem { key: Some(key.clone()), reason });
        }
    }
    if problems.is_empty() { Ok(typed) } else { Err(refused(problems)) }
}

impl TypedIvrScope {
    /// A deployment's own prompt, if it can be spoken.
    pub(super) fn custom(&self, name: &str) -> Option<&IvrTemplate> {
        self.custom.get(name)
    }

    /// Takes in one key. An empty well-known text or a null means that there is no override.
    pub(super) fn take(&mut self, key: &str, value: &Value) -> Result<Vec<Remark>, ProblemReason> {
        let text = match value {
            Value::Null => return Ok(Vec::new()),
            Value::String(text) => text,
            _ => return Err(ProblemReason::NotText),
        };
        let spoken = match key {
            "name" => Some(&mut self.overrides.name),
            "alias" => Some(&mut self.overrides.alias),
            "description" => Some(&mut self.overrides.description),
            _ => None,
        };
        let known = key.parse::<IvrPromptKey>().ok();
        if spoken.is_none() && known.is_none() {
            return Ok(self.take_unknown(key, text));
        }
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let allowed = known.map_or(PlaceholderSet::NONE, IvrPromptKey::placeholders);
        let Compiled { template, dropped } = IvrTemplate::compile(text, allowed)?;
        if known.is_some_and(|key| !template.is_heard(key.never_empty())) {
            return Err(TemplateError::Silent.into());
        }
        let heard = template.own_length();
        if let Some(most) = known.and_then(IvrPromptKey::longest_override)
            && heard > most
        {
            return Err(TemplateError::TooLong { heard, most }.into());
        }
        match (spoken, known) {
            (Some(spoken), _) => *spoken = Some(template),
            (None, Some(key)) => {
                self.prompts.insert(key, template);
            }
            (None, None) => {}
        }
        Ok(dropped.into_iter().map(Remark::Dropped).collect())
    }

    fn take_unknown(&mut self, key: &str, text: &str) -> Vec<Remark> {
        self.unknown.insert(key.to_owned(), text.to_owned());
        if text.trim().is_empty() {
            return Vec::new();
        }
        match IvrTemplate::compile(text, PlaceholderSet::ANYWHERE) {
            Ok(Compiled { template, .. }) if !template.is_heard(PlaceholderSet::ANYWHERE) => {
                vec![Remark::NotSpeakable(TemplateError::Silent)]
            }
            Ok(Compiled { template, dropped }) => {
                self.custom.insert(key.to_owned(), template);
                dropped.into_iter().map(Remark::Dropped).collect()
            }
            Err(error) => vec![Remark::NotSpeakable(error)],
        }
    }
}
