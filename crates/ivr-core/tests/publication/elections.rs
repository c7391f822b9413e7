//! Rules of the elections' rows.

use ivr_core::language::Language;
use ivr_core::publication::{AllowedBallots, Code, Level, Order, Publication};
use serde_json::{Value, json};

use crate::support::*;

const OTHER: &str = "00000000-0000-4000-8000-000000000001";

#[test]
fn languages_of_an_election_are_its_own_or_none() {
    let conf = "/elections/0/presentation/language_conf";
    for none in [json!(null), json!({}), json!({"enabled_language_codes": []})] {
        assert_eq!(load(&barrie(conf, none)).publication.elections[0].languages, None);
    }
    let loaded = load(&barrie(conf, json!({"enabled_language_codes": ["fr", "iu"]})));
    let languages = loaded.publication.elections[0].languages.as_ref().unwrap();
    assert_eq!(languages.default, Language::new("fr"));
    let found = finding(&loaded, Code::LanguageNotInEvent);
    assert_eq!(found.path, "$.elections[0].presentation.language_conf.enabled_language_codes");
    let null_presentation = load(&barrie("/elections/0/presentation", json!(null)));
    let election = &null_presentation.publication.elections[0];
    assert_eq!(election.languages, None);
    assert_eq!(election.names.base.as_deref(), Some("Municipal Council"));
}

#[test]
fn allowed_ballots_come_from_the_row_then_the_style() {
    let row = "/elections/0/num_allowed_revotes";
    let of = |document| load(&document).publication.elections[0].allowed_ballots;
    let unlimited = load(&barrie(row, json!(0)));
    assert_eq!(unlimited.publication.elections[0].allowed_ballots, AllowedBallots::Unlimited);
    assert!(unlimited.findings.iter().all(|finding| finding.code != Code::NegativeRevotes));
    assert_eq!(of(barrie(row, json!(4))), AllowedBallots::AtMost(4));
    let mut document = barrie(row, json!(null));
    for style in 0..2 {
        set(&mut document, &format!("/ballot_styles/{style}/num_allowed_revotes"), json!(7));
    }
    assert_eq!(of(document.clone()), AllowedBallots::AtMost(1), "null says one");
    remove(&mut document, row);
    assert_eq!(of(document), AllowedBallots::AtMost(7), "a missing key says nothing");

    let loaded = load(&barrie(row, json!(-2)));
    assert_eq!(loaded.publication.elections[0].allowed_ballots, AllowedBallots::AtMost(1));
    assert_eq!(finding(&loaded, Code::NegativeRevotes).path, "$.elections[0].num_allowed_revotes");
    not_by_phone(&barrie(row, json!("1")), 0, "$.elections[0].num_allowed_revotes");
}

#[test]
fn the_order_of_contests_comes_from_the_row_then_the_style() {
    let row = "/elections/1/presentation/contests_order";
    let order = |document| {
        let publication = load(&document).publication;
        publication.ballots.iter().find(|ballot| ballot.election == 1).unwrap().contests_order
    };
    assert_eq!(order(barrie(row, json!("random"))), Order::Random);
    assert_eq!(order(barrie(row, json!(null))), Order::Custom, "the style's");
    let mut document = barrie(row, json!(null));
    for style in 0..2 {
        set(&mut document, &format!("/ballot_styles/{style}/election_presentation"), json!(null));
    }
    assert_eq!(order(document), Order::Alphabetical);
    not_by_phone(&barrie(row, json!("first")), 1, "$.elections[1].presentation.contests_order");
}

