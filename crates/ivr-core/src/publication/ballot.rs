//! Ballots: what a ballot style and the row of its election say together.

use std::collections::HashMap;
use std::sync::Arc;

use ivr_ballot::style::BallotStyle;
use ivr_ballot::{KeyTables, Style};
use uuid::Uuid;

use super::finding::{Code, Findings};
use super::nested_ivr::NestedIvr;
use super::order::fixed_order;
use super::path::Path;
use super::style::{Defect, StyleEntry};
use super::view::{Ballot, Contest, Order};
use crate::sources::with_sources;

/// What ballots need to know of an election.
#[derive(Debug, Clone)]
pub(super) struct ElectionRef {
    pub(super) index: usize,
    /// The order of its contests, where its row has one.
    pub(super) contests_order: Option<Order>,
    /// Why it cannot be voted by telephone in any area: a defect of its row, reported already.
    pub(super) defect: Option<String>,
}

/// Collects the ballots of a publication.
pub(super) struct Ballots<'e> {
    elections: &'e HashMap<Uuid, ElectionRef>,
    keys: KeyTables,
    ballots: Vec<Ballot>,
    /// Which ballot an area has in an election.
    places: HashMap<(Uuid, Uuid), usize>,
}

impl<'e> Ballots<'e> {
    pub(super) fn new(elections: &'e HashMap<Uuid, ElectionRef>) -> Self {
        Self { elections, keys: KeyTables::default(), ballots: Vec::new(), places: HashMap::new() }
    }

    /// Adds the ballot of a style. A style that cannot be used makes a ballot that says why.
    pub(super) fn add(&mut self, entry: StyleEntry, list: &Path<'_>, findings: &mut Findings) {
        let path = list.index(entry.index);
        let Some(election) = self.elections.get(&entry.ids.election) else {
            let message = format!(
                "no election {} in the document; nobody can vote on this style by telephone",
                entry.ids.election
            );
            findings.error(&path.key("election_id"), Code::UnknownElection, message);
            return;
        };
        let place = (entry.ids.area, entry.ids.election);
        if let Some(&earlier) = self.places.get(&place) {
            let message =
                format!("a second ballot style of area {} and election {}", place.0, place.1);
            findings.error(&path, Code::DuplicateBallotStyle, message.clone());
            self.ballots[earlier].style = Err(format!("{path}: {message}"));
            return;
        }
        self.places.insert(place, self.ballots.len());
        let ballot = self.ballot(entry, election, &path, findings);
        self.ballots.push(ballot);
    }

    pub(super) fn into_vec(self) -> Vec<Ballot> {
        self.ballots
    }

    fn ballot(
        &mut self,
        entry: StyleEntry,
        election: &ElectionRef,
        path: &Path<'_>,
        findings: &mut Findings,
    ) -> Ballot {
        let StyleEntry { ids, style, mut nested, .. } = entry;
        let mut ballot = Ballot {
            election: election.index,
            election_id: ids.election,
            area_id: ids.area,
            contests_order: election.contests_order.unwrap_or(Order::Alphabetical),
            contests: Vec::new(),
            sorted: Vec::new(),
            style: Err(String::new()),
        };
        let prepared = style.and_then(|style| {
            if election.contests_order.is_none() {
                ballot.contests_order = contests_order(&style);
            }
            ballot.contests = contests(&style, path, &mut nested, findings)?;
            prepare(style, &mut self.keys, path)
        });
        let contests = &ballot.contests;
        ballot.sorted =
            fixed_order(ballot.contests_order, contests.len(), |index| &contests[index].sort);
        ballot.style = prepared.map_err(|defect| {
            let reason = defect.reason();
            findings.add(super::Level::Error, defect.path, Code::NotByPhone, defect.message);
            reason
        });
        if let Some(defect) = &election.defect {
            ballot.style = Err(defect.clone());
        }
        ballot
    }
}

fn contests_order(style: &BallotStyle) -> Order {
    let order = style.election_presentation.as_ref().and_then(|p| p.contests_order);
    order.unwrap_or_default().into()
}

fn contests(
    style: &BallotStyle,
    path: &Path<'_>,
    nested: &mut NestedIvr,
    findings: &mut Findings,
) -> Result<Vec<Contest>, Defect> {
    let list = path.key("contests");
    let read =
        |(index, contest)| Contest::read(contest, index, &list.index(index), nested, findings);
    style.contests.iter().enumerate().map(read).collect()
}

fn prepare(
    style: BallotStyle,
    keys: &mut KeyTables,
    path: &Path<'_>,
) -> Result<Arc<Style>, Defect> {
    match Style::prepare(style, keys) {
        Ok(style) => Ok(Arc::new(style)),
        Err(error) => Err(Defect::new(path, with_sources(&error))),
    }
}
