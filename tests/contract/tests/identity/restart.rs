//! A Keycloak that goes away in the middle of a call, and comes back.

use anyhow::{bail, ensure};
use contract::admin::Admin;
use contract::extensions;
use ivr_core::ports::{
    AuthError, AuthPort as _, IvrConfigError, IvrConfigPort as _, LoginOutcome,
    ServiceTokenPort as _,
};
use serde_json::json;
use test_servers::keycloak::Keycloak;

use crate::ground::*;

/// On a server of its own: the suite's serves other tests at the same time.
pub(crate) fn in_the_middle_of_a_call(_suites: &Keycloak) -> anyhow::Result<()> {
    let server = extensions::keycloak()?;
    let admin = Admin::new(&server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    // The server is stopped and started from outside: its handle blocks.
    let runtime = ivr_lambda::live::runtime()?;
    let login = async || adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await;
    let service = async || adapters.tokens.get_service_token(route, adapters.soon()).await;

    let token = runtime.block_on(service())?;
    let LoginOutcome::Granted(voter) = runtime.block_on(login())? else { bail!("no login") };
    let Some(refresh) = &voter.refresh_token else { bail!("no refresh token") };

    server.stop()?;
    runtime.block_on(async {
        ensure!(service().await? == token, "what is still good is still served");
        let steps = adapters.ivr_config.auth_steps(route, &token, adapters.soon()).await;
        ensure!(matches!(steps, Err(IvrConfigError::Outage(_))), "{steps:?}");
        let refused = login().await;
        ensure!(matches!(refused, Err(AuthError::KeycloakUnavailable(_))), "{refused:?}");
        let refused = adapters.manager.refresh(route, refresh, adapters.soon()).await;
        ensure!(matches!(refused, Err(AuthError::KeycloakUnavailable(_))), "{refused:?}");
        Ok(())
    })?;

    server.restart()?;
    runtime.block_on(async {
        let newer = adapters.manager.refresh(route, refresh, adapters.soon()).await?;
        ensure!(newer.claims.user_id == voter.claims.user_id, "the voter's session is still there");
        ensure!(adapters.ivr_config.auth_steps(route, &token, adapters.soon()).await?.len() == 2);
        ensure!(matches!(login().await?, LoginOutcome::Granted(_)));
        adapters.clock.by(400);
        ensure!(service().await? != token, "a new one, when the old one is due");
        Ok(())
    })
}
