//! What a count is told as: lines for programs.

use ivr_ballot::tally::{ContestTotals, Verdict};
use serde::Serialize;
use uuid::Uuid;

use super::super::label::Labels;
use super::count::{Count, Opened};

/// One object on a line of standard output.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Line {
    /// One ballot.
    Ballot(BallotReport),
    /// All of them.
    Totals { ballots: u64, refused: u64, duplicates: u64, elections: Vec<ElectionTotals> },
}

/// One ballot.
#[derive(Serialize)]
pub(crate) struct BallotReport {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) election_id: Uuid,
    pub(super) ballot_id: String,
    pub(super) verified: bool,
    /// `counted`, `invalid`, `duplicate` or `refused`.
    pub(super) status: &'static str,
    pub(super) error: Option<String>,
    contests: Vec<ContestReport>,
}

/// One contest of a ballot.
#[derive(Serialize)]
struct ContestReport {
    contest_id: String,
    name: String,
    verdict: &'static str,
    choices: Vec<ChoiceReport>,
}

#[derive(Serialize)]
struct ChoiceReport {
    candidate_id: String,
    name: String,
}

/// The totals of an election.
#[derive(Serialize)]
pub(crate) struct ElectionTotals {
    pub(super) election_id: Uuid,
    pub(super) name: String,
    pub(super) ballots: u64,
    /// Ballots that could not be decoded: invalid in every contest.
    pub(super) undecodable: u64,
    pub(super) contests: Vec<ContestReportTotals>,
}

/// The totals of a contest.
#[derive(Serialize)]
pub(crate) struct ContestReportTotals {
    pub(super) contest_id: String,
    pub(super) name: String,
    pub(super) ballots: u64,
    pub(super) blank: u64,
    /// Spoilt on purpose or against a rule.
    pub(super) invalid: u64,
    pub(super) explicit_invalid: u64,
    pub(super) implicit_invalid: u64,
    pub(super) candidates: Vec<CandidateReportTotal>,
}

/// The total of a candidate.
#[derive(Serialize)]
pub(crate) struct CandidateReportTotal {
    pub(super) candidate_id: String,
    pub(super) name: String,
    pub(super) votes: u64,
}

/// The lines of a count.
pub(crate) fn lines(count: &Count<'_>) -> Vec<Line> {
    let names = NamesById(Labels::in_default_language(count.publication));
    let mut lines: Vec<Line> = Vec::with_capacity(count.counted.len() + 1);
    let (mut ballots, mut refused, mut duplicates) = (0, 0, 0);
    for counted in &count.counted {
        let (status, error, contests) = match &counted.verdict {
            Opened::Decoded(decoded) => {
                let invalid = decoded.contests.iter().any(|contest| contest.verdict.is_invalid());
                let contests = decoded.contests.iter().map(|contest| ContestReport {
                    name: names.contest(&contest.contest_id),
                    contest_id: contest.contest_id.clone(),
                    verdict: verdict(contest.verdict),
                    choices: contest
                        .selected()
                        .into_iter()
                        .map(|id| ChoiceReport {
                            candidate_id: id.into(),
                            name: names.candidate(id),
                        })
                        .collect(),
                });
                (if invalid { "invalid" } else { "counted" }, None, contests.collect())
            }
            Opened::Undecodable(why) => ("invalid", Some(why.clone()), Vec::new()),
            Opened::Duplicate => ("duplicate", None, Vec::new()),
            Opened::Refused(why) => ("refused", Some(why.clone()), Vec::new()),
        };
        match status {
            "refused" => refused += 1,
            "duplicate" => duplicates += 1,
            _ => ballots += 1,
        }
        lines.push(Line::Ballot(BallotReport {
            file: counted.place.file.clone(),
            line: counted.place.line,
            election_id: counted.election_id,
            ballot_id: counted.ballot_id.clone(),
            verified: status != "refused",
            status,
            error,
            contests,
        }));
    }
    lines.push(Line::Totals { ballots, refused, duplicates, elections: totals(count, names) });
    lines
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Blank => "blank",
        Verdict::ExplicitInvalid => "explicit_invalid",
        Verdict::BlankNotAllowed => "blank_not_allowed",
        Verdict::BelowMin => "below_min",
        Verdict::AboveMax => "above_max",
    }
}

fn totals(count: &Count<'_>, names: NamesById<'_>) -> Vec<ElectionTotals> {
    let of_election = |(index, boxes): (usize, Vec<&super::count::BallotBox<'_>>)| {
        let id = count.publication.elections[index].id;
        let mut contests: Vec<ContestTotals> = Vec::new();
        for each in &boxes {
            // Areas share a contest: its votes are added up.
            for totals in in_order(each.tally.totals(), &each.of.contests) {
                match contests.iter_mut().find(|other| other.contest_id == totals.contest_id) {
                    Some(sum) => add(sum, &totals),
                    None => contests.push(totals),
                }
            }
        }
        ElectionTotals {
            election_id: id,
            name: names.0.election(id).unwrap_or_default(),
            ballots: boxes.iter().map(|each| each.ballots).sum(),
            undecodable: boxes.iter().map(|each| each.tally.undecodable()).sum(),
            contests: contests.into_iter().map(|totals| names.totals(totals)).collect(),
        }
    };
    count.by_election().into_iter().map(of_election).collect()
}

/// Totals come by id; the publication's order is the one people know.
fn in_order(
    mut totals: Vec<ContestTotals>,
    contests: &[ivr_core::publication::Contest],
) -> Vec<ContestTotals> {
    totals.sort_by_key(|each| contests.iter().position(|c| c.wire_id == each.contest_id));
    totals
}

fn add(sum: &mut ContestTotals, more: &ContestTotals) {
    sum.ballots += more.ballots;
    sum.blank += more.blank;
    sum.explicit_invalid += more.explicit_invalid;
    sum.implicit_invalid += more.implicit_invalid;
    for candidate in &more.candidates {
        let mut all = sum.candidates.iter_mut();
        match all.find(|each| each.candidate_id == candidate.candidate_id) {
            Some(total) => total.votes += candidate.votes,
            None => sum.candidates.push(candidate.clone()),
        }
    }
}

/// Names of ids as they are on the wire.
#[derive(Clone, Copy)]
struct NamesById<'p>(Labels<'p>);

impl NamesById<'_> {
    fn contest(self, id: &str) -> String {
        id.parse().ok().and_then(|id| self.0.contest(id)).unwrap_or_default()
    }

    fn candidate(self, id: &str) -> String {
        id.parse().ok().and_then(|id| self.0.candidate(id)).unwrap_or_default()
    }

    fn totals(self, totals: ContestTotals) -> ContestReportTotals {
        ContestReportTotals {
            name: self.contest(&totals.contest_id),
            contest_id: totals.contest_id,
            ballots: totals.ballots,
            blank: totals.blank,
            invalid: totals.explicit_invalid + totals.implicit_invalid,
            explicit_invalid: totals.explicit_invalid,
            implicit_invalid: totals.implicit_invalid,
            candidates: totals
                .candidates
                .into_iter()
                .map(|each| CandidateReportTotal {
                    name: self.candidate(&each.candidate_id),
                    candidate_id: each.candidate_id,
                    votes: each.votes,
                })
                .collect(),
        }
    }
}
