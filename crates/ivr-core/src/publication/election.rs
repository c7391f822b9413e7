//! The rows of the elections.

use uuid::Uuid;

use super::cursor::Cursor;
use super::error::PublicationError;
use super::finding::{Code, Findings, Level};
use super::languages::Codes;
use super::scopes::{self, IvrScope};
use super::style::Defect;
use super::view::{AllowedBallots, Election, Event, LanguageConf, Names, Order, SortKey};
use crate::prompts::scope::ScopeByLanguage;

impl Order {
    /// Reads one of the platform's words for an order.
    pub(super) fn read(at: &Cursor<'_, '_>) -> Result<Self, PublicationError> {
        match at.string()? {
            "alphabetical" => Ok(Self::Alphabetical),
            "custom" => Ok(Self::Custom),
            "random" => Ok(Self::Random),
            other => {
                let message =
                    format!("unknown order {other:?}; the orders are alphabetical, custom, random");
                Err(at.error(message))
            }
        }
    }
}

impl From<ivr_ballot::style::Ordering> for Order {
    fn from(order: ivr_ballot::style::Ordering) -> Self {
        use ivr_ballot::style::Ordering;
        match order {
            Ordering::Alphabetical => Self::Alphabetical,
            Ordering::Custom => Self::Custom,
            Ordering::Random => Self::Random,
        }
    }
}

/// An election, and what its row says about its ballots.
#[derive(Debug)]
pub(super) struct ElectionRow {
    pub(super) election: Election,
    /// The order of the contests, where the row has one.
    pub(super) contests_order: Option<Order>,
    /// Why nobody can vote in it by telephone: the first thing wrong with the row.
    pub(super) defect: Option<String>,
}

/// What is read of a row although something else in it is wrong.
struct Lenient<'f> {
    findings: &'f mut Findings,
    defect: Option<String>,
}

impl Lenient<'_> {
    /// What was read; else nothing, and the election is not by telephone (DECISIONS 50).
    fn keep<T: Default>(
        &mut self,
        read: impl FnOnce(&mut Findings) -> Result<T, PublicationError>,
    ) -> T {
        read(self.findings).unwrap_or_else(|error| {
            let defect = Defect::from(error);
            // Names and telephone strings are read from one place.
            if self.defect.as_ref() != Some(&defect.reason()) {
                self.defect.get_or_insert_with(|| defect.reason());
                self.findings.add(Level::Error, defect.path, Code::NotByPhone, defect.message);
            }
            T::default()
        })
    }
}

impl ElectionRow {
    /// Which election a row is about.
    pub(super) fn id<'v>(row: &Cursor<'v, '_>) -> Result<(Uuid, &'v str), PublicationError> {
        row.need("id")?.id()
    }

    /// Reads the row of an election. Where it does not have the key, `revotes_of_style` tells how
    /// many ballots the ballot styles of the election allow. What is wrong with it stays with it;
    /// only a row of another event refuses the publication.
    pub(super) fn read(
        row: &Cursor<'_, '_>,
        (id, wire_id): (Uuid, &str),
        event: &Event,
        revotes_of_style: impl Fn(Uuid) -> Option<i64>,
        findings: &mut Findings,
    ) -> Result<Self, PublicationError> {
        let mut lenient = Lenient { findings, defect: None };
        for (key, expected) in [("tenant_id", event.tenant_id), ("election_event_id", event.id)] {
            let Some(other) = row.get(key)? else { continue };
            let found = lenient.keep(|_| other.id().map(|(id, _)| Some(id)));
            if found.is_some_and(|found| found != expected) {
                return Err(other.error(format!("is not that of the event, {expected}")));
            }
        }
        let presentation = row.get("presentation")?;
        let presentation = presentation.filter(|at| lenient.keep(|_| at.object().map(|_| true)));
        let mut languages = None;
        let mut sort_order = None;
        let mut contests_order = None;
        let mut scopes = ScopeByLanguage::default();
        if let Some(at) = &presentation {
            languages = lenient.keep(|findings| languages_of(at, event, findings));
            sort_order = lenient.keep(|_| at.get("sort_order")?.map(|at| at.integer()).transpose());
            contests_order =
                lenient.keep(|_| at.get("contests_order")?.map(|at| Order::read(&at)).transpose());
            scopes = lenient.keep(|findings| {
                scopes::of_row(at.get("i18n")?.as_ref(), IvrScope::Election, findings)
            });
        }
        let alias = lenient.keep(|_| row.get("alias")?.map(|at| at.string()).transpose());
        // It is still spoken of, by the name that can be read.
        let names = lenient
            .keep(|_| Names::of_row(row, presentation.as_ref()).map(Some))
            .or_else(|| Names::of_row(row, None).ok())
            .unwrap_or_default();
        Ok(Self {
            election: Election {
                id,
                wire_id: wire_id.to_owned(),
                sort: SortKey::new(alias, names.base.as_deref(), sort_order),
                names,
                languages,
                allowed_ballots: lenient
                    .keep(|findings| {
                        allowed_ballots(row, || revotes_of_style(id), findings).map(Some)
                    })
                    .unwrap_or(AllowedBallots::AtMost(1)),
                scopes,
            },
            contests_order,
            defect: lenient.defect,
        })
    }
}

fn languages_of(
    presentation: &Cursor<'_, '_>,
    event: &Event,
    findings: &mut Findings,
) -> Result<Option<LanguageConf>, PublicationError> {
    let Some(conf) = presentation.get("language_conf")? else { return Ok(None) };
    Codes::read(&conf)?.of_election(&event.languages, &conf.path, findings)
}

/// `num_allowed_revotes`. Null says one ballot; a missing key says nothing.
fn allowed_ballots(
    row: &Cursor<'_, '_>,
    of_style: impl FnOnce() -> Option<i64>,
    findings: &mut Findings,
) -> Result<AllowedBallots, PublicationError> {
    const KEY: &str = "num_allowed_revotes";
    let value = match row.get(KEY)? {
        Some(at) => Some(at.integer()?),
        None if row.object()?.contains_key(KEY) => None,
        None => of_style(),
    };
    if value.is_some_and(|n| n < 0) {
        let message = "is negative; one ballot is allowed";
        findings.warning(&row.path.key(KEY), Code::NegativeRevotes, message);
    }
    Ok(AllowedBallots::from_num_allowed_revotes(value))
}
