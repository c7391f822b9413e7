//! [`Count`]: ballots verified, opened and added up.

use std::collections::{BTreeMap, HashSet};

use anyhow::Context as _;
use ivr_ballot::tally::{self, DecodedBallot, OpenError, SecretKey, Tally};
use ivr_ballot::verify::verify;
use ivr_ballot::{Style, check_against};
use ivr_core::publication::{Ballot, Publication};
use uuid::Uuid;

use super::super::ballots::BallotLine;
use super::Place;

/// A count in progress.
pub(crate) struct Count<'p> {
    pub(crate) publication: &'p Publication,
    key: &'p SecretKey,
    /// One for each ballot of the publication that can be cast by telephone, in its order.
    pub(crate) boxes: Vec<BallotBox<'p>>,
    pub(crate) counted: Vec<Counted>,
    seen: HashSet<(Uuid, String)>,
}

/// The ballots of one ballot style.
pub(crate) struct BallotBox<'p> {
    pub(crate) of: &'p Ballot,
    style: &'p Style,
    pub(crate) tally: Tally,
    pub(crate) ballots: u64,
}

/// What became of one ballot.
pub(crate) struct Counted {
    pub(crate) place: Place,
    pub(crate) election_id: Uuid,
    pub(crate) ballot_id: String,
    pub(crate) verdict: Opened,
}

/// What one ballot turned out to be.
pub(crate) enum Opened {
    /// Its choices.
    Decoded(DecodedBallot),
    /// Verified, but what was encrypted is no choice: it counts as invalid.
    Undecodable(String),
    /// An earlier line is the same ballot: it counts once.
    Duplicate,
    /// It does not verify: it does not count.
    Refused(String),
}

impl<'p> Count<'p> {
    /// A count of nothing yet.
    pub(crate) fn new(publication: &'p Publication, key: &'p SecretKey) -> anyhow::Result<Self> {
        let mut boxes = Vec::new();
        for of in &publication.ballots {
            let Ok(style) = &of.style else { continue };
            let tally = Tally::new(style)
                .with_context(|| format!("ballot style {}", style.ballot_style().id))?;
            boxes.push(BallotBox { of, style, tally, ballots: 0 });
        }
        Ok(Self { publication, key, boxes, counted: Vec::new(), seen: HashSet::new() })
    }

    /// Counts a ballot, whatever it is.
    pub(crate) fn add(&mut self, place: Place, ballot: &BallotLine) {
        let verdict = self.open(ballot);
        self.counted.push(Counted {
            place,
            election_id: ballot.election_id,
            ballot_id: ballot.ballot_id.clone(),
            verdict,
        });
    }

    /// Whether every ballot verified.
    pub(crate) fn all_verified(&self) -> bool {
        !self.counted.iter().any(|counted| matches!(counted.verdict, Opened::Refused(_)))
    }

    fn open(&mut self, ballot: &BallotLine) -> Opened {
        let Some(index) = self.box_of(ballot) else {
            return Opened::Refused("no ballot of this election was published".into());
        };
        let (style, key) = (self.boxes[index].style, self.key);
        let election = &self.publication.elections[self.boxes[index].of.election].wire_id;
        let verified = verify(&ballot.ballot_id, &ballot.content, election, style.kind());
        if let Err(error) = verified {
            return Opened::Refused(chain(&error));
        }
        if let Err(error) = check_against(style, &ballot.content) {
            return Opened::Refused(chain(&error));
        }
        if !self.seen.insert((ballot.election_id, ballot.ballot_id.clone())) {
            return Opened::Duplicate;
        }
        let opened = tally::open(style, key, &ballot.content);
        let into = &mut self.boxes[index];
        match opened {
            Ok(decoded) => {
                into.ballots += 1;
                into.tally.add(&decoded);
                Opened::Decoded(decoded)
            }
            Err(OpenError::Undecodable(error)) => {
                into.ballots += 1;
                into.tally.add_undecodable();
                Opened::Undecodable(error.to_string())
            }
            Err(error) => Opened::Refused(chain(&error)),
        }
    }

    /// The box of the style that the ballot names; else the first of its election, which will
    /// say what does not fit.
    fn box_of(&self, ballot: &BallotLine) -> Option<usize> {
        #[derive(serde::Deserialize)]
        struct Named {
            config: String,
        }
        let (election, _) = self.publication.election(ballot.election_id)?;
        let named = serde_json::from_str::<Named>(&ballot.content).ok();
        let mut of_election =
            (0..self.boxes.len()).filter(|index| self.boxes[*index].of.election == election);
        let first = of_election.clone().next();
        named
            .and_then(|named| {
                of_election.find(|i| self.boxes[*i].style.ballot_style().id == named.config)
            })
            .or(first)
    }

    /// Totals by election, in the publication's order.
    pub(crate) fn by_election(&self) -> BTreeMap<usize, Vec<&BallotBox<'p>>> {
        let mut elections: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for each in &self.boxes {
            elections.entry(each.of.election).or_default().push(each);
        }
        elections
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
