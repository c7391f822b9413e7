//! `step-ivr doctor`: asks every live backend whether a voter could vote.

use crate::terminal::{Done, cli};

#[cfg(feature = "live")]
mod asking;
#[cfg(feature = "live")]
mod casting;
#[cfg(feature = "live")]
mod claims;
#[cfg(feature = "live")]
mod gateway;
#[cfg(feature = "live")]
mod identity;
#[cfg(feature = "live")]
mod report;

/// Nothing live was compiled in.
#[cfg(not(feature = "live"))]
pub(crate) fn run(_: &cli::Doctor) -> anyhow::Result<Done> {
    anyhow::bail!(super::live::NOT_BUILT_IN)
}

/// Asks, and reports.
#[cfg(feature = "live")]
pub(crate) fn run(options: &cli::Doctor) -> anyhow::Result<Done> {
    use anyhow::Context as _;

    let file = crate::live::read(&options.live)?;
    let section = file.keycloak.context("no live section")?;
    let keycloak = crate::live::LiveKeycloak::open(&options.live, &section)?;
    let totals = std::sync::Arc::<crate::adapters::meter::Totals>::default();
    let (hasura, harvest) = (file.hasura, file.harvest);
    let hasura = hasura.map(|s| crate::live::LiveHasura::open(&s, &keycloak, totals.clone()));
    let harvest = harvest.map(|s| crate::live::LiveHarvest::open(&s, &keycloak, totals));
    let hasura_url = hasura.as_ref().map(|hasura| hasura.url.clone()).unwrap_or_default();
    let voter = identity::test_voter(&options.live, &section)?;
    let runtime = crate::live::runtime().context("no runtime for network connections")?;
    let rounds = asking::Rounds { repeat: options.repeat, concurrency: options.concurrency };
    let mut report = report::Report::new(options.json);
    let keycloak = std::sync::Arc::new(keycloak);
    runtime.block_on(async {
        identity::ask(keycloak.clone(), voter.as_deref(), rounds, &mut report).await?;
        let voter = voter.as_deref();
        if let Some(hasura) = hasura {
            gateway::ask(keycloak.clone(), hasura, voter, rounds, &mut report).await?;
        }
        match harvest {
            None => Ok(()),
            Some(harvest) => {
                casting::ask(keycloak, harvest, &hasura_url, voter, rounds, &mut report).await
            }
        }
    })?;
    report.end()
}
