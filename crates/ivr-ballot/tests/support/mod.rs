//! Ballot styles made up for a test.

#![allow(dead_code, unreachable_pub, reason = "each test file uses what it needs")]

use chrono::NaiveDate;
use ivr_ballot::style::{
    BallotStyle, Candidate, CandidatePresentation, Contest, ContestEncryptionPolicy,
    ContestPresentation, ElectionEventPresentation, PublicKeyConfig, VoterSigningPolicy,
};
use ivr_ballot::{BallotKind, ContestChoice, KeyTables, Style};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

pub const PUBLIC_KEY: &str = "wg8zFZwnoNqsztMYll/VdMMJZD8jYcDOK3R49hGcWB8";
pub const SECRET_KEY: &str = "Oy/BXS3P5HaBV31QYx3ELBYuC7gabjC/k4mUJ89DawI";
pub const ELECTION: &str = "d62e9ab2-5e34-5e15-86cc-245c584951ae";

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 3).unwrap()
}

pub fn contest_id(index: usize) -> String {
    format!("c0000000-0000-4000-8000-{index:012}")
}

pub fn candidate_id(index: usize) -> String {
    format!("a0000000-0000-4000-8000-{index:012}")
}

pub fn candidate(index: usize) -> Candidate {
    Candidate {
        id: candidate_id(index),
        name: Some(format!("Candidate {index}")),
        presentation: Some(CandidatePresentation::default()),
        ..Candidate::default()
    }
}

pub fn contest(index: usize, candidates: usize, max_votes: i64) -> Contest {
    Contest {
        id: contest_id(index),
        name: Some(format!("Contest {index}")),
        max_votes,
        winning_candidates_num: 1,
        counting_algorithm: Some("plurality-at-large".to_owned()),
        is_encrypted: true,
        candidates: (0..candidates).map(candidate).collect(),
        presentation: Some(ContestPresentation::default()),
        ..Contest::default()
    }
}

pub fn style(kind: BallotKind, signed: bool, contests: Vec<Contest>) -> BallotStyle {
    BallotStyle {
        id: "2e9c1888-0d50-5583-94a0-b035b49ba996".to_owned(),
        election_id: ELECTION.to_owned(),
        public_key: Some(PublicKeyConfig { public_key: PUBLIC_KEY.to_owned(), is_demo: false }),
        contests,
        election_event_presentation: Some(ElectionEventPresentation {
            contest_encryption_policy: Some(match kind {
                BallotKind::SingleContest => ContestEncryptionPolicy::SingleContest,
                BallotKind::MultipleContests => ContestEncryptionPolicy::MultipleContests,
            }),
            voter_signing_policy: signed.then_some(VoterSigningPolicy::WithSignature),
            ..ElectionEventPresentation::default()
        }),
        ..BallotStyle::default()
    }
}

pub fn prepare(style: BallotStyle) -> Style {
    Style::prepare(style, &mut KeyTables::new()).unwrap()
}

pub fn choice(contest: usize, candidates: &[usize]) -> ContestChoice {
    ContestChoice {
        contest_id: contest_id(contest),
        selected: candidates.iter().map(|index| candidate_id(*index)).collect(),
        explicit_invalid: false,
    }
}
