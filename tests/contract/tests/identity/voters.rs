//! Voters: logins, refreshes, locks.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use contract::admin::Admin;
use ivr_core::ports::{
    AuthError, AuthPort as _, IvrConfigPort as _, LoginOutcome, Outage, ServiceTokenPort as _,
    VoterTokens,
};
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

use crate::ground::*;
use crate::proxy::Proxy;

fn granted(outcome: Result<LoginOutcome, AuthError>) -> anyhow::Result<VoterTokens> {
    match outcome? {
        LoginOutcome::Granted(tokens) => Ok(tokens),
        other => bail!("{other:?}"),
    }
}

/// Asks the steps and logs in with what they ask, then refreshes and logs out.
fn whole_path(
    server: &Keycloak,
    flow: Factors,
    fields: &[&str],
    right: &[(&str, &str)],
    wrong: &[(&str, &str)],
) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), flow, &json!({}))?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    wait(async {
        let token = adapters.tokens.get_service_token(route, adapters.soon()).await?;
        let steps = adapters.ivr_config.auth_steps(route, &token, adapters.soon()).await?;
        let asked: Vec<_> = steps.iter().map(|step| step.maps_to.as_str()).collect();
        ensure!(asked == fields, "{asked:?}");

        let wrong = adapters.manager.login(route, &credentials(wrong), adapters.soon()).await?;
        ensure!(wrong == LoginOutcome::WrongCredentials, "{wrong:?}");
        let login = adapters.manager.login(route, &credentials(right), adapters.soon()).await;
        let tokens = granted(login)?;
        route.agrees_with(&tokens.claims)?;
        ensure!(tokens.claims.area_id.is_some());
        ensure!(tokens.claims.authorized_election_ids.len() == 1);

        let Some(refresh) = &tokens.refresh_token else { bail!("no refresh token") };
        let newer = adapters.manager.refresh(route, refresh, adapters.soon()).await?;
        route.agrees_with(&newer.claims)?;
        ensure!(newer.access_token != tokens.access_token);
        let Some(newest) = &newer.refresh_token else { bail!("no newer refresh token") };
        adapters.manager.logout(route, newest, adapters.soon()).await?;
        let over = adapters.manager.refresh(route, newest, adapters.soon()).await;
        ensure!(matches!(over, Err(AuthError::SessionExpired)), "{over:?}");
        adapters.manager.logout(route, newest, adapters.soon()).await?;
        Ok(())
    })
}

pub(crate) fn a_pin_realm(server: &Keycloak) -> anyhow::Result<()> {
    let (right, wrong) =
        ([("username", VOTER), ("password", PIN)], [("username", VOTER), ("password", "0000")]);
    whole_path(server, PIN_FLOW, &["username", "password"], &right, &wrong)
}

pub(crate) fn a_dob_realm(server: &Keycloak) -> anyhow::Result<()> {
    let (right, wrong) =
        ([("username", VOTER), ("dob", BORN_KEYED)], [("username", VOTER), ("dob", "01021961")]);
    whole_path(server, DOB_FLOW, &["username", "dob"], &right, &wrong)
}

/// A user who carries another tenant's id: the server signs it, the route refuses it.
pub(crate) fn other_realm(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let other = "00000000-0000-0000-0000-0000000000ff";
    ground.change_voter(&json!({"attributes": {"tenant-id": [other], "area-id": [other],
        "authorized-election-ids": [other]}}))?;
    let adapters = Adapters::new()?;
    wait(async {
        let login = adapters.manager.login(&ground.route, &with_pin(PIN), adapters.soon()).await;
        let tokens = granted(login)?;
        let disagreement = ground.route.agrees_with(&tokens.claims);
        ensure!(disagreement.is_err_and(|d| d.to_string().contains("tenant")));
        Ok(())
    })
}

