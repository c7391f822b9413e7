//! Rules of the ballot styles.

use ivr_core::publication::{Ballot, Code, Contest, Level, Loaded};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::*;

const CONTEST: &str = "/ballot_styles/0/contests/0";
const CONTEST_PATH: &str = "$.ballot_styles[0].contests[0]";
const OTHER: &str = "00000000-0000-4000-8000-000000000001";

fn ballot<'l>(loaded: &'l Loaded, document: &Value, style: usize) -> &'l Ballot {
    let id = |key: &str| document["ballot_styles"][style][key].as_str().unwrap().parse().unwrap();
    loaded.publication.ballot(id("area_id"), id("election_id")).unwrap()
}

fn contest<'l>(loaded: &'l Loaded, document: &Value) -> &'l Contest {
    let ballot = ballot(loaded, document, 0);
    assert!(ballot.by_phone(), "{:?}", ballot.style);
    &ballot.contests[0]
}

/// Loads a document whose first style, and it alone, is not for the telephone.
fn not_by_phone_at(document: &Value, path: &str) -> String {
    let loaded = load(document);
    let found = finding(&loaded, Code::NotByPhone);
    assert_eq!((found.path.as_str(), found.level), (path, Level::Error), "{}", found.message);
    let reason = ballot(&loaded, document, 0).style.as_ref().unwrap_err();
    assert!(reason.contains(&found.message), "{reason}");
    assert!(ballot(&loaded, document, 1).by_phone());
    found.message.clone()
}

