//! What slots say: every value escaped, spoken names with their markup, numbers as words.

use serde_json::json;

use super::{english, said, scopes};
use crate::menu::Keys;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::placeholder::{Placeholder, PlaceholderSet};
use crate::prompts::vars::{Name, Number, Vars};
use crate::ssml::plain::plain_text;
use crate::ssml::template::IvrTemplate;

const NASTY: &str = r#"<voice name='x'>R&D "1"</voice>{number}{{ssml:greeting}}"#;

/// A key whose templates may use the placeholder.
fn key_with(placeholder: Placeholder) -> IvrPromptKey {
    let keys = IvrPromptKey::ALL.iter();
    keys.copied().find(|key| key.allows(placeholder)).expect("some key")
}

#[test]
fn every_text_is_escaped_in_every_placeholder_and_never_interpolated_again() {
    let name = [Name::Text(NASTY)];
    let vars = Vars {
        assistance_phone: Some(NASTY),
        elections: &name,
        contest_name: Some(name[0]),
        candidates: &name,
        locator: Some(NASTY),
        ..Vars::default()
    };
    for placeholder in Placeholder::ALL {
        let slot = placeholder.as_str();
        let key = key_with(placeholder).as_str();
        for template in [
            format!("a {{{slot}}} b"),
            format!("<s>a {{{{ssml:{slot}}}}} b</s>"),
            format!(r#"<sub alias="a {{{slot}}} b">x</sub>"#),
        ] {
            // `speak` checks that nothing but allowed markup comes out.
            let body = said(&english(json!({ key: template })), key, &vars, "en");
            assert!(!body.contains("<voice"), "{body}");
            let heard = plain_text(&body);
            let value = match placeholder {
                Placeholder::ElectionName
                | Placeholder::ContestName
                | Placeholder::CandidateName => NASTY,
                _ => "",
            };
            assert!(heard.starts_with('a') && heard.contains(value), "{heard}");
        }
    }
}

#[test]
fn a_spoken_name_brings_its_markup_and_in_an_attribute_its_characters() {
    let spoken = IvrTemplate::compile(
        r#"<lang xml:lang="fr-CA">Zoé "Z" <sub alias="et fils">&amp; f.</sub></lang>"#,
        PlaceholderSet::NONE,
    )
    .expect("a name")
    .template;
    let name = [Name::Markup(&spoken), Name::Text("A & B")];
    let vars = Vars { candidates: &name, ..Vars::default() };
    let of = |template: &str| {
        said(&english(json!({ "vote_confirm": template })), "vote_confirm", &vars, "en")
    };
    assert_eq!(
        of("{candidate_name}."),
        "<lang xml:lang=\"fr-CA\">Zoé \"Z\" <sub alias=\"et fils\">&amp; f.</sub></lang> \
         and A &amp; B."
    );
    assert_eq!(of("{{ssml:candidate_name}}."), of("{candidate_name}."));
    assert_eq!(
        of(r#"<sub alias="{candidate_name}">them</sub>"#),
        r#"<sub alias="Zoé &quot;Z&quot; et fils and A &amp; B">them</sub>"#
    );
}

#[test]
fn numbers_of_options_are_digit_words_and_counts_are_figures() {
    for (number, en, fr) in [
        (Number::Keys(Keys::Digit(3)), "3", "3"),
        (Number::Keys(Keys::Digit(0)), "zero", "zéro"),
        (Number::Keys(Keys::Code(7)), "zero seven", "zéro sept"),
        (Number::Keys(Keys::Code(95)), "nine five", "neuf cinq"),
        (Number::Keys(Keys::Zero), "zero", "zéro"),
        (Number::Keys(Keys::Hash), "number sign", "carré"),
        (Number::Keys(Keys::Star), "star", "étoile"),
        (Number::Count(12), "12", "12"),
    ] {
        let ivr = json!({ "ivr.candidate_option": "({number})" });
        let whole = scopes(json!({ "en": ivr, "fr": ivr, "es": ivr }));
        let vars = Vars { number: Some(number), ..Vars::default() };
        let heard = |language| plain_text(&said(&whole, "candidate_option", &vars, language));
        assert_eq!(heard("en"), format!("({en})"));
        assert_eq!(heard("fr"), format!("({fr})"));
        assert!(heard("es").chars().all(|c| "()0123456789 #*".contains(c)), "{}", heard("es"));
    }
}

#[test]
fn a_telephone_number_is_spoken_digit_by_digit() {
    let ivr = json!({ "ivr.not_active": "Call {assistance_phone}." });
    let whole = scopes(json!({ "en": ivr, "fr": ivr, "es": ivr }));
    let vars = Vars { assistance_phone: Some("+1 (800) 555-0199"), ..Vars::default() };
    let pause = "<break time=\"300ms\"/>";
    assert_eq!(
        said(&whole, "not_active", &vars, "en"),
        format!(
            "Call one,{pause} eight zero zero,{pause} five five five,{pause} zero one nine nine."
        )
    );
    let heard = |vars, language| plain_text(&said(&whole, "not_active", vars, language));
    assert_eq!(heard(&vars, "fr"), "Call un, huit zéro zéro, cinq cinq cinq, zéro un neuf neuf.");
    assert_eq!(heard(&vars, "es"), "Call 1, 8 0 0, 5 5 5, 0 1 9 9.");
    let none = &Vars::default();
    assert_eq!(heard(none, "en"), "Call the number on your voting instructions.");
    assert_eq!(
        said(&whole, "not_active", none, "es"),
        "Call <lang xml:lang=\"en-US\">the number on your voting instructions</lang>."
    );
}

#[test]
fn a_locator_is_spelled_with_a_pause_after_each_character() {
    let ivr = json!({ "ivr.receipt_number": "{confirmation_number}" });
    let whole = scopes(json!({ "en": ivr, "fr": ivr, "es": ivr }));
    let vars = Vars { locator: Some("0eBf"), ..Vars::default() };
    let body = said(&whole, "receipt_number", &vars, "en");
    assert_eq!(body.matches("<break").count(), 4);
    let heard = |language| plain_text(&said(&whole, "receipt_number", &vars, language));
    assert_eq!(heard("en"), "zero, echo, bravo, foxtrot");
    assert_eq!(heard("fr"), "zéro, écho, bravo, fox-trot");
    assert_eq!(heard("es"), "0, e, B, f");
}
