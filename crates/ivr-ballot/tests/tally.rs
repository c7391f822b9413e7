//! What the count makes of blank, spoilt and overfull ballots, and that no secret shows itself.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use ivr_ballot::style::{BlankVotePolicy, Contest};
use ivr_ballot::tally::{self, DecodedBallot, SecretKey, Tally, Verdict};
use ivr_ballot::{BallotKind, ContestChoice, Style};
use support::{SECRET_KEY, candidate_id, choice, contest, contest_id, date, prepare, rng, style};

fn cast(style: &Style, choice: ContestChoice) -> DecodedBallot {
    let ballot = style.seal(&[choice], date(), &mut rng(3)).unwrap();
    let secret = SecretKey::from_base64(SECRET_KEY).unwrap();
    tally::open(style, &secret, &ballot.content).unwrap()
}

fn spoilt() -> ContestChoice {
    let mut choice = choice(0, &[]);
    choice.explicit_invalid = true;
    choice
}

fn with_blank_option() -> Contest {
    let mut contest = contest(0, 4, 2);
    contest.candidates[3].presentation.get_or_insert_default().is_explicit_blank = Some(true);
    contest
}

#[test]
fn the_explicit_blank_option_gets_the_blank_ballots() {
    for kind in [BallotKind::SingleContest, BallotKind::MultipleContests] {
        let style = prepare(style(kind, false, vec![with_blank_option()]));
        let mut count = Tally::new(&style).unwrap();
        for choice in
            [choice(0, &[]), choice(0, &[]), choice(0, &[0, 2]), choice(0, &[2]), spoilt()]
        {
            count.add(&cast(&style, choice));
        }
        count.add_undecodable();
        let totals = count.totals().remove(0);
        assert_eq!(totals.contest_id, contest_id(0));
        assert_eq!((totals.ballots, totals.blank, totals.explicit_invalid), (5, 2, 1));
        let votes: Vec<u64> = totals.candidates.iter().map(|each| each.votes).collect();
        assert_eq!(votes, [1, 0, 2, 2]);
        assert_eq!(totals.candidates[3].candidate_id, candidate_id(3));
        assert_eq!(count.undecodable(), 1);
    }
}

#[test]
fn rules_are_judged_when_counting() {
    let verdict = |min_votes, policy, chosen: &[usize]| {
        let mut strict = contest(0, 4, 2);
        strict.min_votes = min_votes;
        strict.presentation.get_or_insert_default().blank_vote_policy = policy;
        let style = prepare(style(BallotKind::SingleContest, false, vec![strict]));
        cast(&style, choice(0, chosen)).contests[0].verdict
    };
    let not_allowed = Some(BlankVotePolicy::NotAllowed);
    assert_eq!(verdict(0, None, &[]), Verdict::Blank);
    assert_eq!(verdict(0, Some(BlankVotePolicy::Warn), &[]), Verdict::Blank);
    assert_eq!(verdict(0, not_allowed, &[]), Verdict::BlankNotAllowed);
    assert_eq!(verdict(0, not_allowed, &[1]), Verdict::Valid);
    assert_eq!(verdict(1, None, &[]), Verdict::BelowMin);
    assert_eq!(verdict(2, None, &[1]), Verdict::BelowMin);
    assert_eq!(verdict(2, None, &[1, 0]), Verdict::Valid);
    assert_eq!(verdict(0, None, &[0, 1, 2]), Verdict::AboveMax);
}

#[test]
fn a_ballot_below_a_minimum_cannot_be_decoded_as_a_whole() {
    let mut strict = contest(1, 4, 2);
    let lenient =
        prepare(style(BallotKind::MultipleContests, false, vec![contest(0, 2, 1), strict.clone()]));
    strict.min_votes = 1;
    let strict =
        prepare(style(BallotKind::MultipleContests, false, vec![contest(0, 2, 1), strict]));
    let choices = [choice(0, &[1]), choice(1, &[])];
    let ballot = lenient.seal(&choices, date(), &mut rng(4)).unwrap();
    let secret = SecretKey::from_base64(SECRET_KEY).unwrap();
    let error = tally::open(&strict, &secret, &ballot.content).unwrap_err();
    assert!(
        matches!(error, tally::OpenError::Undecodable(tally::DecodeError::TooFew(name)) if name.id == contest_id(1))
    );
}

#[test]
fn a_ranking_cannot_be_summed() {
    let mut ranked = contest(0, 2, 2);
    ranked.counting_algorithm = Some("borda".to_owned());
    let keys = &mut ivr_ballot::KeyTables::new();
    let style = style(BallotKind::SingleContest, false, vec![ranked]);
    let style = Style::prepare_for_any_channel(style, keys).unwrap();
    assert!(Tally::new(&style).unwrap_err().to_string().contains("Contest 0"));
}

#[test]
fn secrets_do_not_show_themselves() {
    let secret = SecretKey::from_base64(SECRET_KEY).unwrap();
    assert_eq!(format!("{secret:?}"), "SecretKey(..)");
    let made = spoilt();
    assert_eq!(format!("{made:?}"), "ContestChoice(..)");
    let style = prepare(style(BallotKind::SingleContest, false, vec![contest(0, 4, 2)]));
    let opened = cast(&style, choice(0, &[2]));
    assert_eq!(format!("{opened:?}"), "DecodedBallot(..)");
    assert_eq!(format!("{:?}", opened.contests[0]), "DecodedContest(..)");
    assert_eq!(format!("{:?}", opened.contests[0].marks[0]), "Mark(..)");
    let mut wrong = choice(0, &[3]);
    wrong.selected.push(candidate_id(3));
    let error = style.seal(&[wrong], date(), &mut rng(5)).unwrap_err();
    assert!(!format!("{error:?}").contains(&candidate_id(3)));
    let ballot = style.seal(&[choice(0, &[2])], date(), &mut rng(5)).unwrap();
    assert!(!format!("{ballot:?}").contains("contests"));
}
