//! Any text as a template, any text in its slots: what comes out is what a voice accepts.

#![no_main]

use arbitrary::Arbitrary;
use ivr_core::language::Language;
use ivr_core::menu::Keys;
use ivr_core::prompts::load::load_ivr_scopes;
use ivr_core::prompts::name::PromptName;
use ivr_core::prompts::placeholder::PlaceholderSet;
use ivr_core::prompts::resolve::ScopeChain;
use ivr_core::prompts::scope::IvrScope;
use ivr_core::prompts::vars::{Name, Number, Vars};
use ivr_core::ssml::plain::plain_text;
use ivr_core::ssml::speech::Speech;
use ivr_core::ssml::template::IvrTemplate;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

#[path = "../../src/ssml/conform.rs"]
mod conform;

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    template: &'a str,
    custom: &'a str,
    spoken: &'a str,
    value: &'a str,
}

fuzz_target!(|input: Input<'_>| {
    let i18n = json!({ "en": { "ivr": {
        "vote_confirm": input.template,
        "receipt_number": input.template,
        "our_own": input.custom,
    } } });
    let Some(i18n) = i18n.as_object() else { return };
    let (scopes, _) = load_ivr_scopes(i18n, IvrScope::Contest, "i18n");
    let spoken = IvrTemplate::compile(input.spoken, PlaceholderSet::NONE).ok();
    let spoken = spoken.as_ref().map_or(Name::Text(input.value), |c| Name::Markup(&c.template));
    let names = [Name::Text(input.value), spoken];
    let default_language = Language::english();
    let chain = ScopeChain {
        candidate: None,
        contest: Some(&scopes),
        election: None,
        event: None,
        default_language: &default_language,
    };
    let vars = Vars {
        assistance_phone: Some(input.value),
        elections: &names,
        contest_name: Some(spoken),
        candidates: &names,
        number: Some(Number::Keys(Keys::Code(7))),
        locator: Some(input.value),
        ..Vars::default()
    };
    for language in ["en", "fr", "es"] {
        let language = Language::new(language);
        let mut out = Speech::new();
        for name in ["vote_confirm", "receipt_number", "our_own", "auth_failed"] {
            // A fault is an outcome: something else was spoken.
            let _ = chain.speak(&PromptName::from(name), &vars, &language, &mut out);
        }
        let ssml = out.into_ssml();
        if let Err(error) = conform::check(&ssml) {
            panic!("{error}: {ssml}");
        }
        assert!(!plain_text(&ssml).is_empty());
    }
});
