//! What is refused, and that the refusal says which contest it is about.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use ivr_ballot::style::{BallotStyle, BlankVotePolicy};
use ivr_ballot::{
    BallotKind, ChoiceError, ContestName, KeyError, KeyTables, SealError, Style, StyleError,
    TelephoneDefect,
};
use support::{candidate, choice, contest, contest_id, date, prepare, rng, style};

const SINGLE: BallotKind = BallotKind::SingleContest;
const MULTI: BallotKind = BallotKind::MultipleContests;

fn refusal(style: BallotStyle) -> StyleError {
    Style::prepare(style, &mut KeyTables::new()).unwrap_err()
}

fn name(index: usize) -> ContestName {
    ContestName { id: contest_id(index), name: format!("Contest {index}") }
}

fn defects(style: BallotStyle) -> Vec<TelephoneDefect> {
    match refusal(style) {
        StyleError::Telephone(defects) => defects,
        other => panic!("{other}"),
    }
}

#[test]
fn keys_that_hide_nothing_are_refused() {
    let with_key = |text: Option<&str>, is_demo| {
        let mut style = style(SINGLE, false, vec![contest(0, 2, 1)]);
        style.public_key = text.map(|text| ivr_ballot::style::PublicKeyConfig {
            public_key: text.to_owned(),
            is_demo,
        });
        refusal(style)
    };
    let padded = format!("{}=", support::PUBLIC_KEY);
    for (text, is_demo, expected) in [
        (None, false, KeyError::Missing),
        (Some(support::PUBLIC_KEY), true, KeyError::Demo),
        (Some(padded.as_str()), false, KeyError::NotBase64),
        (Some("AAAA"), false, KeyError::NotBase64),
        (Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), false, KeyError::NotAnElement),
        (Some("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), false, KeyError::NotAnElement),
    ] {
        assert_eq!(with_key(text, is_demo), StyleError::Key(expected));
    }
}

#[test]
fn duplicate_ids_are_refused() {
    let error = refusal(style(SINGLE, false, vec![contest(1, 2, 1), contest(1, 3, 1)]));
    assert_eq!(error, StyleError::DuplicateContest(name(1)));

    let mut twice = contest(2, 2, 1);
    twice.candidates.push(candidate(0));
    let error = refusal(style(MULTI, false, vec![twice]));
    assert_eq!(
        error,
        StyleError::DuplicateCandidate { contest: name(2), candidate_id: candidate(0).id }
    );
    assert!(error.to_string().contains("Contest 2") && error.to_string().contains(&contest_id(2)));
}

#[test]
fn a_ballot_too_large_for_its_ciphertext_is_refused_at_the_contest_that_overflows() {
    let contests = |count: usize| (0..count).map(|index| contest(index, 20, 1)).collect::<Vec<_>>();
    prepare(style(MULTI, false, contests(52)));
    assert_eq!(refusal(style(MULTI, false, contests(53))), StyleError::Capacity(name(52)));

    let keys = &mut KeyTables::new();
    let wide = |candidates| style(SINGLE, false, vec![contest(0, candidates, 1)]);
    Style::prepare_for_any_channel(wide(231), keys).unwrap();
    let error = Style::prepare_for_any_channel(wide(232), keys).unwrap_err();
    assert_eq!(error, StyleError::Capacity(name(0)));
}

#[test]
fn absurd_numbers_are_refused_rather_than_laid_out() {
    for max_votes in [i64::MIN, -1, i64::MAX] {
        for candidates in [0, 2] {
            let error = refusal(style(MULTI, false, vec![contest(0, candidates, max_votes)]));
            assert_eq!(error, StyleError::Capacity(name(0)), "{max_votes}");
        }
        let mut borda = contest(0, 2, max_votes);
        borda.counting_algorithm = Some("borda".to_owned());
        refusal(style(SINGLE, false, vec![borda]));
    }
    let mut cumulative = contest(0, 2, 1);
    cumulative.counting_algorithm = Some("cumulative".to_owned());
    for boxes in [0, u64::MAX] {
        cumulative.presentation.get_or_insert_default().cumulative_number_of_checkboxes =
            Some(boxes);
        let error = refusal(style(SINGLE, false, vec![cumulative.clone()]));
        assert_eq!(error, StyleError::Capacity(name(0)));
    }
}

#[test]
fn one_ciphertext_takes_only_plurality_and_a_keypad_no_ranking() {
    let with = |kind, algorithm: &str| {
        let mut odd = contest(1, 2, 1);
        odd.counting_algorithm = Some(algorithm.to_owned());
        style(kind, false, vec![contest(0, 2, 1), odd])
    };
    for algorithm in ["cumulative", "borda", "instant-runoff"] {
        let expected = StyleError::Algorithm { contest: name(1), algorithm: algorithm.to_owned() };
        assert_eq!(refusal(with(MULTI, algorithm)), expected);
    }
    prepare(with(SINGLE, "cumulative"));
    for algorithm in ["borda", "instant-runoff", "something new"] {
        let expected =
            TelephoneDefect::Algorithm { contest: name(1), algorithm: algorithm.to_owned() };
        assert_eq!(defects(with(SINGLE, algorithm)), [expected]);
        Style::prepare_for_any_channel(with(SINGLE, algorithm), &mut KeyTables::new()).unwrap();
    }
}

#[test]
fn what_a_keypad_cannot_offer_is_named() {
    let one = |contest| defects(style(SINGLE, false, vec![contest]));
    assert_eq!(defects(style(SINGLE, false, vec![])), [TelephoneDefect::NoContests]);
    let hundred = (0..100).map(|index| contest(index, 2, 1)).collect();
    assert_eq!(defects(style(SINGLE, false, hundred)), [TelephoneDefect::TooManyContests(100)]);
    prepare(style(SINGLE, false, vec![contest(0, 99, 1)]));
    assert_eq!(
        one(contest(0, 100, 1)),
        [TelephoneDefect::TooManyCandidates { contest: name(0), candidates: 100 }]
    );
    assert_eq!(
        one(contest(0, 2, 0)),
        [TelephoneDefect::MaxVotes { contest: name(0), max_votes: 0 }]
    );
    let mut demanding = contest(0, 2, 3);
    demanding.min_votes = 3;
    assert_eq!(
        one(demanding.clone()),
        [TelephoneDefect::MinAboveCandidates { contest: name(0), min_votes: 3, candidates: 2 }]
    );
    demanding.max_votes = 1;
    demanding.min_votes = 2;
    assert_eq!(
        one(demanding),
        [TelephoneDefect::MinAboveMax { contest: name(0), min_votes: 2, max_votes: 1 }]
    );
    let mut empty = contest(0, 0, 1);
    prepare(style(SINGLE, false, vec![empty.clone()]));
    empty.presentation.get_or_insert_default().blank_vote_policy =
        Some(BlankVotePolicy::NotAllowed);
    let found = one(empty);
    assert_eq!(found, [TelephoneDefect::NothingPossible(name(0))]);
    assert!(StyleError::Telephone(found).to_string().contains("Contest 0"));
}

#[test]
fn choices_that_are_no_ballot_are_refused() {
    let mut special = contest(1, 6, 6);
    for (index, candidate) in special.candidates.iter_mut().enumerate() {
        let presentation = candidate.presentation.get_or_insert_default();
        match index {
            1 => presentation.is_explicit_blank = Some(true),
            2 => presentation.is_explicit_invalid = Some(true),
            3 => presentation.is_disabled = Some(true),
            4 => presentation.is_category_list = Some(true),
            5 => presentation.is_write_in = Some(true),
            _ => {}
        }
    }
    let mut first = contest(0, 4, 2);
    first.min_votes = 1;
    for kind in [SINGLE, MULTI] {
        let style = prepare(style(kind, false, vec![first.clone(), special.clone()]));
        let seal = |choices: &[_]| match style.seal(choices, date(), &mut rng(1)) {
            Ok(_) => None,
            Err(SealError::Choice(error)) => Some(error),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(seal(&[choice(1, &[0]), choice(0, &[3])]), None);
        assert_eq!(seal(&[choice(0, &[0])]), Some(ChoiceError::MissingContest(name(1))));
        assert_eq!(
            seal(&[choice(0, &[0]), choice(1, &[]), choice(0, &[1])]),
            Some(ChoiceError::DuplicateContest(name(0)))
        );
        assert_eq!(
            seal(&[choice(0, &[0]), choice(1, &[]), choice(2, &[])]),
            Some(ChoiceError::UnknownContest)
        );
        assert_eq!(
            seal(&[choice(0, &[9]), choice(1, &[])]),
            Some(ChoiceError::UnknownCandidate(name(0)))
        );
        assert_eq!(
            seal(&[choice(0, &[1, 1]), choice(1, &[])]),
            Some(ChoiceError::DuplicateCandidate(name(0)))
        );
        for index in 1..6 {
            let error = seal(&[choice(0, &[1]), choice(1, &[index])]);
            assert_eq!(error, Some(ChoiceError::NotMarkable(name(1))), "{index}");
        }
        let (few, many) = match kind {
            SINGLE => (None, None),
            MULTI => (Some(ChoiceError::TooFew(name(0))), Some(ChoiceError::TooMany(name(0)))),
        };
        assert_eq!(seal(&[choice(0, &[]), choice(1, &[])]), few);
        assert_eq!(seal(&[choice(0, &[0, 1, 2]), choice(1, &[])]), many);
    }
}

#[test]
fn a_wrong_type_is_reported_with_its_place() {
    let style = style(SINGLE, false, vec![contest(0, 2, 1)]);
    let mut value = serde_json::to_value(&style).unwrap();
    assert_eq!(BallotStyle::from_value(&value).unwrap(), style);
    value["contests"][0]["candidates"][1]["presentation"]["sort_order"] = "first".into();
    let error = BallotStyle::from_json(&value.to_string()).unwrap_err();
    assert_eq!(error.path, "contests[0].candidates[1].presentation.sort_order");
    assert_eq!(BallotStyle::from_value(&value).unwrap_err().path, error.path);
    value["contests"][0]["candidates"][1]["presentation"]["sort_order"] = 1.into();
    value["contests"][0]["presentation"]["i18n"] = serde_json::json!({"en": {"ivr": {}}});
    let error = BallotStyle::from_value(&value).unwrap_err();
    assert_eq!(error.path, "contests[0].presentation.i18n.en.ivr");
}

#[test]
fn unknown_keys_are_ignored_and_missing_ones_are_null() {
    let style = style(SINGLE, false, vec![contest(0, 2, 1)]);
    let mut value = serde_json::to_value(&style).unwrap();
    value["something_new"] = 1.into();
    value["contests"][0].as_object_mut().unwrap().remove("name_i18n");
    assert_eq!(BallotStyle::from_value(&value).unwrap(), style);
}

#[test]
fn styles_of_one_key_share_a_table() {
    let mut keys = KeyTables::new();
    for _ in 0..3 {
        Style::prepare(style(SINGLE, false, vec![contest(0, 2, 1)]), &mut keys).unwrap();
    }
    assert_eq!(format!("{keys:?}"), "KeyTables { keys: 1 }");
}
