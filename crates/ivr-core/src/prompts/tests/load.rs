//! Loading and validating: the same texts, one refusing mistakes and one living with them.

use serde_json::{Map, Value, json};

use crate::language::Language;
use crate::prompts::finding::{FindingKind, FindingLevel, IvrFinding};
use crate::prompts::key::IvrPromptKey;
use crate::prompts::load::load_ivr_scopes;
use crate::prompts::scope::{
    IvrScope, ProblemReason, ScopeByLanguage, TypedIvrScope, validate_ivr_subtree,
};

fn load(i18n: Value) -> (ScopeByLanguage, Vec<IvrFinding>) {
    let Value::Object(i18n) = i18n else { panic!("an object") };
    load_ivr_scopes(&i18n, IvrScope::Election, "elections[0].presentation.i18n")
}

fn validate(ivr: &Value) -> TypedIvrScope {
    validate_ivr_subtree(ivr, IvrScope::Election, &Language::english()).expect("valid")
}

#[test]
fn strict_and_lenient_agree_nested_and_flat() {
    let fixtures = [
        json!({}),
        json!({ "greeting": "Hello", "timeout": "", "name": null, "our_own": "x" }),
        json!({ "name": "<lang xml:lang='fr-CA'>Côté</lang>", "description": "d", "alias": "a" }),
        json!({ "candidate_option": "For {candidate_name}<break time='9s'/>, {number}." }),
        json!({ "newer": "{unheard_of}", "empty": "", "greeting": "<voice>x</voice>" }),
    ];
    for ivr in fixtures {
        let strict = validate(&ivr);
        let (nested, _) = load(json!({ "en": { "name": "Portal", "ivr": ivr } }));
        assert_eq!(nested.get("en").cloned().unwrap_or_default(), strict, "{ivr}");
        let flat: Map<_, _> = ivr
            .as_object()
            .expect("an object")
            .iter()
            .map(|(key, value)| (format!("ivr.{key}"), value.clone()))
            .collect();
        let (flat, _) = load(json!({ "en": flat }));
        assert_eq!(flat.get("en").cloned().unwrap_or_default(), strict, "{ivr}");
    }
}

#[test]
fn the_published_examples_load_as_they_validate() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/publications");
    for name in ["barrie", "toronto", "large"] {
        let path = format!("{root}/{name}/publication.json");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let i18n = document["election_event"]["presentation"]["i18n"].as_object().expect("i18n");
        let (scopes, findings) = load_ivr_scopes(i18n, IvrScope::Event, "i18n");
        assert!(findings.iter().all(|f| f.level == FindingLevel::Info), "{findings:?}");
        assert!(scopes["en"].prompts.contains_key(&IvrPromptKey::Greeting));
    }
}

#[test]
fn a_save_names_every_mistake() {
    let ivr = json!({
        "greeting": "{candidate_name}", "timeout": "<s>", "goodbye": 7, "name": "{number}",
        "our_own": ["x"], "hold": "fine",
    });
    let error =
        validate_ivr_subtree(&ivr, IvrScope::Contest, &Language::new("fr")).expect_err("mistakes");
    let mut keys: Vec<_> = error.problems.iter().filter_map(|p| p.key.as_deref()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["goodbye", "greeting", "name", "our_own", "timeout"]);
    let text = error.to_string();
    assert!(text.starts_with("the telephone texts of the contest in fr have mistakes: "));
    assert!(text.contains("goodbye: not a text"), "{text}");
    assert!(text.contains("{candidate_name} is not a placeholder here"), "{text}");

    let whole = validate_ivr_subtree(&json!("x"), IvrScope::Event, &Language::english());
    let problems = whole.expect_err("no object").problems;
    assert_eq!((&problems[0].key, &problems[0].reason), (&None, &ProblemReason::NotAnObject));
}

#[test]
fn a_mistake_in_a_publication_costs_one_text() {
    let (scopes, findings) = load(json!({
        "en": { "ivr": { "greeting": "<s>", "timeout": "T", "goodbye": 7 }, "ivr.hold": "{x}" },
        "fr": 3,
        "es": { "ivr": "no object", "ivr.timeout": "T" },
        "de": null,
        "it": { "name": "Nome" },
    }));
    let prompts: Vec<_> = scopes["en"].prompts.keys().copied().collect();
    assert_eq!(prompts, [IvrPromptKey::Timeout]);
    assert_eq!(scopes["es"].prompts.len(), 1);
    assert_eq!(scopes.len(), 2);
    let mut found: Vec<_> = findings
        .iter()
        .map(|f| (f.path.as_str(), f.kind, f.language.as_str(), f.key.as_deref()))
        .collect();
    found.sort_by_key(|f| f.0);
    let (bad, not_text) = (FindingKind::BadOverride, FindingKind::NotText);
    assert_eq!(
        found,
        [
            ("elections[0].presentation.i18n.en.ivr.goodbye", not_text, "en", Some("goodbye")),
            ("elections[0].presentation.i18n.en.ivr.greeting", bad, "en", Some("greeting")),
            ("elections[0].presentation.i18n.en[\"ivr.hold\"]", bad, "en", Some("hold")),
            ("elections[0].presentation.i18n.es.ivr", not_text, "es", None),
            ("elections[0].presentation.i18n.fr", not_text, "fr", None),
        ]
    );
    assert!(findings.iter().all(|f| f.level == FindingLevel::Warning && !f.message.is_empty()));
}

