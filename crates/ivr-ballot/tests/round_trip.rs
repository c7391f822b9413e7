//! Any choice under any ballot style: sealed, accepted, attributed, opened, the same.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use ivr_ballot::style::{BallotStyle, Contest};
use ivr_ballot::tally::{self, SecretKey, Verdict};
use ivr_ballot::{BallotKind, ContestChoice, KeyTables, Style, check_against, verify};
use proptest::prelude::*;
use support::{ELECTION, SECRET_KEY, candidate_id, contest, contest_id, date, rng, style};

/// One contest as drawn: how it is set up and which of its candidates the voter wants.
#[derive(Clone, Debug)]
struct Drawn {
    /// A way to mark no candidate: 0 ordinary, 1 write-in, 2 disabled, 3 blank, 4 invalid, 5 heading.
    roles: Vec<u8>,
    wanted: Vec<bool>,
    algorithm: Option<&'static str>,
    checkboxes: Option<u64>,
    write_ins: Option<bool>,
    base32: Option<bool>,
    explicit_invalid: bool,
    min_votes: usize,
    spare: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let algorithm = prop_oneof![
        Just(None),
        Just(Some("plurality-at-large")),
        Just(Some("cumulative")),
        Just(Some("borda")),
        Just(Some("instant-runoff")),
    ];
    let role = prop_oneof![8 => Just(0u8), 1 => 1u8..6];
    let options = prop::collection::vec((role, any::<bool>()), 1..12);
    let numbers = (any::<bool>(), 0usize..3, 0usize..4);
    let writing = (prop::option::of(any::<bool>()), prop::option::of(any::<bool>()));
    (options, algorithm, prop::option::of(1u64..5), writing, numbers).prop_map(
        |(
            options,
            algorithm,
            checkboxes,
            (write_ins, base32),
            (explicit_invalid, min_votes, spare),
        )| {
            let (roles, wanted) = options.into_iter().unzip();
            Drawn {
                roles,
                wanted,
                algorithm,
                checkboxes,
                write_ins,
                base32,
                explicit_invalid,
                min_votes,
                spare,
            }
        },
    )
}

impl Drawn {
    fn selected(&self) -> Vec<usize> {
        let wanted = self.roles.iter().zip(&self.wanted).enumerate();
        wanted
            .filter(|(_, (role, wanted))| **role == 0 && **wanted)
            .map(|(index, _)| index)
            .collect()
    }

    /// A contest that may be over- or under-voted in the single kind, and never in the multiple kind.
    fn contest(&self, index: usize, kind: BallotKind) -> Contest {
        let chosen = self.selected().len();
        let max_votes = match kind {
            BallotKind::SingleContest => 1 + self.spare,
            BallotKind::MultipleContests => chosen + self.spare,
        };
        let mut contest = contest(index, self.roles.len(), max_votes as i64);
        contest.min_votes = match kind {
            BallotKind::SingleContest => self.min_votes as i64,
            BallotKind::MultipleContests => self.min_votes.min(chosen) as i64,
        };
        for (candidate, role) in contest.candidates.iter_mut().zip(&self.roles) {
            let presentation = candidate.presentation.get_or_insert_default();
            presentation.is_write_in = (*role == 1).then_some(true);
            presentation.is_disabled = (*role == 2).then_some(true);
            presentation.is_explicit_blank = (*role == 3).then_some(true);
            presentation.is_explicit_invalid = (*role == 4).then_some(true);
            presentation.is_category_list = (*role == 5).then_some(true);
        }
        // Published order is id order; nothing may depend on it.
        contest.candidates.rotate_left(self.spare % self.roles.len());
        let presentation = contest.presentation.get_or_insert_default();
        presentation.allow_writeins = self.write_ins;
        presentation.base32_writeins = self.base32;
        presentation.cumulative_number_of_checkboxes = self.checkboxes;
        contest.counting_algorithm = match kind {
            BallotKind::SingleContest => self.algorithm.map(str::to_owned),
            BallotKind::MultipleContests => None,
        };
        contest
    }
}

fn prepare(style: BallotStyle) -> Style {
    Style::prepare_for_any_channel(style, &mut KeyTables::new()).unwrap()
}

fn expected_verdict(contest: &Contest, chosen: usize, explicit_invalid: bool) -> Verdict {
    let chosen = chosen as i64;
    if explicit_invalid {
        Verdict::ExplicitInvalid
    } else if chosen > contest.max_votes {
        Verdict::AboveMax
    } else if chosen < contest.min_votes {
        Verdict::BelowMin
    } else if chosen == 0 {
        Verdict::Blank
    } else {
        Verdict::Valid
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_was_chosen_is_what_is_counted(
        multi in any::<bool>(),
        signed in any::<bool>(),
        drawn in prop::collection::vec(drawn(), 1..4),
        seed in any::<u64>(),
    ) {
        let kind = if multi { BallotKind::MultipleContests } else { BallotKind::SingleContest };
        let mut contests: Vec<Contest> =
            drawn.iter().enumerate().map(|(index, each)| each.contest(index, kind)).collect();
        contests.reverse();
        let style = prepare(style(kind, signed, contests));
        let choices: Vec<ContestChoice> = drawn
            .iter()
            .enumerate()
            .map(|(index, each)| ContestChoice {
                contest_id: contest_id(index),
                selected: each.selected().into_iter().rev().map(candidate_id).collect(),
                explicit_invalid: each.explicit_invalid,
            })
            .collect();

        let ballot = style.seal(&choices, date(), &mut rng(seed)).unwrap();
        verify::verify(&ballot.ballot_id, &ballot.content, ELECTION, kind).unwrap();
        check_against(&style, &ballot.content).unwrap();
        let again = style.seal(&choices, date(), &mut rng(seed)).unwrap();
        prop_assert_eq!(&again, &ballot);

        let secret = SecretKey::from_base64(SECRET_KEY).unwrap();
        let opened = tally::open(&style, &secret, &ballot.content).unwrap();
        prop_assert_eq!(opened.contests.len(), drawn.len());
        let spoilt = drawn.iter().any(|each| each.explicit_invalid);
        for (index, (contest, drawn)) in opened.contests.iter().zip(&drawn).enumerate() {
            let selected: Vec<String> = drawn.selected().into_iter().map(candidate_id).collect();
            let invalid = if multi { spoilt } else { drawn.explicit_invalid };
            prop_assert_eq!(&contest.contest_id, &contest_id(index));
            prop_assert_eq!(contest.selected(), selected.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(contest.explicit_invalid, invalid);
            let rules = style.ballot_style().contests.iter().find(|each| each.id == contest.contest_id);
            let verdict = expected_verdict(rules.unwrap(), selected.len(), invalid);
            prop_assert_eq!(contest.verdict, verdict);
        }
    }
}
