//! Rules of the event's row.

use ivr_core::language::Language;
use ivr_core::publication::{Code, Level, Order};
use serde_json::json;

use crate::support::*;

const IVR: &str = "/election_event/presentation/ivr";
const FLOW: &str = "/election_event/presentation/ivr/flow";
const LANGUAGES: &str = "/election_event/presentation/language_conf";

fn enabled(codes: &[&str]) -> Vec<Language> {
    codes.iter().copied().map(Language::new).collect()
}

#[test]
fn no_flow_refuses() {
    let flow = "$.election_event.presentation.ivr.flow";
    refused_at(&barrie(FLOW, json!([])), flow);
    refused_at(&barrie(FLOW, json!(null)), flow);
    refused_at(&barrie_without(FLOW), flow);
    refused_at(&barrie(FLOW, json!("auth")), flow);
    refused_at(&barrie_without(IVR), "$.election_event.presentation.ivr");
    refused_at(&barrie_without("/election_event/presentation"), "$.election_event.presentation");
    refused_at(&barrie_without("/election_event"), "$.election_event");
}

#[test]
fn an_unknown_phase_is_named_beside_the_known_ones() {
    let document = barrie(&format!("{FLOW}/3/phase"), json!("authenticate"));
    let message = refused_at(&document, "$.election_event.presentation.ivr.flow[3].phase");
    assert!(message.contains("\"authenticate\""), "{message}");
    assert!(message.contains("auth, eligibility_check, ballot_loop, goodbye"), "{message}");
}

#[test]
fn a_phase_with_wrong_settings_refuses_at_the_setting() {
    let flow = "$.election_event.presentation.ivr.flow";
    let document = barrie(&format!("{FLOW}/5/accept_key"), json!("#"));
    refused_at(&document, &format!("{flow}[5].accept_key"));
    let document = barrie(&format!("{FLOW}/7/receipt_format"), json!("digits"));
    let message = refused_at(&document, &format!("{flow}[7].receipt_format"));
    assert!(message.contains("phonetic_hex_4"), "{message}");
    let message =
        refused_at(&barrie_without(&format!("{FLOW}/2/prompt_key")), &format!("{flow}[2]"));
    assert!(message.contains("prompt_key"), "{message}");
    refused_at(&barrie(&format!("{FLOW}/2/prompt"), json!("x")), &format!("{flow}[2].prompt"));
    refused_at(&barrie(&format!("{FLOW}/2"), json!("auth")), &format!("{flow}[2]"));
    refused_at(&barrie_without(&format!("{FLOW}/2/phase")), &format!("{flow}[2].phase"));
    let loaded = load(&barrie(&format!("{FLOW}/3/retries"), json!(2)));
    assert_eq!(finding(&loaded, Code::UnknownPhaseKey).path, format!("{flow}[3].retries"));
}

#[test]
fn nobody_votes_before_logging_in() {
    let flow = "$.election_event.presentation.ivr.flow";
    let before = json!([{"phase": "ballot_loop"}, {"phase": "auth"}, {"phase": "goodbye"}]);
    refused_at(&barrie(FLOW, before), &format!("{flow}[0]"));
    let without = json!([{"phase": "language_select"}, {"phase": "ballot_loop"}]);
    let message = refused_at(&barrie(FLOW, without), &format!("{flow}[1]"));
    assert!(message.contains("before auth"), "{message}");
    let eligibility = json!([{"phase": "eligibility_check"}, {"phase": "auth"}]);
    refused_at(&barrie(FLOW, eligibility), &format!("{flow}[0]"));
}

#[test]
fn a_flow_without_an_end_or_a_ballot_is_found() {
    let loaded = load(&barrie(FLOW, json!([{"phase": "auth"}, {"phase": "ballot_loop"}])));
    assert_eq!(finding(&loaded, Code::NoGoodbye).level, Level::Warning);
    let loaded = load(&barrie(FLOW, json!([{"phase": "auth"}, {"phase": "goodbye"}])));
    finding(&loaded, Code::NoBallotLoop);
    let loaded = load(&barrie(FLOW, json!([{"phase": "goodbye"}, {"phase": "auth"}])));
    let path = &finding(&loaded, Code::PhaseAfterGoodbye).path;
    assert_eq!(path, "$.election_event.presentation.ivr.flow[1]");
}

