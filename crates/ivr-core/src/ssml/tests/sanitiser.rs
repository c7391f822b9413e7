//! Elements, attributes and values: what stays, what goes.

use super::{attribute, clean, compile, sanitised, tag, value};
use crate::ssml::error::Dropped;

#[test]
fn every_allowed_element_stays() {
    for same in [
        r#"<lang xml:lang="fr-CA">Côté</lang>"#,
        r#"<phoneme alphabet="ipa" ph="ˈkoʊteɪ">Cote</phoneme>"#,
        r#"<phoneme alphabet="x-sampa" ph="ko.te">Cote</phoneme>"#,
        r#"<say-as interpret-as="date" format="mdy">01022025</say-as>"#,
        r#"<break time="500ms" strength="weak"/>"#,
        "a<break/>b",
        r#"<sub alias="Saint">St.</sub>"#,
        "<p><s>One.</s><s>Two.</s></p>",
    ] {
        assert_eq!(clean(same), same);
    }
}

#[test]
fn every_way_of_saying_something_as_something_stays() {
    for how in ["characters", "spell-out", "digits", "telephone", "date", "time"] {
        let same = format!(r#"<say-as interpret-as="{how}">1</say-as>"#);
        assert_eq!(clean(&same), same);
    }
}

#[test]
fn other_elements_go_and_their_text_stays() {
    for name in [
        "prosody",
        "emphasis",
        "voice",
        "audio",
        "mark",
        "w",
        "amazon:effect",
        "html",
        "SPEAK",
        "Break",
        "x",
        "été",
    ] {
        let (body, dropped) = sanitised(&format!("a <{name}>b <s>c</s></{name}> d"));
        assert_eq!(body, "a b <s>c</s> d");
        assert_eq!(dropped, [tag(name)]);
    }
    assert_eq!(sanitised(r#"a<audio src="x"/>b"#), ("ab".into(), vec![tag("audio")]));
}

#[test]
fn other_attributes_go() {
    let (body, dropped) = sanitised(r#"<p xml:lang="fr-CA" class='x'>a</p><break id="1"/>"#);
    assert_eq!(body, "<p>a</p><break/>");
    assert_eq!(
        dropped,
        [attribute("p", "xml:lang"), attribute("p", "class"), attribute("break", "id")]
    );
}

#[test]
fn only_four_locales_and_english_of_canada_becomes_english() {
    for (from, to) in [
        ("en-CA", "en-US"),
        ("en-US", "en-US"),
        ("fr-CA", "fr-CA"),
        ("fr-FR", "fr-FR"),
        ("FR-ca", "fr-CA"),
    ] {
        let body = clean(&format!(r#"<lang xml:lang="{from}">x</lang>"#));
        assert_eq!(body, format!(r#"<lang xml:lang="{to}">x</lang>"#));
    }
    for bad in ["en", "fr", "de-DE", "en-GB", "", " fr-CA", "fr-CA fr-FR", "fr_CA"] {
        let (body, dropped) = sanitised(&format!(r#"<lang xml:lang="{bad}">x</lang>"#));
        assert_eq!(body, "x");
        assert_eq!(dropped, [value("lang", "xml:lang", bad), tag("lang")]);
    }
}

#[test]
fn an_element_without_what_it_needs_goes() {
    for (raw, name) in [
        ("<lang>x</lang>", "lang"),
        (r#"<phoneme ph="a">x</phoneme>"#, "phoneme"),
        (r#"<phoneme alphabet="ipa">x</phoneme>"#, "phoneme"),
        (r#"<say-as format="mdy">x</say-as>"#, "say-as"),
        ("<sub>x</sub>", "sub"),
    ] {
        assert_eq!(sanitised(raw), ("x".into(), vec![tag(name)]), "{raw}");
    }
    let (body, dropped) = sanitised(r#"<say-as interpret-as="currency">x</say-as>"#);
    assert_eq!(body, "x");
    assert_eq!(dropped, [value("say-as", "interpret-as", "currency"), tag("say-as")]);
    let (body, _) = sanitised(r#"<phoneme alphabet="x-amazon-pinyin" ph="a">x</phoneme>"#);
    assert_eq!(body, "x");
}

#[test]
fn pauses_are_two_seconds_at_most_in_any_unit() {
    for (time, ms) in
        [("2s", 2000), ("2000ms", 2000), ("0.5s", 500), (".25s", 250), ("+1s", 1000), ("0s", 0)]
    {
        let body = clean(&format!(r#"<break time="{time}"/>"#));
        assert_eq!(body, format!(r#"<break time="{ms}ms"/>"#));
    }
    for time in ["30s", "2.001s", "2001ms", "99999999999999999999s", "2000.6ms"] {
        let (body, dropped) = sanitised(&format!(r#"<break time="{time}"/>"#));
        assert_eq!(body, r#"<break time="2000ms"/>"#);
        assert_eq!(dropped, [Dropped::LongPause { time: time.into() }]);
    }
    for time in ["", "2", "s", "ms", ".s", "-1s", "1e3s", "infs", "NaNs", "1 s", "1m", "1.2.3s"] {
        let (body, dropped) = sanitised(&format!(r#"<break time="{time}"/>"#));
        assert_eq!(body, "<break/>", "{time}");
        assert_eq!(dropped, [value("break", "time", time)]);
    }
}

#[test]
fn pauses_have_one_of_six_strengths() {
    for strength in ["none", "x-weak", "weak", "medium", "strong", "x-strong"] {
        let same = format!(r#"<break strength="{strength}"/>"#);
        assert_eq!(clean(&same), same);
    }
    let (body, dropped) = sanitised(r#"<break strength="huge"/>"#);
    assert_eq!(body, "<break/>");
    assert_eq!(dropped, [value("break", "strength", "huge")]);
}

#[test]
fn a_pause_holds_no_text() {
    assert_eq!(clean(r#"a<break time="1s">b</break>c"#), r#"a<break time="1000ms"/>bc"#);
}

#[test]
fn a_wrapper_of_the_caller_goes() {
    assert_eq!(clean("<speak>Hello</speak>"), "Hello");
    assert_eq!(clean("<speak><speak>Hello</speak></speak>"), "Hello");
    assert_eq!(clean(r#"<speak version="1.0">Hello <s>you</s></speak>"#), "Hello <s>you</s>");
}

#[test]
fn where_only_text_may_be_elements_go() {
    let (body, dropped) =
        sanitised(r#"<sub alias="x">a <lang xml:lang="fr-CA">b</lang><break/></sub>"#);
    assert_eq!(body, r#"<sub alias="x">a b</sub>"#);
    assert_eq!(dropped, [tag("lang"), tag("break")]);
}

#[test]
fn blocks_do_not_nest() {
    let (body, dropped) = sanitised("<s>a <p>b</p> <s>c</s></s><p><p>d</p></p>");
    assert_eq!(body, "<s>a b c</s><p>d</p>");
    assert_eq!(dropped, [tag("p"), tag("s"), tag("p")]);
}

#[test]
fn comments_go_silently_instructions_and_doctypes_do_not() {
    assert_eq!(clean("a<!-- <voice> & -- -->b"), "ab");
    let (body, dropped) = sanitised("<?xml version='1.0'?><!DOCTYPE speak>a<?php evil ?>b");
    assert_eq!(body, "ab");
    assert_eq!(dropped, [Dropped::Instruction, Dropped::Doctype, Dropped::Instruction]);
}

#[test]
fn the_text_of_a_cdata_section_is_text() {
    assert_eq!(clean("a <![CDATA[<b> & &lt;]]> c"), "a &lt;b&gt; &amp; &amp;lt; c");
}

#[test]
fn entities_are_decoded_and_escaped_again() {
    assert_eq!(clean("&lt;b&gt; &amp; &quot;&apos; &#233;&#xE9;"), "&lt;b&gt; &amp; \"' éé");
    assert_eq!(
        clean(r#"<sub alias="&quot;A&#38;B&quot;">x</sub>"#),
        r#"<sub alias="&quot;A&amp;B&quot;">x</sub>"#
    );
}

#[test]
fn a_bare_ampersand_is_itself_where_there_is_no_markup() {
    assert_eq!(clean("Parks & Trees & AT&T"), "Parks &amp; Trees &amp; AT&amp;T");
    assert!(compile("<s>Parks & Trees</s>").is_err());
}

#[test]
fn text_alone_is_known_as_such() {
    assert!(!compile("Hello & goodbye").expect("text").template.contains_ssml);
    assert!(!compile("<speak>Hello</speak>").expect("text").template.contains_ssml);
    assert!(compile("Hello<break/>").expect("markup").template.contains_ssml);
}