#[test]
fn ids_are_checked_and_kept_as_they_are_spelled() {
    let mut document = document("barrie");
    let upper = document["elections"][0]["id"].as_str().unwrap().to_uppercase();
    set(&mut document, "/elections/0/id", json!(upper));
    let publication = load(&document).publication;
    assert_eq!(publication.elections[0].wire_id, upper);
    assert!(publication.ballots.iter().any(|ballot| ballot.election == 0), "the same id");

    for unreadable in [barrie("/elections/0/id", json!("one")), barrie_without("/elections/0/id")] {
        let loaded = load(&unreadable);
        assert_eq!(finding(&loaded, Code::UnreadableElection).path, "$.elections[0].id");
        assert_eq!(finding(&loaded, Code::UnknownElection).path, "$.ballot_styles[1].election_id");
        let Publication { elections, ballots, .. } = loaded.publication;
        assert_eq!((elections.len(), ballots.len(), ballots[0].election), (1, 1, 0));
        assert!(ballots[0].style.is_ok(), "the other plays");
    }
    refused_at(&barrie("/elections/0/tenant_id", json!(OTHER)), "$.elections[0].tenant_id");
    let twice = document["elections"][0]["id"].clone();
    refused_at(&barrie("/elections/1/id", twice), "$.elections[1].id");
    refused_at(&barrie("/elections", json!({})), "$.elections");
    refused_at(&barrie_without("/elections"), "$.elections");
}

#[test]
fn a_style_of_an_unknown_election_is_left_out() {
    let mut document = document("barrie");
    remove(&mut document, "/elections/0");
    let loaded = load(&document);
    assert_eq!(loaded.publication.elections.len(), 1);
    assert_eq!(loaded.publication.ballots.len(), 1);
    let found = finding(&loaded, Code::UnknownElection);
    assert_eq!(found.level, Level::Error);
    assert!(found.path.ends_with("].election_id"), "{}", found.path);
}

#[test]
fn elections_have_strings_of_their_own() {
    let i18n = "/elections/0/presentation/i18n/en";
    let mut document = barrie(&format!("{i18n}/ivr.name"), json!("The Council"));
    set(&mut document, &format!("{i18n}/ivr"), json!({"election_intro": "Now {election_name}."}));
    let publication = load(&document).publication;
    let scope = &publication.elections[0].scopes["en"];
    assert!(scope.overrides.name.is_some());
    assert_eq!(scope.prompts.len(), 1);
    assert!(publication.elections[1].scopes.is_empty());
}

/// The election alone cannot be voted by telephone, its ballot says so, and it has a name still.
fn not_by_phone(document: &Value, election: usize, path: &str) {
    let loaded = load(document);
    let found = finding(&loaded, Code::NotByPhone);
    assert_eq!((found.path.as_str(), found.level), (path, Level::Error));
    let Publication { elections, ballots, .. } = &loaded.publication;
    for ballot in ballots {
        match &ballot.style {
            Ok(_) => assert_ne!(ballot.election, election, "{path}"),
            Err(why) => {
                assert_eq!(ballot.election, election, "{path}");
                assert!(why.starts_with(path), "{why}");
            }
        }
    }
    assert!(elections[election].names.base.is_some());
    assert_eq!((elections.len(), ballots.len()), (2, 2));
}

#[test]
fn a_defect_of_a_row_stays_with_its_election() {
    let at = |rest: &str| format!("/elections/0/presentation/{rest}");
    let codes = "language_conf/enabled_language_codes";
    for (pointer, wrong, path) in [
        (at(&format!("{codes}/1")), json!("??"), ".language_conf.enabled_language_codes[1]"),
        (at(codes), json!("en"), ".language_conf.enabled_language_codes"),
        (
            at("language_conf/default_language_code"),
            json!(""),
            ".language_conf.default_language_code",
        ),
        (at("language_conf"), json!(7), ".language_conf"),
        (at("i18n/fr"), json!("Conseil"), ".i18n.fr"),
        (at("sort_order"), json!("1"), ".sort_order"),
    ] {
        let path = format!("$.elections[0].presentation{path}");
        not_by_phone(&barrie(&pointer, wrong), 0, &path);
    }
    not_by_phone(
        &barrie("/elections/0/presentation", json!("x")),
        0,
        "$.elections[0].presentation",
    );
    not_by_phone(&barrie("/elections/1/alias", json!(3)), 1, "$.elections[1].alias");
    not_by_phone(&barrie("/elections/0/tenant_id", json!(3)), 0, "$.elections[0].tenant_id");
}
