//! Whatever stands in slots and in templates, what comes out is what a voice accepts.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::language::Language;
use crate::menu::Keys;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::load::load_ivr_scopes;
use crate::prompts::name::PromptName;
use crate::prompts::placeholder::PlaceholderSet;
use crate::prompts::resolve::ScopeChain;
use crate::prompts::scope::IvrScope;
use crate::prompts::vars::{Name, Number, Vars};
use crate::ssml::conform;
use crate::ssml::speech::Speech;
use crate::ssml::template::IvrTemplate;

/// Text that looks dangerous more often than chance would have it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zé ]{0,8}",
        r#"[<>&"'{}/!\[\]?; a-z0-9#]{0,12}"#,
        Just("]]>".to_owned()),
        Just("&#x0;".to_owned()),
        Just("<break time='9s'/>".to_owned()),
    ]
}

/// Template text without markup of its own.
fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé ]{0,8}",
        Just("{candidate_name}".to_owned()),
        Just("{{ssml:contest_name}}".to_owned()),
        Just("{{ssml:timeout}}".to_owned()),
        Just("{{ssml:vote_confirm}}".to_owned()),
        Just("{assistance_phone}".to_owned()),
        Just("&amp;&lt;&#233;".to_owned()),
        Just("<![CDATA[<voice>&]]>".to_owned()),
        Just("<!-- x -->".to_owned()),
    ]
}

fn attributes() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        Just(r#" xml:lang="fr-CA""#),
        Just(r#" xml:lang="en-CA""#),
        Just(r#" xml:lang="de""#),
        Just(r#" alphabet="ipa""#),
        Just(r#" ph="&quot;a&lt;""#),
        Just(r#" interpret-as='digits'"#),
        Just(r#" format="mdy""#),
        Just(r#" time="30s""#),
        Just(r#" strength="weak""#),
        Just(r#" alias="a {candidate_name} &amp; {{ssml:timeout}}""#),
        Just(r#" onload="x""#),
    ];
    proptest::collection::vec(one, 0..4).prop_map(|all| all.concat())
}

/// Nested elements, allowed and not; mostly well-formed.
fn tree() -> impl Strategy<Value = String> {
    leaf().prop_recursive(5, 40, 4, |inner| {
        let tags = prop::sample::select(vec![
            "speak",
            "lang",
            "phoneme",
            "say-as",
            "break",
            "sub",
            "p",
            "s",
            "voice",
            "audio",
            "prosody",
            "amazon:effect",
        ]);
        let children = proptest::collection::vec(inner, 0..4);
        (tags, attributes(), children).prop_map(|(tag, attributes, children)| {
            format!("<{tag}{attributes}>{}</{tag}>", children.concat())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..Default::default() })]

    #[test]
    fn templates_come_out_clean(
        template in prop_oneof![
            3 => tree(),
            1 => proptest::collection::vec(prop_oneof![tree(), text()], 0..4)
                .prop_map(|all| all.concat()),
            1 => text(),
        ],
        value in text(),
        spoken in prop_oneof![tree(), text()],
        language in "[a-z]{2}|en|fr",
    ) {
        let mut i18n = Map::new();
        let ivr = serde_json::json!({ "vote_confirm": template, "timeout": template });
        i18n.insert(language.clone(), serde_json::json!({ "ivr": ivr }));
        let (scopes, _) = load_ivr_scopes(&i18n, IvrScope::Contest, "i18n");
        let spoken = IvrTemplate::compile(&spoken, PlaceholderSet::NONE).ok();
        let spoken = spoken.as_ref().map_or(Name::Text(&value), |c| Name::Markup(&c.template));
        let names = [Name::Text(&value), spoken];
        let default_language = Language::new("fr");
        let chain = ScopeChain {
            candidate: None,
            contest: Some(&scopes),
            election: None,
            event: None,
            default_language: &default_language,
        };
        let vars = Vars {
            assistance_phone: Some(&value),
            elections: &names,
            contest_name: Some(spoken),
            candidates: &names,
            number: Some(Number::Keys(Keys::Code(7))),
            locator: Some(&value),
            ..Vars::default()
        };
        let mut out = Speech::new();
        for name in ["vote_confirm", "timeout", "receipt_number", "auth_failed", &value] {
            let name = PromptName::from(name);
            let _ = chain.speak(&name, &vars, &Language::new(&*language), &mut out);
        }
        let ssml = out.into_ssml();
        prop_assert_eq!(conform::check(&ssml), Ok(()), "{}", ssml);
    }

    #[test]
    fn every_built_in_prompt_takes_any_name(
        value in text(),
        key in prop::sample::select(IvrPromptKey::ALL.to_vec()),
        french in any::<bool>(),
    ) {
        let names = [Name::Text(&value)];
        let default_language = Language::english();
        let chain = ScopeChain {
            candidate: None,
            contest: None,
            election: None,
            event: None,
            default_language: &default_language,
        };
        let vars = Vars {
            assistance_phone: Some(&value),
            elections: &names,
            not_cast: &names,
            contest_name: Some(names[0]),
            candidates: &names,
            locator: Some(&value),
            ..Vars::default()
        };
        let language = Language::new(if french { "fr" } else { "en" });
        let mut out = Speech::new();
        prop_assert_eq!(chain.speak(&key.into(), &vars, &language, &mut out), Ok(()));
        let ssml = out.into_ssml();
        prop_assert_eq!(conform::check(&ssml), Ok(()), "{}", ssml);
    }

    #[test]
    fn no_text_breaks_the_compiler(raw in text(), nested in any::<bool>()) {
        let raw = if nested { format!("<s>{raw}</s>") } else { raw };
        let _ = IvrTemplate::compile(&raw, PlaceholderSet::OPTION);
        let _ = crate::ssml::plain::plain_text(&raw);
        let value = Value::String(raw);
        let _ = crate::prompts::scope::validate_ivr_subtree(
            &serde_json::json!({ "greeting": value, "name": value, "own": value }),
            IvrScope::Event,
            &Language::english(),
        );
    }
}
