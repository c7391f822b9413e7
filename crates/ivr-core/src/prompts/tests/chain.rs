//! Which words are found: scopes, languages, includes, faults.

use serde_json::json;

use super::{english, event, said, scopes, speak};
use crate::language::Language;
use crate::prompts::name::PromptName;
use crate::prompts::resolve::{FaultReason, ScopeChain, entity_name};
use crate::prompts::scope::ScopeByLanguage;
use crate::prompts::vars::{Name, Vars};

#[test]
fn the_narrowest_scope_speaks() {
    let default_language = Language::english();
    let of = |who: &str| english(json!({ "timeout": who }));
    let (candidate, contest, election, whole) =
        (of("candidate"), of("contest"), of("election"), of("event"));
    let mut chain = ScopeChain {
        candidate: Some(&candidate),
        contest: Some(&contest),
        election: Some(&election),
        event: Some(&whole),
        default_language: &default_language,
    };
    let heard = |chain: &ScopeChain<'_>| speak(chain, "timeout", &Vars::default(), "en").0;
    assert_eq!(heard(&chain), "candidate");
    chain.candidate = None;
    assert_eq!(heard(&chain), "contest");
    chain.contest = None;
    assert_eq!(heard(&chain), "election");
    chain.election = None;
    assert_eq!(heard(&chain), "event");
    chain.event = None;
    assert_eq!(heard(&chain), "We did not receive an answer.");
}

#[test]
fn an_override_of_another_language_is_not_spoken() {
    let whole = scopes(json!({ "en": { "ivr.timeout": "English" } }));
    assert_eq!(
        said(&whole, "timeout", &Vars::default(), "fr"),
        "Nous n’avons pas reçu de réponse."
    );
    assert_eq!(said(&whole, "timeout", &Vars::default(), "en-CA"), "We did not receive an answer.");
}

#[test]
fn a_language_without_words_hears_those_of_the_default_language() {
    let none = ScopeByLanguage::new();
    let in_default = |default: &str, language: &str| {
        let default = Language::new(default);
        speak(&event(&none, &default), "timeout", &Vars::default(), language).0
    };
    let english = "We did not receive an answer.";
    let french = "Nous n’avons pas reçu de réponse.";
    assert_eq!(in_default("fr", "es"), format!("<lang xml:lang=\"fr-CA\">{french}</lang>"));
    assert_eq!(in_default("es", "es"), format!("<lang xml:lang=\"en-US\">{english}</lang>"));
    assert_eq!(in_default("fr", "en-GB"), english);
    assert_eq!(in_default("en", "FR_be"), french);
}

#[test]
fn a_prompt_of_the_deployment_falls_back_to_the_default_language_then_to_a_sentinel() {
    let whole = scopes(json!({
        "en": { "ivr": { "privacy": "Private.", "both": "English." } },
        "fr": { "ivr": { "both": "Français." } },
    }));
    assert_eq!(said(&whole, "both", &Vars::default(), "fr"), "Français.");
    let spare = said(&whole, "privacy", &Vars::default(), "fr");
    assert_eq!(spare, "<lang xml:lang=\"en-US\">Private.</lang>");
    let default_language = Language::english();
    let chain = event(&whole, &default_language);
    let (heard, result) = speak(&chain, "no<where", &Vars::default(), "fr");
    assert_eq!(heard, "[missing prompt: no&lt;where]");
    let fault = result.expect_err("missing");
    assert_eq!(fault.reason, FaultReason::Missing(PromptName::Custom("no<where".into())));
    assert_eq!(fault.to_string(), "prompt no<where: there is no prompt no<where");
}

#[test]
fn a_template_may_include_another_prompt() {
    let whole = english(json!({
        "greeting": "Welcome. {{ssml:repeat_instruction}} {{ssml:more}}",
        "more": "More {{ssml:assistance_phone}}.",
    }));
    let vars = Vars { assistance_phone: Some("911"), ..Vars::default() };
    assert_eq!(
        said(&whole, "greeting", &vars, "en"),
        "Welcome. To hear a question again, press star. More nine one one."
    );
}

