//! What is not XML is refused, and says where and why.

use super::compile;
use crate::ssml::error::{MarkupFault, TemplateError};

fn fault(raw: &str) -> MarkupFault {
    match compile(raw) {
        Err(TemplateError::Malformed { at, fault }) => {
            assert!(at <= raw.len() && raw.is_char_boundary(at), "{raw}: {at}");
            fault
        }
        other => panic!("{raw} should be malformed, is {other:?}"),
    }
}

#[test]
fn unbalanced_tags() {
    assert_eq!(fault("<s>a"), MarkupFault::Unclosed("s".into()));
    assert_eq!(fault("a</s>"), MarkupFault::Unbalanced("s".into()));
    assert_eq!(fault("<p><s>a</p></s>"), MarkupFault::Unbalanced("p".into()));
    assert_eq!(fault("<voice><s>a</voice></s>"), MarkupFault::Unbalanced("voice".into()));
    assert_eq!(fault("<speak>a"), MarkupFault::Unclosed("speak".into()));
}

#[test]
fn tags_that_are_none() {
    for raw in ["a < b", "<", "<>", "</>", "< s>a</s>", "<1/>", "<!x>"] {
        assert_eq!(fault(raw), MarkupFault::NotATag, "{raw}");
    }
}

#[test]
fn things_that_do_not_end() {
    for raw in ["<s", "<s ", "</s", "<!-- a", "<![CDATA[ a", "<?xml", "<!DOCTYPE"] {
        assert!(matches!(fault(raw), MarkupFault::Unfinished(_)), "{raw}");
    }
}

#[test]
fn attributes_that_are_none() {
    for raw in [
        r#"<sub alias="a'>x</sub>"#,
        "<sub alias=a>x</sub>",
        "<sub alias>x</sub>",
        r#"<sub alias="a<b">x</sub>"#,
        r#"<break time="1s"strength="weak"/>"#,
        r#"<break"time"/>"#,
        "<break /time/>",
        "<break {x}/>",
    ] {
        assert!(matches!(fault(raw), MarkupFault::BadAttribute { .. }), "{raw}");
    }
}

#[test]
fn an_attribute_twice() {
    assert_eq!(
        fault(r#"<break time="1s" time="2s"/>"#),
        MarkupFault::DuplicateAttribute { tag: "break".into(), attribute: "time".into() }
    );
}

#[test]
fn entities_that_are_not_defined() {
    assert_eq!(fault("<s>&nbsp;</s>"), MarkupFault::UndefinedEntity("nbsp".into()));
    assert_eq!(fault("a&nbsp;b"), MarkupFault::UndefinedEntity("nbsp".into()));
    assert_eq!(fault("&#xD800;"), MarkupFault::UndefinedEntity("#xD800".into()));
    assert_eq!(fault("&#;<s/>"), MarkupFault::UndefinedEntity("#".into()));
    assert_eq!(fault("<s>a & b</s>"), MarkupFault::BareAmpersand);
    assert_eq!(fault(r#"<sub alias="a & b">x</sub>"#), MarkupFault::BareAmpersand);
}

#[test]
fn control_characters() {
    for raw in ["a\u{0}b", "a\u{7}b", "a\u{85}b", "a&#0;b", "a&#x1b;b", "<![CDATA[\u{1}]]>"] {
        assert!(matches!(fault(raw), MarkupFault::ControlCharacter(_)), "{raw:?}");
    }
    assert!(matches!(fault("<sub alias='\u{2}'>x</sub>"), MarkupFault::ControlCharacter(2)));
    assert!(compile("a\tb\nc").is_ok());
}

#[test]
fn a_doctype_with_entities_of_its_own() {
    let bomb = r#"<!DOCTYPE s [<!ENTITY a "aaaa">]><s>&a;</s>"#;
    assert_eq!(fault(bomb), MarkupFault::DoctypeSubset);
}

#[test]
fn an_error_says_where() {
    let Err(error) = compile("<s>é &nbsp;</s>") else { panic!("malformed") };
    assert_eq!(error.to_string(), "malformed markup at byte 6: the entity &nbsp; is not defined");
}
