//! What is heard.

use crate::ssml::conform;
use crate::ssml::locale::Locale;
use crate::ssml::plain::plain_text;
use crate::ssml::speech::Speech;

#[test]
fn markup_is_not_heard() {
    let ssml = "<speak>  For <lang xml:lang=\"fr-CA\">Côté &amp; fils</lang>,<break \
                time=\"300ms\"/>press 1.\n<s>Then</s><s>wait.</s> </speak>";
    assert_eq!(plain_text(ssml), "For Côté & fils, press 1. Then wait.");
}

#[test]
fn an_alias_is_heard_instead() {
    let ssml = r#"a <sub alias="Saint &quot;X&quot;">St.</sub> b"#;
    assert_eq!(plain_text(ssml), "a Saint \"X\" b");
}

#[test]
fn nothing_breaks_it() {
    for odd in ["", "<", "<sub alias=\"", "<sub alias=\"a\">", "a < b", "&", "&amp", "</", "<>"] {
        let _ = plain_text(odd);
    }
}

#[test]
fn speech_escapes_and_drops_what_cannot_be_spoken() {
    let mut speech = Speech::new();
    speech.text("<speak>\"R&D\"\u{0}'\u{fffe}</speak>");
    speech.lang(Locale::FrCa, |out| out.characters("a<b"));
    speech.pause(60_000);
    assert_eq!(speech.heard(), "<speak>\"R&D\" ' </speak>a < b");
    let ssml = speech.into_ssml();
    conform::check(&ssml).expect("well-formed");
    assert_eq!(ssml.matches("<speak>").count(), 1);
    assert!(ssml.ends_with("<break time=\"2000ms\"/></speak>"));
}

#[test]
fn a_space_parts_prompts_once() {
    let mut speech = Speech::new();
    speech.space();
    speech.words("A.");
    speech.space();
    speech.space();
    speech.words("B.");
    assert_eq!(speech.into_ssml(), "<speak>A. B.</speak>");
}