#[test]
fn includes_are_three_deep_at_most() {
    let deep = |first: &str| {
        english(json!({
            "greeting": format!("{{{{ssml:{first}}}}}!"),
            "a": "A{{ssml:b}}", "b": "B{{ssml:c}}", "c": "C{{ssml:d}}", "d": "D",
        }))
    };
    assert_eq!(said(&deep("b"), "greeting", &Vars::default(), "en"), "BCD!");
    let (whole, default_language) = (deep("a"), Language::english());
    let (heard, result) =
        speak(&event(&whole, &default_language), "greeting", &Vars::default(), "en");
    assert!(heard.starts_with("Welcome to"), "the built-in words, and nothing before: {heard}");
    assert_eq!(
        result.expect_err("too deep").reason,
        FaultReason::TooDeep(PromptName::Custom("d".into()))
    );
}

#[test]
fn a_prompt_that_includes_itself_is_not_spoken() {
    let whole = english(json!({
        "greeting": "Hello {{ssml:a}}", "a": "a {{ssml:b}}", "b": "b {{ssml:a}}",
        "timeout": "{{ssml:timeout}}", "x": "{{ssml:x}}",
    }));
    let default_language = Language::english();
    let chain = event(&whole, &default_language);
    for (name, culprit) in [("greeting", "a"), ("timeout", "timeout"), ("x", "x")] {
        let (heard, result) = speak(&chain, name, &Vars::default(), "en");
        assert!(!heard.contains("Hello"), "{heard}");
        let fault = result.expect_err("a cycle");
        assert_eq!(fault.key, PromptName::from(name));
        assert_eq!(fault.reason, FaultReason::Cycle(PromptName::from(culprit)));
    }
    assert_eq!(speak(&chain, "x", &Vars::default(), "en").0, "[missing prompt: x]");
}

#[test]
fn an_include_of_nothing_falls_back_to_the_built_in_words() {
    let whole = english(json!({ "timeout": "Well. {{ssml:nowhere}}" }));
    let default_language = Language::english();
    let (heard, result) =
        speak(&event(&whole, &default_language), "timeout", &Vars::default(), "en");
    assert_eq!(heard, "We did not receive an answer.");
    assert!(matches!(result.expect_err("missing").reason, FaultReason::Missing(_)));
}

#[test]
fn a_name_is_the_spoken_one_then_the_portals_then_the_default_languages_then_the_base() {
    let spoken = english(json!({ "name": "Spoken" }));
    let names = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|&(l, n)| (Language::new(l), n.to_owned())).collect()
    };
    let all = names(&[("en", "English"), ("fr", "French"), ("es", "  ")]);
    let (en, fr, es) = (Language::english(), Language::new("fr"), Language::new("es"));
    let none = ScopeByLanguage::new();
    assert!(matches!(entity_name(&spoken, None, &all, &en, &fr), Name::Markup(_)));
    assert_eq!(entity_name(&spoken, None, &all, &fr, &en), Name::Text("French"));
    assert_eq!(entity_name(&spoken, None, &all, &es, &fr), Name::Text("French"));
    let empty = names(&[("en", "")]);
    assert_eq!(entity_name(&none, Some("Base"), &empty, &en, &en), Name::Text("Base"));
    assert_eq!(entity_name(&none, Some(" "), &empty, &en, &en), Name::Text("[missing name]"));
}

#[test]
fn a_name_of_a_prompt_is_a_text_on_the_wire() {
    for (name, prompt) in [
        ("timeout", PromptName::Known(crate::prompts::key::IvrPromptKey::Timeout)),
        ("privacy", PromptName::Custom("privacy".into())),
    ] {
        assert_eq!(PromptName::from(name), prompt);
        assert_eq!(prompt.to_string(), name);
        let json = serde_json::to_value(&prompt).expect("a text");
        assert_eq!(json, name);
        assert_eq!(serde_json::from_value::<PromptName>(json).expect("a name"), prompt);
    }
}
