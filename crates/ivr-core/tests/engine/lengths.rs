//! No answer over 3,000 characters (DECISIONS 19), and no fact left out for it.

use ivr_core::fakes::FakeWorld;
use ivr_core::ports::TelemetryEvent;
use serde_json::{Value, json};

use super::support::{LOGIN, Made, Phone, config, events};

const MOST: usize = 3_000;

fn name_election(made: &mut Made, at: usize, name: &str) {
    let election = &mut made.0["elections"][at];
    election["name"] = json!(name);
    election["presentation"]["i18n"] = json!({ "en": { "name": name } });
}

fn words(made: &mut Made, language: &str, ivr: Value) {
    made.0["election_event"]["presentation"]["i18n"][language]["ivr"] = ivr;
}

fn length(phone: &Phone<'_>) -> usize {
    phone.text().chars().count()
}

#[test]
fn a_farewell_to_twenty_long_ballots_counts_those_it_does_not_name() {
    let name =
        |n: usize| format!("Election {n:02} {}.", "of the United Counties ".repeat(6).trim());
    let mut made = Made::new(20, 1, 2);
    for n in 0..20 {
        name_election(&mut made, n, &name(n));
    }
    for (language, from, to) in [
        ("1", " and ", " more were not cast. Thank you"),
        ("2", " et ", " autres n’ont pas été déposés. "),
    ] {
        let world = FakeWorld::new(config(&made.load()));
        let mut phone = Phone::call(&world);
        phone.keys(&format!("{language} {LOGIN}"));
        phone.listen();
        phone.press("0");
        assert_eq!(phone.said(), ["cast_so_far", "goodbye"]);
        assert!(length(&phone) <= MOST, "{}", length(&phone));
        let text = phone.text();
        let named = (0..20).filter(|n| text.contains(&name(*n))).count();
        let begun = (0..20).filter(|n| text.contains(&format!("Election {n:02}"))).count();
        assert_eq!(named, begun, "no name is cut: {text}");
        assert!((10..20).contains(&named), "{text}");
        let counted = format!("{from}{}{to}", 20 - named);
        assert!(text.contains(&counted), "no {counted:?} in {text}");
    }
}

#[test]
fn an_election_with_an_endless_name_is_named_once_in_an_answer() {
    let name = format!("Election {}", "of the United Counties ".repeat(43).trim());
    let mut made = Made::one(1, 2).rules(0, 1, "allowed", "allowed");
    name_election(&mut made, 0, &name);
    let world = FakeWorld::new(config(&made.load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    phone.keys("1 1 00#");
    assert_eq!(phone.said(), ["vote_success", "receipt_info", "receipt_number", "receipt_number"]);
    let text = phone.text();
    assert!(text.chars().count() <= MOST, "{}", text.chars().count());
    assert!(text.starts_with(&format!("Your ballot for {name} was recorded. ")), "{text}");
    assert_eq!(text.matches(&name).count(), 1);
    assert!(text.contains("You will now hear the locator of your ballot. "), "{text}");
    let before = phone.text();
    phone.press("*");
    assert_eq!(phone.text(), before, "a repeat");
}

#[test]
fn overrides_that_are_too_long_together_give_way_to_built_in_words_with_a_warning() {
    let long = |what: &str, n: usize| format!("{what} {}", "and so on ".repeat(n).trim());
    let mut made = Made::one(2, 2).rules(0, 1, "allowed", "allowed");
    words(
        &mut made,
        "en",
        json!({
            "summary_intro": long("Here is your ballot.", 95),
            "not_cast_yet": long("It is not cast.", 90),
            "summary_edit_prompt": long("Cast by zero, zero, number sign.", 85),
            "summary_item": format!("{{contest_name}}: {{candidate_name}}, {}", long("", 17)),
        }),
    );
    let world = FakeWorld::new(config(&made.load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    phone.keys("1 1 1 1");
    assert_eq!(phone.sub_phase(), "election_summary");
    assert!(length(&phone) <= MOST, "{}", length(&phone));
    let text = phone.text();
    assert!(text.starts_with("These are your choices"), "the longest is gone: {text}");
    assert!(text.contains("It is not cast. and so on"), "a shorter one stays: {text}");
    let fell_back: Vec<_> = events(&world)
        .into_iter()
        .filter_map(|event| match event {
            TelemetryEvent::PromptFellBack { key, .. } => Some(key),
            _ => None,
        })
        .collect();
    assert_eq!(fell_back, ["summary_intro"]);
}

#[test]
fn a_contest_with_an_endless_name_is_named_once_in_an_answer() {
    let name = format!("Contest {}", "of the United Counties ".repeat(80).trim());
    let mut made = Made::one(1, 2).rules(0, 1, "allowed", "allowed");
    let contest = made.contest(0, 0);
    contest["name"] = json!(name);
    contest["name_i18n"] = json!(null);
    contest["presentation"]["i18n"] = json!(null);
    let world = FakeWorld::new(config(&made.load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    phone.keys("1 1 01#");
    assert_eq!(phone.said()[..2], ["summary_edit_restart", "contest_intro"]);
    let text = phone.text();
    assert!(text.chars().count() <= MOST, "{}", text.chars().count());
    assert!(text.starts_with("Your choices for this contest are cleared."), "{text}");
    assert_eq!(text.matches(&name).count(), 1);
}
