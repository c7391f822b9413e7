//! The row of the election event.

use ivr_ballot::style::ElectionEventPresentation;

use super::cursor::Cursor;
use super::error::PublicationError;
use super::finding::Findings;
use super::ivr_settings::IvrSettings;
use super::languages::Codes;
use super::path::Path;
use super::scopes::{self, IvrScope};
use super::view::{Event, Names, Order};

/// What the first ballot style says about the event; where the row is silent, this is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct StyleFallback<'s, 'p> {
    pub(super) presentation: &'s ElectionEventPresentation,
    pub(super) path: Path<'p>,
}

impl Event {
    /// Reads the row; a defect in it is a defect of the whole publication.
    pub(super) fn read(
        row: &Cursor<'_, '_>,
        fallback: Option<StyleFallback<'_, '_>>,
        findings: &mut Findings,
    ) -> Result<Self, PublicationError> {
        let (tenant_id, _) = row.need("tenant_id")?.id()?;
        let (id, _) = row.need("id")?.id()?;
        let presentation = row.need("presentation")?;
        let settings = IvrSettings::read(&presentation.need("ivr")?, findings)?;

        let languages = match presentation.get("language_conf")? {
            Some(conf) => Codes::read(&conf)?.of_event(&conf.path, findings)?,
            None => {
                let conf = fallback.and_then(|f| f.presentation.language_conf.as_ref());
                let path = fallback.map_or(presentation.path, |f| f.path);
                Codes::of_style(conf).of_event(&path.key("language_conf"), findings)?
            }
        };
        let skip_election_list = match presentation.get("skip_election_list")? {
            Some(skip) => skip.boolean()?,
            None => fallback.and_then(|f| f.presentation.skip_election_list).unwrap_or(false),
        };
        let elections_order = match presentation.get("elections_order")? {
            Some(order) => Order::read(&order)?,
            None => {
                fallback.and_then(|f| f.presentation.elections_order).unwrap_or_default().into()
            }
        };
        let i18n = presentation.get("i18n")?;
        Ok(Self {
            tenant_id,
            id,
            names: Names::of_row(row, Some(&presentation))?,
            languages,
            flow: settings.flow,
            retry_limits: settings.retry_limits,
            assistance_phone: settings.assistance_phone,
            announce_disabled_account: settings.announce_disabled_account,
            skip_election_list,
            elections_order,
            scopes: scopes::of_row(i18n.as_ref(), IvrScope::Event, findings)?,
        })
    }
}