/// Over several calls: each is an adapter of its own, as each call is an invocation of its own.
pub(crate) fn lockout(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let protection = json!({"bruteForceProtected": true, "failureFactor": 3,
        "quickLoginCheckMilliSeconds": 0, "waitIncrementSeconds": 300});
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &protection)?;
    let voter = ground.find("/users", "username", VOTER)?;
    let failures = ground.path(&format!(
        "/attack-detection/brute-force/users/{}",
        voter["id"].as_str().unwrap_or_default()
    ));
    wait(async {
        for call in 1..=3 {
            let adapters = Adapters::new()?;
            let wrong = with_pin("0000");
            let login = adapters.manager.login(&ground.route, &wrong, adapters.soon());
            let outcome = login.await?;
            ensure!(outcome == LoginOutcome::WrongCredentials, "call {call}: {outcome:?}");
            // The server counts a little later.
            for _ in 0..100 {
                if ground.admin.get(&failures)?["numFailures"] == call {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        let adapters = Adapters::new()?;
        let right = adapters.manager.login(&ground.route, &with_pin(PIN), adapters.soon()).await?;
        ensure!(right == LoginOutcome::WrongCredentials, "locked, and it does not say so");
        ensure!(ground.admin.get(&failures)?["disabled"] == true);
        ground.admin.delete(&failures)?;
        granted(adapters.manager.login(&ground.route, &with_pin(PIN), adapters.soon()).await)?;
        Ok(())
    })
}

pub(crate) fn accounts(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let adapters = Adapters::new()?;
    let changes: [(Value, LoginOutcome); 2] = [
        (json!({"enabled": false}), LoginOutcome::AccountDisabled),
        (
            json!({"enabled": true, "requiredActions": ["UPDATE_PASSWORD"]}),
            LoginOutcome::ActionRequired,
        ),
    ];
    for (change, expected) in changes {
        ground.change_voter(&change)?;
        let keyed = with_pin(PIN);
        let login = adapters.manager.login(&ground.route, &keyed, adapters.soon());
        let outcome = wait(async { Ok(login.await?) })?;
        ensure!(outcome == expected, "{outcome:?}");
    }

    // The default profile wants an e-mail address and names: nobody at the telephone has them.
    let incomplete = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({"components": {}}))?;
    let adapters = Adapters::new()?;
    let keyed = with_pin(PIN);
    let login = adapters.manager.login(&incomplete.route, &keyed, adapters.soon());
    let outcome = wait(async { Ok(login.await?) })?;
    ensure!(outcome == LoginOutcome::ActionRequired, "{outcome:?}");
    Ok(())
}

/// Why a login is never repeated while one is unanswered.
pub(crate) fn parallel_logins(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    // A hash that takes its time, so that the two do meet.
    let slow = json!({"bruteForceProtected": true, "quickLoginCheckMilliSeconds": 0,
        "passwordPolicy": "hashAlgorithm(pbkdf2-sha512) and hashIterations(400000)"});
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &slow)?;
    let adapters = Adapters::new()?;
    wait(async {
        let keyed = with_pin(PIN);
        let log_in = || adapters.manager.login(&ground.route, &keyed, adapters.soon());
        let (one, two) = tokio::join!(log_in(), log_in());
        let outcomes = [one?, two?];
        let right = outcomes.iter().filter(|o| matches!(o, LoginOutcome::Granted(_))).count();
        let wrong = outcomes.iter().filter(|o| **o == LoginOutcome::WrongCredentials).count();
        ensure!((right, wrong) == (1, 1), "{outcomes:?}");
        Ok(())
    })
}

pub(crate) fn rotation(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    for rotates in [false, true] {
        let with = json!({"revokeRefreshToken": rotates, "refreshTokenMaxReuse": 0});
        let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &with)?;
        let (route, adapters) = (&ground.route, Adapters::new()?);
        wait(async {
            let login = adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await;
            let Some(first) = granted(login)?.refresh_token else { bail!("no refresh token") };
            let next = adapters.manager.refresh(route, &first, adapters.soon()).await?;
            let Some(second) = next.refresh_token else { bail!("no second refresh token") };
            let again = adapters.manager.refresh(route, &first, adapters.soon()).await;
            let newest = adapters.manager.refresh(route, &second, adapters.soon()).await;
            let dead = |answer: &Result<_, _>| matches!(answer, Err(AuthError::SessionExpired));
            ensure!(dead(&again) == rotates, "{again:?}");
            ensure!(dead(&newest) == rotates, "the second use killed the session: {newest:?}");
            Ok(())
        })?;
    }
    Ok(())
}

pub(crate) fn lifespan(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    for limit in ["ssoSessionIdleTimeout", "ssoSessionMaxLifespan"] {
        let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({limit: 2}))?;
        let (route, adapters) = (&ground.route, Adapters::new()?);
        wait(async {
            let login = adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await;
            let Some(token) = granted(login)?.refresh_token else { bail!("no refresh token") };
            tokio::time::sleep(Duration::from_secs(3)).await;
            let over = adapters.manager.refresh(route, &token, adapters.soon()).await;
            ensure!(matches!(over, Err(AuthError::SessionExpired)), "{limit}: {over:?}");
            Ok(())
        })?;
    }
    Ok(())
}

/// The answer would come, but not in this turn. It is not asked for twice.
pub(crate) fn slow(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let adapters = Adapters::new()?;
    wait(async {
        let proxy = Proxy::start(server.base_url(), Duration::from_secs(60)).await?;
        let mut route = ground.route.clone();
        route.keycloak_url.clone_from(&proxy.url);
        let (began, limit) = (Instant::now(), Duration::from_millis(500));
        let login = adapters.manager.login(&route, &with_pin(PIN), adapters.within(limit)).await;
        let timed_out =
            matches!(&login, Err(AuthError::KeycloakUnavailable(Outage::TimedOut { .. })));
        ensure!(timed_out, "{login:?}");
        ensure!(began.elapsed() >= limit, "it waited as long as it may");
        ensure!(began.elapsed() < Duration::from_secs(30), "and not for the answer");
        ensure!(proxy.requests() == 1, "{}", proxy.requests());
        Ok(())
    })
}
