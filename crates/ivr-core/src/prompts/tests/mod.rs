//! Prompts: the catalogue of built-in words, resolution, loading.

mod catalogue;
mod chain;
mod keys;
mod load;
mod properties;
mod slots;
mod words;
mod world;

use serde_json::{Value, json};

use super::finding::FindingLevel;
use super::load::load_ivr_scopes;
use super::name::PromptName;
use super::resolve::{PromptFault, ScopeChain};
use super::scope::{IvrScope, ScopeByLanguage};
use super::vars::Vars;
use crate::language::Language;
use crate::ssml::conform;
use crate::ssml::speech::Speech;

/// The scopes of an `i18n` in which nothing is wrong.
fn scopes(i18n: Value) -> ScopeByLanguage {
    let Value::Object(i18n) = i18n else { panic!("an object") };
    let (scopes, findings) = load_ivr_scopes(&i18n, IvrScope::Event, "i18n");
    assert!(findings.iter().all(|f| f.level == FindingLevel::Info), "{findings:?}");
    scopes
}

/// The scopes of an event with English texts.
fn english(ivr: Value) -> ScopeByLanguage {
    scopes(json!({ "en": { "ivr": ivr } }))
}

/// A chain with an event alone.
fn event<'a>(scopes: &'a ScopeByLanguage, default_language: &'a Language) -> ScopeChain<'a> {
    ScopeChain {
        candidate: None,
        contest: None,
        election: None,
        event: Some(scopes),
        default_language,
    }
}

/// Speaks one prompt; what comes out is what a voice accepts.
fn speak(
    chain: &ScopeChain<'_>,
    name: &str,
    vars: &Vars<'_>,
    language: &str,
) -> (String, Result<(), PromptFault>) {
    let mut out = Speech::new();
    let result = chain.speak(&PromptName::from(name), vars, &Language::new(language), &mut out);
    assert!(!out.heard().is_empty(), "{name} in {language} says nothing");
    let ssml = out.into_ssml();
    if let Err(error) = conform::check(&ssml) {
        panic!("{name} in {language}: {error}: {ssml}");
    }
    let body = ssml.strip_prefix("<speak>").and_then(|s| s.strip_suffix("</speak>"));
    (body.expect("wrapped").to_owned(), result)
}

/// The body of a prompt of an event, spoken without a fault.
fn said(scopes: &ScopeByLanguage, name: &str, vars: &Vars<'_>, language: &str) -> String {
    let english = Language::english();
    let (body, result) = speak(&event(scopes, &english), name, vars, language);
    assert_eq!(result, Ok(()));
    body
}