#[test]
fn nested_wins_over_flat_and_a_difference_is_found() {
    let (scopes, findings) = load(json!({
        "en": {
            "ivr": { "timeout": "nested", "hold": "same", "goodbye": "", "greeting": null },
            "ivr.timeout": "flat", "ivr.hold": "same", "ivr.goodbye": "flat",
            "ivr.greeting": "flat", "ivr.our.own": "x",
        },
    }));
    let raw = |key| scopes["en"].prompts[&key].raw.as_str();
    assert_eq!(raw(IvrPromptKey::Timeout), "nested");
    assert_eq!(raw(IvrPromptKey::Hold), "same");
    assert_eq!(raw(IvrPromptKey::Goodbye), "flat");
    assert_eq!(raw(IvrPromptKey::Greeting), "flat");
    assert_eq!(scopes["en"].unknown["our.own"], "x");
    let warnings: Vec<_> = findings.iter().filter(|f| f.level == FindingLevel::Warning).collect();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].kind, FindingKind::Conflict);
    assert_eq!(warnings[0].key.as_deref(), Some("timeout"));
}

#[test]
fn unknown_keys_are_kept_verbatim_and_listed_once() {
    let (scopes, findings) = load(json!({
        "en": { "ivr": { "zeta": "{new_thing}", "alpha": "<voice>a</voice>" } },
    }));
    assert_eq!(scopes["en"].unknown["zeta"], "{new_thing}");
    assert_eq!(scopes["en"].unknown["alpha"], "<voice>a</voice>");
    let kinds: Vec<_> = findings.iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [FindingKind::Dropped, FindingKind::NotSpeakable, FindingKind::UnknownKeys]);
    let list = &findings[2];
    assert_eq!(list.level, FindingLevel::Info);
    assert!(list.message.ends_with("alpha, zeta"), "{}", list.message);
}

#[test]
fn a_text_in_which_nothing_is_heard_falls_back() {
    let silent = [
        "<break/>",
        "<p/>",
        "<speak/>",
        "<speak> </speak>",
        "<break time=\"2s\"/> … <break/>",
        "&#160;",
        "\u{200b}",
        "<!-- a remark -->",
    ];
    for text in silent {
        for key in ["vote_confirm", "candidate_option", "goodbye", "our_own"] {
            let (scopes, findings) = load(json!({ "en": { "ivr": { key: text } } }));
            let scope = &scopes["en"];
            assert!(scope.prompts.is_empty(), "{key}: {text}");
            assert_eq!(scope.custom("our_own"), None, "{text}");
            let told = findings.iter().find(|f| f.level == FindingLevel::Warning);
            let told = told.unwrap_or_else(|| panic!("{key}: {text}: {findings:?}"));
            assert_eq!(told.key.as_deref(), Some(key), "{text}");
        }
        let ivr = json!({ "vote_confirm": text });
        validate_ivr_subtree(&ivr, IvrScope::Event, &Language::english()).expect_err(text);
    }
}

#[test]
fn a_placeholder_that_may_stand_for_nothing_is_not_enough_by_itself() {
    let heard = |key: &str, text: &str| {
        let (scopes, _) = load(json!({ "en": { "ivr": { key: text } } }));
        !scopes["en"].prompts.is_empty()
    };
    assert!(heard("candidate_option", "{candidate_name}<break/> {number}"));
    assert!(heard("election_intro", "{election_name}."));
    assert!(heard("contest_intro", "<p>{contest_name}</p>"));
    assert!(heard("receipt_number", "{confirmation_number}"));
    assert!(heard("vote_confirm", "{{ssml:our_own}}"));
    assert!(heard("goodbye", "{assistance_phone}"));
    assert!(!heard("selection_blank", "{candidate_name}."), "most blanks have no name");
    assert!(heard("selection_blank", "{number}."));
    assert!(!heard("cast_so_far", "{election_name}."), "perhaps nothing was cast");
    assert!(!heard("election_closed", "{election_name}."), "said of no election in particular");
    assert!(heard("cast_so_far", "Cast: {election_name}."));
}

#[test]
fn a_text_that_fills_the_answer_by_itself_falls_back_unless_it_can_be_cut() {
    let text = |characters: usize| format!("<p>{}</p>", "a".repeat(characters));
    for (key, most) in
        [("language_select", 1_000), ("auth_enter_username", 1_000), ("candidate_option", 200)]
    {
        let ivr = |n| json!({ "en": { "ivr": { key: text(n) } } });
        assert_eq!(load(ivr(most)).1, [], "{key}");
        let (scopes, findings) = load(ivr(most + 1));
        assert!(scopes["en"].prompts.is_empty(), "{key}");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(
            (findings[0].kind, findings[0].key.as_deref()),
            (FindingKind::BadOverride, Some(key))
        );
        assert!(findings[0].message.contains(&most.to_string()), "{}", findings[0]);
    }
    let (scopes, _) = load(json!({ "en": { "ivr": { "declaration_text": text(9_000) } } }));
    assert_eq!(scopes["en"].prompts.len(), 1, "announcements are cut into answers");
}
