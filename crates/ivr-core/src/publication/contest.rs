//! Contests and candidates, from a typed ballot style.

use ivr_ballot::style;
use uuid::Uuid;

use super::finding::{Code, Findings};
use super::names::flat_ivr_strings;
use super::nested_ivr::NestedIvr;
use super::order::fixed_order;
use super::path::Path;
use super::scopes::{self, IvrScope};
use super::style::Defect;
use super::view::{Candidate, Contest, Names, Order, SortKey};

impl Contest {
    /// Reads the contest at `index` of its style.
    pub(super) fn read(
        contest: &style::Contest,
        index: usize,
        path: &Path<'_>,
        nested: &mut NestedIvr,
        findings: &mut Findings,
    ) -> Result<Self, Defect> {
        let presentation = contest.presentation.as_ref();
        let i18n = presentation.and_then(|p| p.i18n.as_ref());
        let mut candidates = Vec::new();
        let mut blanks = Vec::new();
        let mut ids = Vec::with_capacity(contest.candidates.len());
        let list = path.key("candidates");
        for (place, candidate) in contest.candidates.iter().enumerate() {
            let at = list.index(place);
            let id = uuid(&candidate.id, &at.key("id"))?;
            ids.push(id);
            let blank = is_blank_option(candidate);
            if !blank && !candidate.is_numbered() {
                continue;
            }
            let nested = nested.take(index, Some(place));
            let read = Candidate::read(candidate, id, &at, nested, findings);
            if blank { &mut blanks } else { &mut candidates }.push(read);
        }
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Defect::new(&list, format!("two candidates have the id {}", pair[0])));
        }
        let order = presentation.and_then(|p| p.candidates_order).unwrap_or_default();
        let order = Order::from(order);
        Ok(Self {
            id: uuid(&contest.id, &path.key("id"))?,
            wire_id: contest.id.clone(),
            names: Names::of_style(contest.name.as_ref(), contest.name_i18n.as_ref(), i18n),
            max_votes: count(contest.max_votes, &path.key("max_votes"))?,
            min_votes: count(contest.min_votes, &path.key("min_votes"))?,
            blank_vote_policy: contest.blank_vote_policy(),
            under_vote_policy: contest.under_vote_policy(),
            candidates_order: order,
            sorted: fixed_order(order, candidates.len(), |index| &candidates[index].sort),
            candidates,
            explicit_blank: the_blank_option(blanks, &list, findings),
            has_write_ins: presentation.and_then(|p| p.allow_writeins).unwrap_or(false)
                && contest.candidates.iter().any(style::Candidate::is_write_in),
            scopes: scopes::of_style(
                flat_ivr_strings(i18n),
                nested.take(index, None),
                IvrScope::Contest,
                path,
                findings,
            ),
            sort: SortKey::new(
                contest.alias.as_deref(),
                contest.name.as_deref(),
                presentation.and_then(|p| p.sort_order),
            ),
        })
    }
}

impl Candidate {
    fn read(
        candidate: &style::Candidate,
        id: Uuid,
        path: &Path<'_>,
        nested: Option<serde_json::Map<String, serde_json::Value>>,
        findings: &mut Findings,
    ) -> Self {
        let presentation = candidate.presentation.as_ref();
        let i18n = presentation.and_then(|p| p.i18n.as_ref());
        Self {
            id,
            wire_id: candidate.id.clone(),
            names: Names::of_style(candidate.name.as_ref(), candidate.name_i18n.as_ref(), i18n),
            scopes: scopes::of_style(
                flat_ivr_strings(i18n),
                nested,
                IvrScope::Candidate,
                path,
                findings,
            ),
            sort: SortKey::new(
                candidate.alias.as_deref(),
                candidate.name.as_deref(),
                presentation.and_then(|p| p.sort_order),
            ),
        }
    }
}

/// Whether the candidate stands for a blank and is on offer.
fn is_blank_option(candidate: &style::Candidate) -> bool {
    candidate.is_explicit_blank() && !candidate.is_disabled() && !candidate.is_explicit_invalid()
}

/// The option behind the `0` key: the first by id.
fn the_blank_option(
    mut options: Vec<Candidate>,
    list: &Path<'_>,
    findings: &mut Findings,
) -> Option<Candidate> {
    options.sort_by(|a, b| a.wire_id.cmp(&b.wire_id));
    if options.len() > 1 {
        let message = format!(
            "{} explicit-blank options; the 0 key means the first by id, {}",
            options.len(),
            options[0].wire_id
        );
        findings.warning(list, Code::SeveralExplicitBlanks, message);
    }
    options.into_iter().next()
}

fn uuid(text: &str, path: &Path<'_>) -> Result<Uuid, Defect> {
    Uuid::parse_str(text).map_err(|_| Defect::new(path, format!("{text:?} is not a uuid")))
}

fn count(value: i64, path: &Path<'_>) -> Result<u32, Defect> {
    u32::try_from(value).map_err(|_| Defect::new(path, format!("{value} is not a number of votes")))
}
