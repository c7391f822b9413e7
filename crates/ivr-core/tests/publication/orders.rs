//! The orders of elections, contests and candidates.

use std::collections::HashSet;

use ivr_core::publication::{Code, Contest, OrderSeed, Publication};
use serde_json::{Value, json};

use crate::support::*;

const CANDIDATES: &str = "/ballot_styles/0/contests/0/candidates";
const ORDER: &str = "/ballot_styles/0/contests/0/presentation/candidates_order";

fn seed(contact: u32) -> OrderSeed {
    OrderSeed::from_contact_id(&format!("contact {contact}"))
}

/// Barrie's first contest, ordered so, with these aliases, names and sort orders.
fn with_candidates(order: &str, rows: &[(Value, &str, Value)]) -> Value {
    let mut document = barrie(ORDER, json!(order));
    let list = document.pointer_mut(CANDIDATES).unwrap().as_array_mut().unwrap();
    list.truncate(rows.len());
    for (candidate, (alias, name, sort_order)) in list.iter_mut().zip(rows) {
        candidate["alias"] = alias.clone();
        candidate["name"] = json!(name);
        candidate["presentation"]["sort_order"] = sort_order.clone();
        candidate["presentation"]["is_explicit_blank"] = json!(false);
    }
    document
}

fn first_contest(publication: &Publication, document: &Value) -> usize {
    let election: uuid::Uuid =
        document["ballot_styles"][0]["election_id"].as_str().unwrap().parse().unwrap();
    publication.ballots.iter().position(|ballot| ballot.election_id == election).unwrap()
}

fn names(contest: &Contest, order: &[usize]) -> Vec<String> {
    order.iter().map(|&index| contest.candidates[index].names.base.clone().unwrap()).collect()
}

fn ordered(document: &Value, contact: u32) -> Vec<String> {
    let publication = load(document).publication;
    let contest = &publication.ballots[first_contest(&publication, document)].contests[0];
    names(contest, &contest.candidate_order(&seed(contact)))
}

#[test]
fn alphabetical_is_by_alias_or_else_name_lowercased_by_code_point() {
    let rows = [
        (json!(null), "Émile", json!(0)),
        (json!(null), "zoe", json!(1)),
        (json!("Zo"), "Alice", json!(2)),
        (json!(null), "BOB", json!(3)),
        (json!(null), "bob", json!(4)),
    ];
    let document = with_candidates("alphabetical", &rows);
    assert_eq!(ordered(&document, 1), ["BOB", "bob", "Alice", "zoe", "Émile"]);
    let mut document = document;
    remove(&mut document, ORDER);
    assert_eq!(ordered(&document, 1), ["BOB", "bob", "Alice", "zoe", "Émile"], "the default");
}

#[test]
fn custom_is_by_sort_order_and_a_missing_one_is_minus_one() {
    let rows = [
        (json!(null), "d", json!(7)),
        (json!(null), "b", json!(null)),
        (json!(null), "e", json!(7)),
        (json!(null), "c", json!(-1)),
        (json!(null), "a", json!(-2)),
    ];
    assert_eq!(ordered(&with_candidates("custom", &rows), 1), ["a", "b", "c", "d", "e"]);
}

#[test]
fn random_is_one_permutation_for_a_call() {
    let rows = ["a", "b", "c", "d", "e"].map(|name| (json!(null), name, json!(0)));
    let document = with_candidates("random", &rows);
    let mut seen = HashSet::new();
    for contact in 0..50 {
        let order = ordered(&document, contact);
        assert_eq!(order, ordered(&document, contact), "a reload changes nothing");
        let mut sorted = order.clone();
        sorted.sort();
        assert_eq!(sorted, ["a", "b", "c", "d", "e"]);
        seen.insert(order);
    }
    assert!(seen.len() > 20, "{} different orders in 50 calls", seen.len());
}

#[test]
fn elections_are_sorted_from_whatever_comes() {
    let mut document = document("barrie");
    let order = |document: &Value, contact| {
        load(document).publication.election_order([1, 0, 1, 9], &seed(contact))
    };
    assert_eq!(order(&document, 1), [0, 1], "custom");
    set(&mut document, "/elections/0/presentation/sort_order", json!(5));
    assert_eq!(order(&document, 1), [1, 0]);
    set(&mut document, "/election_event/presentation/elections_order", json!("alphabetical"));
    assert_eq!(order(&document, 1), [0, 1], "municipal-council, school-board");
    set(&mut document, "/elections/0/alias", json!("Zz"));
    assert_eq!(order(&document, 1), [1, 0]);
    set(&mut document, "/election_event/presentation/elections_order", json!("random"));
    let orders: HashSet<_> = (0..20).map(|contact| order(&document, contact)).collect();
    assert_eq!(orders.len(), 2);
    let wrong = changed(document, "/elections/0/presentation/sort_order", json!("1"));
    let path = finding(&load(&wrong), Code::NotByPhone).path.clone();
    assert_eq!(path, "$.elections[0].presentation.sort_order");
}

#[test]
fn contests_are_ordered_as_their_election_says() {
    let large = |order: &str| {
        let pointer = "/elections/0/presentation/contests_order";
        let publication = load(&changed(document("large"), pointer, json!(order))).publication;
        let ballot = &publication.ballots[0];
        let name = |&index: &usize| ballot.contests[index].names.base.clone().unwrap();
        ballot.contest_order(&seed(1)).iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(large("custom")[..2], ["Office 1", "Office 2"]);
    assert_eq!(large("alphabetical")[..3], ["Office 1", "Office 10", "Office 11"]);
    let random = large("random");
    assert_ne!(random, large("custom"));
    assert_eq!(random.iter().collect::<HashSet<_>>().len(), 15);
}