#[test]
fn retry_limits_are_at_least_one_and_default_to_three() {
    let limits = format!("{IVR}/retry_limits");
    let loaded = load(&barrie(&limits, json!({"auth": 5, "timeout": null})));
    let read = loaded.publication.event.retry_limits;
    assert_eq!((read.auth, read.invalid_input, read.timeout), (5, 3, 3));
    load(&barrie_without(&limits));
    let path = "$.election_event.presentation.ivr.retry_limits";
    for wrong in [json!(0), json!(-1), json!(256), json!("3"), json!(1.5)] {
        refused_at(&barrie(&format!("{limits}/auth"), wrong), &format!("{path}.auth"));
    }
    refused_at(&barrie(&format!("{limits}/time_out"), json!(3)), &format!("{path}.time_out"));
}

#[test]
fn other_settings_of_the_telephone() {
    let loaded = load(&barrie(&format!("{IVR}/announce_disabled_account"), json!(true)));
    assert!(loaded.publication.event.announce_disabled_account);
    let path = "$.election_event.presentation.ivr.announce_disabled_account";
    refused_at(&barrie(&format!("{IVR}/announce_disabled_account"), json!("yes")), path);
    let loaded = load(&barrie(&format!("{IVR}/assistance_phone"), json!(" ")));
    assert_eq!(loaded.publication.event.assistance_phone, None);
    refused_at(
        &barrie(&format!("{IVR}/assistance_phone"), json!(18005550199u64)),
        "$.election_event.presentation.ivr.assistance_phone",
    );
    let loaded = load(&barrie(&format!("{IVR}/colour"), json!({"x": 1})));
    let found = finding(&loaded, Code::UnknownIvrKey);
    assert_eq!(found.level, Level::Info);
    assert_eq!(found.path, "$.election_event.presentation.ivr.colour");
}

#[test]
fn languages_come_from_the_row_then_the_styles_then_english() {
    let mut document = barrie_without(LANGUAGES);
    let loaded = load(&document);
    assert_eq!(loaded.publication.event.languages.enabled, enabled(&["en", "fr"]), "the style's");
    for style in 0..2 {
        let pointer = format!("/ballot_styles/{style}/election_event_presentation/language_conf");
        remove(&mut document, &pointer);
    }
    let languages = load(&document).publication.event.languages;
    assert_eq!((languages.enabled, languages.default), (enabled(&["en"]), Language::english()));

    let conf = json!({"default_language_code": "fr", "enabled_language_codes": []});
    let languages = load(&barrie(LANGUAGES, conf)).publication.event.languages;
    assert_eq!((languages.enabled, languages.default), (enabled(&["fr"]), Language::new("fr")));
    let conf = json!({"enabled_language_codes": ["fr", "en"]});
    let languages = load(&barrie(LANGUAGES, conf)).publication.event.languages;
    assert_eq!(
        (languages.enabled, languages.default),
        (enabled(&["fr", "en"]), Language::new("fr"))
    );
}

#[test]
fn odd_languages_are_found() {
    let conf = json!({"default_language_code": "fr", "enabled_language_codes": ["en", "en"]});
    let loaded = load(&barrie(LANGUAGES, conf));
    assert_eq!(loaded.publication.event.languages.enabled, enabled(&["en"]));
    assert_eq!(loaded.publication.event.languages.default, Language::new("fr"));
    let conf = "$.election_event.presentation.language_conf";
    let found = finding(&loaded, Code::DuplicateLanguage);
    assert_eq!(found.path, format!("{conf}.enabled_language_codes[1]"));
    let found = finding(&loaded, Code::DefaultLanguageNotEnabled);
    assert_eq!(found.path, format!("{conf}.default_language_code"));

    let ten: Vec<String> = (0..10).map(|n| format!("l{n}")).collect();
    let loaded = load(&barrie(&format!("{LANGUAGES}/enabled_language_codes"), json!(ten)));
    assert_eq!(loaded.publication.event.languages.enabled.len(), 9);
    assert_eq!(finding(&loaded, Code::TooManyLanguages).level, Level::Error);

    for (wrong, path) in [
        (json!({"enabled_language_codes": ["en", ""]}), ".enabled_language_codes[1]"),
        (json!({"enabled_language_codes": ["en", "\"/>"]}), ".enabled_language_codes[1]"),
        (json!({"enabled_language_codes": ["en", 7]}), ".enabled_language_codes[1]"),
        (json!({"enabled_language_codes": "en"}), ".enabled_language_codes"),
        (json!({"default_language_code": ""}), ".default_language_code"),
        (json!([]), ""),
    ] {
        refused_at(&barrie(LANGUAGES, wrong), &format!("{conf}{path}"));
    }
}

