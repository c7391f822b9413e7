//! Placeholders and includes: which are known, where they may stand.

use crate::prompts::key::IvrPromptKey;
use crate::prompts::placeholder::{Placeholder, PlaceholderSet};
use crate::ssml::error::TemplateError;
use crate::ssml::template::{IvrTemplate, Segment};

fn compile(raw: &str, allowed: PlaceholderSet) -> Result<IvrTemplate, TemplateError> {
    IvrTemplate::compile(raw, allowed).map(|compiled| compiled.template)
}

#[test]
fn every_placeholder_is_known_where_it_is_allowed_and_nowhere_else() {
    for &key in IvrPromptKey::ALL {
        for placeholder in Placeholder::ALL {
            let name = placeholder.as_str();
            for raw in [format!("a {{{name}}} b"), format!("a {{{{ssml:{name}}}}} b")] {
                let result = compile(&raw, key.placeholders());
                assert_eq!(result.is_ok(), key.allows(placeholder), "{key}: {raw}");
            }
        }
    }
}

#[test]
fn an_unknown_placeholder_is_named_with_those_that_are_allowed() {
    let error = compile("{candidate}", PlaceholderSet::ELECTION).expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "{candidate} is not a placeholder here; allowed: {assistance_phone}, {election_name}"
    );
}

#[test]
fn a_brace_belongs_to_a_placeholder() {
    for raw in [
        "{",
        "}",
        "a } b",
        "{{",
        "{election_name",
        "{{election_name}}",
        "{a{b}",
        "{{ssml:}}",
        "{{ssml:a b}}",
        "{{ssml:a}",
        "{election<!-- -->_name}",
        "{{ssml:greeting }}",
    ] {
        let error = compile(raw, PlaceholderSet::ELECTION).expect_err(raw);
        assert!(matches!(error, TemplateError::StrayBrace { .. }), "{raw}: {error}");
    }
    for raw in ["{}", "{ election_name }", "{ELECTION_NAME}", "{x}"] {
        let error = compile(raw, PlaceholderSet::ELECTION).expect_err(raw);
        assert!(matches!(error, TemplateError::UnknownPlaceholder { .. }), "{raw}: {error}");
    }
    // Written as an entity, a brace is a brace.
    assert!(compile("&#123;x&#125;", PlaceholderSet::ELECTION).is_ok());
}

#[test]
fn in_attributes_only_an_alias_has_slots() {
    let template = compile(r#"<sub alias="{election_name}">it</sub>"#, PlaceholderSet::ELECTION)
        .expect("an alias");
    assert!(template.segments().iter().any(|segment| matches!(
        segment,
        Segment::Slot { placeholder: Placeholder::ElectionName, plain: true }
    )));
    for raw in [
        r#"<lang xml:lang="{election_name}">x</lang>"#,
        r#"<phoneme alphabet="ipa" ph="{election_name}">x</phoneme>"#,
        r#"<voice name="{election_name}">x</voice>"#,
        r#"<break time="}"/>"#,
    ] {
        let error = compile(raw, PlaceholderSet::ELECTION).expect_err(raw);
        assert!(matches!(error, TemplateError::SlotInAttribute { .. }), "{raw}: {error}");
    }
}

#[test]
fn where_only_text_may_be_a_value_is_plain() {
    let raw = r#"<say-as interpret-as="characters">{election_name}</say-as>{election_name}"#;
    let template = compile(raw, PlaceholderSet::ELECTION).expect("well-formed");
    let plain: Vec<_> = template
        .segments()
        .iter()
        .filter_map(|segment| match segment {
            Segment::Slot { plain, .. } => Some(*plain),
            _ => None,
        })
        .collect();
    assert_eq!(plain, [true, false]);
}

#[test]
fn an_include_needs_no_more_than_is_here() {
    assert!(compile("{{ssml:repeat_instruction}}", PlaceholderSet::ANYWHERE).is_ok());
    assert!(compile("{{ssml:our_own.notice-1}}", PlaceholderSet::ANYWHERE).is_ok());
    let error = compile("{{ssml:vote_confirm}}", PlaceholderSet::ANYWHERE).expect_err("contest");
    assert_eq!(
        error.to_string(),
        "{{ssml:vote_confirm}} cannot be included here: it may use {election_name}"
    );
}

#[test]
fn a_spoken_name_is_complete_in_itself() {
    let compile = |raw| compile(raw, PlaceholderSet::NONE);
    assert!(compile(r#"<lang xml:lang="fr-CA">Côté</lang>"#).is_ok());
    assert!(matches!(compile("{number}"), Err(TemplateError::UnknownPlaceholder { .. })));
    assert!(matches!(compile("{{ssml:x}}"), Err(TemplateError::IncludeNotAllowed { .. })));
    for silent in ["", " ", "<break/>", "<lang xml:lang='fr-CA'> </lang>"] {
        assert_eq!(compile(silent), Err(TemplateError::Silent), "{silent}");
    }
    let block = compile("<p>Côté</p>").expect("well-formed");
    assert_eq!(block.fixed().as_str(), "Côté", "it stands inside a sentence");
}
