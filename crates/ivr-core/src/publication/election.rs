//! The rows of the elections.

use uuid::Uuid;

use super::cursor::Cursor;
use super::error::PublicationError;
use super::finding::{Code, Findings};
use super::languages::Codes;
use super::scopes::{self, IvrScope};
use super::view::{AllowedBallots, Election, Event, Names, Order, SortKey};

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
}

impl ElectionRow {
    /// Reads a row. Where it does not have the key, `revotes_of_style` tells how many ballots the
    /// ballot styles of the election allow.
    pub(super) fn read(
        row: &Cursor<'_, '_>,
        event: &Event,
        revotes_of_style: impl Fn(Uuid) -> Option<i64>,
        findings: &mut Findings,
    ) -> Result<Self, PublicationError> {
        let (id, wire_id) = row.need("id")?.id()?;
        for (key, expected) in [("tenant_id", event.tenant_id), ("election_event_id", event.id)] {
            if let Some(other) = row.get(key)?
                && other.id()?.0 != expected
            {
                return Err(other.error(format!("is not that of the event, {expected}")));
            }
        }
        let presentation = row.get("presentation")?;
        let mut languages = None;
        let mut sort_order = None;
        let mut contests_order = None;
        let mut i18n = None;
        if let Some(presentation) = &presentation {
            if let Some(conf) = presentation.get("language_conf")? {
                languages =
                    Codes::read(&conf)?.of_election(&event.languages, &conf.path, findings)?;
            }
            sort_order = presentation.get("sort_order")?.map(|at| at.integer()).transpose()?;
            contests_order =
                presentation.get("contests_order")?.map(|at| Order::read(&at)).transpose()?;
            i18n = presentation.get("i18n")?;
        }
        let alias = row.get("alias")?.map(|at| at.string()).transpose()?;
        let names = Names::of_row(row, presentation.as_ref())?;
        Ok(Self {
            election: Election {
                id,
                wire_id: wire_id.to_owned(),
                sort: SortKey::new(alias, names.base.as_deref(), sort_order),
                names,
                languages,
                allowed_ballots: allowed_ballots(row, || revotes_of_style(id), findings)?,
                scopes: scopes::of_row(i18n.as_ref(), IvrScope::Election, findings)?,
            },
            contests_order,
        })
    }
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