#[test]
fn a_wrong_type_anywhere_in_a_style_is_a_defect_of_that_ballot() {
    for (below, value, path) in [
        ("/max_votes", json!("1"), ".max_votes"),
        ("/winning_candidates_num", json!(null), ".winning_candidates_num"),
        ("/voting_type", json!(5), ".voting_type"),
        (
            "/candidates/1/presentation/sort_order",
            json!("x"),
            ".candidates[1].presentation.sort_order",
        ),
        (
            "/candidates/0/presentation/i18n/en/alias",
            json!({}),
            ".candidates[0].presentation.i18n.en.alias",
        ),
        ("/presentation/candidates_order", json!("by-age"), ".presentation.candidates_order"),
        ("/presentation/i18n/en/ivr.name", json!(1), r#".presentation.i18n.en["ivr.name"]"#),
    ] {
        let document = barrie(&format!("{CONTEST}{below}"), value);
        not_by_phone_at(&document, &format!("{CONTEST_PATH}{path}"));
    }
    let document = barrie("/ballot_styles/0/election_dates", json!([]));
    not_by_phone_at(&document, "$.ballot_styles[0].election_dates");
    let message = not_by_phone_at(&barrie_without(&format!("{CONTEST}/max_votes")), CONTEST_PATH);
    assert!(message.contains("max_votes"), "{message}");
}

#[test]
fn values_that_make_no_ballot_are_a_defect_of_that_ballot() {
    for (below, value, path) in [
        ("/max_votes", json!(-1), ".max_votes"),
        ("/min_votes", json!(5_000_000_000u64), ".min_votes"),
        ("/id", json!("one"), ".id"),
        ("/candidates/2/id", json!(""), ".candidates[2].id"),
    ] {
        let document = barrie(&format!("{CONTEST}{below}"), value);
        not_by_phone_at(&document, &format!("{CONTEST_PATH}{path}"));
    }
    let mut document = document("barrie");
    let id = document.pointer(&format!("{CONTEST}/candidates/0/id")).unwrap().as_str().unwrap();
    let upper = json!(id.to_uppercase());
    set(&mut document, &format!("{CONTEST}/candidates/1/id"), upper);
    not_by_phone_at(&document, &format!("{CONTEST_PATH}.candidates"));
}

#[test]
fn what_the_telephone_cannot_do_is_a_defect_of_that_ballot() {
    let demo = barrie("/ballot_styles/0/public_key/is_demo", json!(true));
    not_by_phone_at(&demo, "$.ballot_styles[0]");
    let no_key = barrie("/ballot_styles/0/public_key", json!(null));
    not_by_phone_at(&no_key, "$.ballot_styles[0]");
    let borda = barrie(&format!("{CONTEST}/counting_algorithm"), json!("borda"));
    let message = not_by_phone_at(&borda, "$.ballot_styles[0]");
    assert!(message.contains("Trustee") && message.contains("borda"), "{message}");
}

#[test]
fn a_style_that_says_not_whose_it_is_refuses() {
    for key in ["tenant_id", "election_event_id", "election_id", "area_id"] {
        let path = format!("$.ballot_styles[0].{key}");
        let pointer = format!("/ballot_styles/0/{key}");
        for document in
            [barrie(&pointer, json!("one")), barrie(&pointer, json!(1)), barrie_without(&pointer)]
        {
            let loaded = load(&document);
            if matches!(key, "tenant_id" | "election_event_id") {
                assert_eq!(finding(&loaded, Code::NotByPhone).path, path);
                assert!(loaded.publication.ballots[0].style.is_err());
                assert_eq!(loaded.publication.ballots.len(), 2);
            } else {
                assert_eq!(finding(&loaded, Code::UnreadableBallotStyle).path, path);
                assert_eq!(loaded.publication.ballots.len(), 1);
            }
            assert!(loaded.publication.ballots.last().unwrap().style.is_ok(), "the other plays");
        }
    }
    for key in ["tenant_id", "election_event_id"] {
        let document = barrie(&format!("/ballot_styles/0/{key}"), json!(OTHER));
        let message = refused_at(&document, &format!("$.ballot_styles[0].{key}"));
        assert!(message.contains("not that of the event"), "{message}");
    }
    for wrong in [json!(null), json!("x"), json!([]), json!({})] {
        let loaded = load(&barrie("/ballot_styles/0", wrong));
        let found = finding(&loaded, Code::UnreadableBallotStyle);
        assert!(found.path.starts_with("$.ballot_styles[0]"), "{found}");
        assert_eq!(found.level, Level::Error);
        assert!(loaded.publication.ballots[0].style.is_ok(), "the other plays");
    }
    refused_at(&barrie("/ballot_styles", json!(null)), "$.ballot_styles");
    refused_at(&barrie("/ballot_styles", json!("x")), "$.ballot_styles");
    let none = load(&barrie("/ballot_styles", json!([])));
    assert_eq!(finding(&none, Code::NoBallotStyles).level, Level::Error);
}

#[test]
fn two_styles_of_one_area_and_election_are_no_ballot() {
    let mut document = document("barrie");
    let election = document["ballot_styles"][0]["election_id"].clone();
    set(&mut document, "/ballot_styles/1/election_id", election);
    let loaded = load(&document);
    assert_eq!(finding(&loaded, Code::DuplicateBallotStyle).path, "$.ballot_styles[1]");
    let [ballot] = &loaded.publication.ballots[..] else { panic!("one of the two") };
    assert!(!ballot.by_phone());
}

#[test]
fn a_voter_has_the_ballots_of_the_area_and_the_authorized_elections() {
    let mut document = document("barrie");
    set(&mut document, "/ballot_styles/1/area_id", json!(OTHER));
    let publication = load(&document).publication;
    let [first, second] = &publication.ballots[..] else { panic!("two ballots") };
    let both = [first.election_id, second.election_id, Uuid::nil()];
    let of = |area, authorized: &[Uuid]| -> Vec<Uuid> {
        publication.ballots_for(area, authorized).iter().map(|ballot| ballot.election_id).collect()
    };
    assert_eq!(of(first.area_id, &both), [first.election_id]);
    assert_eq!(of(OTHER.parse().unwrap(), &both), [second.election_id]);
    assert!(of(first.area_id, &[second.election_id]).is_empty());
    assert!(of(Uuid::nil(), &both).is_empty());
    let contest = &first.contests[0];
    assert_eq!(first.contest(contest.id).unwrap().wire_id, contest.wire_id);
    assert!(first.contest(Uuid::nil()).is_none());
}

#[test]
fn some_options_have_no_number() {
    for flag in ["is_explicit_invalid", "is_disabled", "is_category_list", "is_write_in"] {
        let document = barrie(&format!("{CONTEST}/candidates/0/presentation/{flag}"), json!(true));
        let before = load(&crate::support::document("barrie"));
        let loaded = load(&document);
        let (before, after) = (contest(&before, &document), contest(&loaded, &document));
        let gone = document.pointer(&format!("{CONTEST}/candidates/0/id")).unwrap();
        let was_numbered = before.candidates.iter().any(|c| c.wire_id == *gone);
        assert_eq!(after.candidates.len() + usize::from(was_numbered), before.candidates.len());
        assert!(after.candidates.iter().all(|c| c.wire_id != *gone), "{flag}");
        assert!(!after.has_write_ins, "write-ins are not allowed");
    }
    let mut document =
        barrie(&format!("{CONTEST}/candidates/0/presentation/is_write_in"), json!(true));
    // A ballot of one ciphertext has no room for them.
    for style in 0..2 {
        let pointer =
            format!("/ballot_styles/{style}/election_event_presentation/contest_encryption_policy");
        set(&mut document, &pointer, json!("single-contest"));
    }
    set(&mut document, &format!("{CONTEST}/presentation/allow_writeins"), json!(true));
    let loaded = load(&document);
    assert!(contest(&loaded, &document).has_write_ins);
}

#[test]
fn of_several_explicit_blanks_the_first_by_id_counts() {
    let mut document = document("barrie");
    let candidates =
        document.pointer(&format!("{CONTEST}/candidates")).unwrap().as_array().unwrap();
    let ids: Vec<String> =
        candidates.iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect();
    for index in 0..ids.len() {
        let blank = json!(index > 0);
        let pointer = format!("{CONTEST}/candidates/{index}/presentation/is_explicit_blank");
        set(&mut document, &pointer, blank);
    }
    let loaded = load(&document);
    let contest = contest(&loaded, &document);
    assert_eq!(&contest.explicit_blank.as_ref().unwrap().wire_id, ids[1..].iter().min().unwrap());
    let found = finding(&loaded, Code::SeveralExplicitBlanks);
    assert_eq!(found.path, format!("{CONTEST_PATH}.candidates"));
}

#[test]
fn names_of_contests_and_candidates() {
    let mut document = document("barrie");
    set(&mut document, &format!("{CONTEST}/name_i18n"), json!({"en": "One", "fr": null, "iu": ""}));
    set(
        &mut document,
        &format!("{CONTEST}/presentation/i18n"),
        json!({"en": {"name": "Two"}, "fr": {"name": "Deux"}, "es": {"name": "Dos"}}),
    );
    let loaded = load(&document);
    let names = &contest(&loaded, &document).names;
    assert_eq!(names.base.as_deref(), Some("Trustee"));
    assert_eq!(names.by_language["en"], "One", "name_i18n goes first");
    assert_eq!(names.by_language["fr"], "Deux");
    assert_eq!(names.by_language["es"], "Dos");
    assert!(!names.by_language.contains_key("iu"), "an empty one counts as absent");
}

#[test]
fn flat_strings_of_contests_and_candidates() {
    let mut document = document("barrie");
    let candidate = format!("{CONTEST}/candidates/0/presentation/i18n/en/ivr.name");
    set(&mut document, &candidate, json!("Marjolaine"));
    set(&mut document, &format!("{CONTEST}/presentation/i18n/fr/ivr.contest_intro"), json!("Oui."));
    set(&mut document, &format!("{CONTEST}/presentation/i18n/en/ivr.name"), json!("{nobody}"));
    let loaded = load(&document);
    let contest = contest(&loaded, &document);
    assert_eq!(contest.scopes["fr"].prompts.len(), 1);
    assert!(contest.candidates[0].scopes["en"].overrides.name.is_some());
    assert!(contest.candidates[1].scopes.is_empty());
    let path = format!(r#"{CONTEST_PATH}.presentation.i18n.en["ivr.name"]"#);
    assert_eq!(finding(&loaded, Code::IvrBadOverride).path, path);
}

#[test]
fn nested_strings_are_read_and_do_not_count_in_the_hash() {
    let mut document = document("barrie");
    let plain = load(&document);
    let plain_hash = ballot(&plain, &document, 0).style.as_ref().unwrap().hash();
    let candidate = format!("{CONTEST}/candidates/0/presentation/i18n/en");
    set(&mut document, &format!("{candidate}/ivr"), json!({"name": "Marjolaine"}));
    set(
        &mut document,
        "/ballot_styles/0/election_event_presentation/i18n/en/ivr",
        json!({"greeting": "Hello."}),
    );
    let loaded = load(&document);
    let found = finding(&loaded, Code::NestedIvrInStyle);
    assert_eq!((found.path.as_str(), found.level), ("$.ballot_styles[0]", Level::Info));
    assert!(contest(&loaded, &document).candidates[0].scopes["en"].overrides.name.is_some());
    assert_eq!(ballot(&loaded, &document, 0).style.as_ref().unwrap().hash(), plain_hash);

    set(&mut document, &format!("{candidate}/ivr.alias"), json!("M."));
    set(&mut document, &format!("{candidate}/ivr.name"), json!("Another"));
    let loaded = load(&document);
    let scopes = &contest(&loaded, &document).candidates[0].scopes;
    assert!(scopes["en"].overrides.alias.is_some(), "flat and nested merge");
    assert_eq!(finding(&loaded, Code::IvrConflict).level, Level::Warning);
    set(&mut document, &format!("{candidate}/ivr"), json!(["not an object"]));
    not_by_phone_at(&document, &format!("{CONTEST_PATH}.candidates[0].presentation.i18n.en.ivr"));
}
