//! The three examples load without a complaint, in the expected shape.

use ivr_core::flow::phase::{AcceptKey, FlowPhase, ReceiptFormat};
use ivr_core::language::Language;
use ivr_core::publication::{AllowedBallots, Loaded, Order, OrderSeed, Publication};

use crate::support::bytes;

fn load(name: &str) -> Loaded {
    Publication::from_json(&bytes(name)).unwrap()
}

fn codes(languages: &[Language]) -> Vec<&str> {
    languages.iter().map(Language::as_str).collect()
}

#[test]
fn barrie_has_two_elections_in_two_languages() {
    let Loaded { publication, findings } = load("barrie");
    assert_eq!(findings, []);
    let event = &publication.event;
    assert_eq!(event.tenant_id.to_string(), "2847f796-3f75-5c9b-a034-b521cd7d86be");
    assert_eq!(event.id.to_string(), "a352583b-1f1c-5f22-987c-44655e1f9845");
    assert_eq!(event.names.base.as_deref(), Some("City of Barrie 2025 Municipal Election"));
    assert_eq!(event.names.by_language["fr"], "Élections municipales de Barrie 2025");
    assert_eq!(codes(&event.languages.enabled), ["en", "fr"]);
    assert_eq!(event.languages.default.as_str(), "en");
    assert_eq!(event.flow.len(), 9);
    assert!(matches!(&event.flow[5], FlowPhase::Announcement(declaration)
        if declaration.accept_key.map(AcceptKey::digit) == Some(2)));
    assert!(matches!(&event.flow[7], FlowPhase::BallotLoop(config)
        if config.receipt_format == Some(ReceiptFormat::PhoneticHex4)));
    assert_eq!(event.assistance_phone.as_deref(), Some("1-800-555-0199"));
    assert!(!event.announce_disabled_account);
    assert!(!event.skip_election_list);
    assert_eq!(event.elections_order, Order::Custom);
    assert!(!event.scopes["en"].prompts.is_empty(), "nested strings are read");

    assert_eq!(publication.elections.len(), 2);
    let school = &publication.elections[1];
    assert_eq!(school.wire_id, "5e6e05ce-6649-5830-8f24-1c2c91e200cc");
    assert_eq!(school.names.by_language["fr"], "Conseil scolaire");
    assert_eq!(school.allowed_ballots, AllowedBallots::AtMost(1));
    assert_eq!((school.sort.text.as_str(), school.sort.sort_order), ("school-board", 1));

    assert_eq!(publication.ballots.len(), 2);
    for ballot in &publication.ballots {
        assert!(ballot.by_phone(), "{:?}", ballot.style);
        assert_eq!(ballot.contests_order, Order::Custom);
        assert_eq!(publication.election_of(ballot).id, ballot.election_id);
    }
    let (_, school) = publication.election(school.id).unwrap();
    let area = publication.ballots[0].area_id;
    let ballot = publication.ballot(area, school.id).unwrap();
    let trustee = &ballot.contests[0];
    assert_eq!(trustee.names.by_language["fr"], "Conseiller scolaire");
    assert_eq!(
        trustee.explicit_blank.as_ref().unwrap().names.base.as_deref(),
        Some("Decline to vote")
    );
    assert_eq!(trustee.candidates.len(), 4, "the explicit blank has no number");
    assert!(!trustee.has_codes());
}

#[test]
fn toronto_is_one_election_in_english() {
    let Loaded { publication, findings } = load("toronto");
    let errors: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(codes(&publication.event.languages.enabled), ["en"]);
    assert_eq!(publication.event.flow.len(), 5);
    assert!(!publication.event.scopes["en"].prompts.is_empty(), "flat strings are read");
    assert_eq!(publication.elections.len(), 1);
    let [ballot] = &publication.ballots[..] else { panic!("one ballot") };
    assert!(ballot.by_phone(), "{:?}", ballot.style);
}

#[test]
fn large_has_fifteen_contests_of_up_to_forty_candidates() {
    let Loaded { publication, findings } = load("large");
    assert!(findings.iter().all(|finding| finding.level < ivr_core::publication::Level::Error));
    let [ballot] = &publication.ballots[..] else { panic!("one ballot") };
    assert!(ballot.by_phone(), "{:?}", ballot.style);
    assert_eq!(ballot.contests.len(), 15);
    let sizes = || ballot.contests.iter().map(|contest| contest.candidates.len());
    assert_eq!((sizes().min(), sizes().max()), (Some(2), Some(40)));
    let seed = OrderSeed::from_contact_id("a call");
    let order = ballot.contest_order(&seed);
    let names: Vec<_> = order
        .iter()
        .map(|&contest| ballot.contests[contest].names.base.as_deref().unwrap())
        .collect();
    assert_eq!(names[..3], ["Office 1", "Office 2", "Office 3"]);
}
