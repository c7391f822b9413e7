//! What a count is told as: a page for people.

use std::io::{self, Write};

use super::super::paper::Paper;
use super::count::Count;
use super::report::{
    BallotReport, CandidateReportTotal, ContestReportTotals, ElectionTotals, Line, lines,
};

/// A count for people.
pub(crate) fn print<W: Write>(count: &Count<'_>, paper: &mut Paper<W>) -> io::Result<()> {
    for line in lines(count) {
        match line {
            Line::Ballot(ballot) => print_ballot(&ballot, paper)?,
            Line::Totals { ballots, refused, duplicates, elections } => {
                paper.blank()?;
                paper.line(&format!(
                    "{ballots} counted, {duplicates} duplicate, {refused} refused"
                ))?;
                for election in &elections {
                    print_election(election, paper)?;
                }
            }
        }
    }
    paper.flush()
}

fn print_ballot<W: Write>(ballot: &BallotReport, paper: &mut Paper<W>) -> io::Result<()> {
    let id: String = ballot.ballot_id.chars().take(16).collect();
    let why = ballot.error.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let place = format!("{}:{}", ballot.file, ballot.line);
    paper.line(&format!("{place}  {id}…  {}{why}", ballot.status))
}

fn print_election<W: Write>(election: &ElectionTotals, paper: &mut Paper<W>) -> io::Result<()> {
    paper.blank()?;
    let ElectionTotals { name, ballots, undecodable, .. } = election;
    let unreadable = match undecodable {
        0 => String::new(),
        n => format!(", {n} of them cannot be decoded"),
    };
    let noun = if *ballots == 1 { "ballot" } else { "ballots" };
    paper.heading(&format!("{name}: {ballots} {noun}{unreadable}"))?;
    for contest in &election.contests {
        let ContestReportTotals { name, blank, invalid, .. } = contest;
        paper.line(&format!("  {name} (blank {blank}, invalid {invalid})"))?;
        let mut candidates: Vec<_> = contest.candidates.iter().collect();
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.votes));
        for candidate in candidates {
            let CandidateReportTotal { candidate_id, name, votes } = candidate;
            let name = if name.is_empty() { candidate_id } else { name };
            paper.line(&format!("  {votes:>6}  {name}"))?;
        }
    }
    Ok(())
}
