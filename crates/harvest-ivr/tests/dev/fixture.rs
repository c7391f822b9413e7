//! The example publications: their styles, their reference ballots, the keys that open them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ivr_ballot::style::BallotStyle;
use ivr_ballot::tally::{self, SecretKey};
use ivr_ballot::{ContestChoice, KeyTables, Style};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;
use uuid::Uuid;

/// What is cast.
#[derive(Clone)]
pub(crate) struct Ballot {
    pub(crate) election_id: String,
    pub(crate) ballot_id: String,
    pub(crate) content: String,
}

/// What of a contest is chosen, by contest.
pub(crate) type Choices = BTreeMap<String, Vec<String>>;

pub(crate) struct Publication {
    pub(crate) tenant: Uuid,
    pub(crate) event: Uuid,
    pub(crate) area: Uuid,
    pub(crate) document: Value,
    pub(crate) elections: Vec<String>,
    styles: BTreeMap<String, Style>,
    secret: SecretKey,
    folder: PathBuf,
}

/// A folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

impl Publication {
    pub(crate) fn read(name: &str) -> Self {
        let folder = repository("tests/fixtures/publications").join(name);
        let json = |file: &str| -> Value {
            serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap()
        };
        let document = json("publication.json");
        let mut keys = KeyTables::new();
        let mut styles = BTreeMap::new();
        for value in document["ballot_styles"].as_array().unwrap() {
            let style = Style::prepare(BallotStyle::from_value(value).unwrap(), &mut keys).unwrap();
            styles.insert(style.ballot_style().election_id.clone(), style);
        }
        let one = styles.values().next().unwrap().ballot_style();
        Publication {
            tenant: one.tenant_id.parse().unwrap(),
            event: one.election_event_id.parse().unwrap(),
            area: one.area_id.parse().unwrap(),
            elections: styles.keys().cloned().collect(),
            secret: SecretKey::from_base64(json("key.json")["secret_key"].as_str().unwrap())
                .unwrap(),
            document,
            styles,
            folder,
        }
    }

    /// Ballots that the platform's own code made, with what they say.
    pub(crate) fn references(&self) -> Vec<(Ballot, Choices)> {
        let lines = std::fs::read_to_string(self.folder.join("reference_ballots.jsonl")).unwrap();
        lines
            .lines()
            .map(|line| {
                let line: Value = serde_json::from_str(line).unwrap();
                let text = |key: &str| line[key].as_str().unwrap().to_owned();
                let ballot = Ballot {
                    election_id: text("election_id"),
                    ballot_id: text("ballot_id"),
                    content: text("content"),
                };
                (ballot, serde_json::from_value(line["choices"].clone()).unwrap())
            })
            .collect()
    }

    /// A ballot of the telephone's for the first candidate of every contest of the first election;
    /// other numbers give other ballots.
    pub(crate) fn seal(&self, number: u64) -> (Ballot, Choices) {
        let style = &self.styles[&self.elections[0]];
        let contests = style.ballot_style().contests.iter();
        let choices: Choices =
            contests.map(|one| (one.id.clone(), vec![one.candidates[0].id.clone()])).collect();
        let chosen: Vec<ContestChoice> = choices
            .iter()
            .map(|(contest, candidates)| ContestChoice {
                contest_id: contest.clone(),
                selected: candidates.clone(),
                explicit_invalid: false,
            })
            .collect();
        let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let sealed = style.seal(&chosen, date, &mut ChaCha20Rng::seed_from_u64(number)).unwrap();
        let ballot = Ballot {
            election_id: self.elections[0].clone(),
            ballot_id: sealed.ballot_id.clone(),
            content: sealed.content.clone(),
        };
        (ballot, choices)
    }

    /// What a ballot says.
    pub(crate) fn open(&self, election: &str, content: &str) -> Choices {
        let opened = tally::open(&self.styles[election], &self.secret, content).unwrap();
        let contests = opened.contests.iter();
        contests
            .map(|one| {
                let mut chosen: Vec<String> =
                    one.selected().into_iter().map(str::to_owned).collect();
                chosen.sort_unstable();
                (one.contest_id.clone(), chosen)
            })
            .collect()
    }
}