#[test]
fn portal_fields_default_to_the_styles_and_then_to_the_platforms_defaults() {
    let row = "/election_event/presentation";
    let style = "/ballot_styles/0/election_event_presentation";
    let mut document = barrie_without(&format!("{row}/elections_order"));
    set(&mut document, &format!("{style}/elections_order"), json!("random"));
    set(&mut document, &format!("{row}/skip_election_list"), json!(null));
    set(&mut document, &format!("{style}/skip_election_list"), json!(true));
    let event = load(&document).publication.event;
    assert_eq!((event.elections_order, event.skip_election_list), (Order::Random, true));
    for style in 0..2 {
        set(
            &mut document,
            &format!("/ballot_styles/{style}/election_event_presentation"),
            json!(null),
        );
    }
    let event = load(&document).publication.event;
    assert_eq!((event.elections_order, event.skip_election_list), (Order::Alphabetical, false));
    let document = barrie(&format!("{row}/elections_order"), json!("Alphabetical"));
    let message = refused_at(&document, "$.election_event.presentation.elections_order");
    assert!(message.contains("alphabetical, custom, random"), "{message}");
}

#[test]
fn what_is_not_used_may_be_anything() {
    let mut document = document("barrie");
    for pointer in [
        "/election_event/status",
        "/election_event/statistics",
        "/election_event/voting_channels",
        "/election_event/presentation/materials",
        "/election_event/presentation/css",
        "/elections/0/status",
        "/elections/0/presentation/dates",
        "/support_materials",
        "/documents",
        "/something_new",
    ] {
        set(&mut document, pointer, json!([["odd"], 1.5, {"": null}]));
    }
    assert_eq!(load(&document).findings, []);
}

#[test]
fn names_that_are_empty_count_as_absent() {
    let i18n = "/election_event/presentation/i18n";
    let mut document = barrie(&format!("{i18n}/fr/name"), json!("  "));
    set(&mut document, &format!("{i18n}/iu"), json!(null));
    set(&mut document, "/election_event/name", json!(null));
    let names = load(&document).publication.event.names;
    assert_eq!(names.base, None);
    assert_eq!(names.by_language.keys().map(Language::as_str).collect::<Vec<_>>(), ["en"]);
    let path = "$.election_event.presentation.i18n.fr.name";
    refused_at(&barrie(&format!("{i18n}/fr/name"), json!(["x"])), path);
}

#[test]
fn a_bad_telephone_string_is_a_finding_in_its_language() {
    let document = barrie(
        "/election_event/presentation/i18n/fr/ivr/greeting",
        json!("Bonjour {candidate_name}"),
    );
    let loaded = load(&document);
    let found = finding(&loaded, Code::IvrBadOverride);
    assert_eq!(found.path, "$.election_event.presentation.i18n.fr.ivr.greeting");
    assert_eq!(found.language, Some(Language::new("fr")));
}

#[test]
fn nobody_logs_in_twice() {
    let mut document = document("barrie");
    let flow = document.pointer_mut(FLOW).unwrap().as_array_mut().unwrap();
    let last = flow.len();
    flow.push(json!({"phase": "auth"}));
    let path = format!("$.election_event.presentation.ivr.flow[{last}]");
    assert!(refused_at(&document, &path).contains("a second auth"));
}
