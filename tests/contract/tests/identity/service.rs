//! The service's own tokens, and rotations.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use contract::admin::Admin;
use futures_util::future::join_all;
use ivr_core::ports::{AuthError, AuthPort as _, LoginOutcome, ServiceTokenPort as _};
use ivr_lambda::adapters::keycloak::{Realm, Refused, Verifier, VerifyError, VotingProbe};
use serde_json::json;
use test_servers::keycloak::Keycloak;

use crate::ground::*;
use crate::proxy::Proxy;

pub(crate) fn callers(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let adapters = Arc::new(Adapters::new()?);
    wait(async {
        let proxy = Proxy::start(server.base_url(), Duration::from_millis(100)).await?;
        let mut route = ground.route.clone();
        route.keycloak_url.clone_from(&proxy.url);
        let route = Arc::new(route);
        let cold = (0..1000).map(|_| {
            let (adapters, route) = (adapters.clone(), route.clone());
            tokio::spawn(
                async move { adapters.tokens.get_service_token(&route, adapters.soon()).await },
            )
        });
        for caller in join_all(cold).await {
            caller??;
        }
        let cold = proxy.requests();
        for _ in 0..10_000 {
            adapters.tokens.get_service_token(&route, adapters.soon()).await?;
        }
        let warm = proxy.requests() - cold;
        ensure!((cold, warm) == (1, 0), "{cold} for 1,000 cold callers, {warm} for 10,000 warm");
        Ok(())
    })
}

pub(crate) fn secret_rotation(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    wait(async {
        let login = async || adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await;
        ensure!(matches!(login().await?, LoginOutcome::Granted(_)));
        adapters.tokens.get_service_token(route, adapters.soon()).await?;

        // The source is first, the realm follows.
        let pair = |new: &str, old: &str| (new.to_owned(), Some(old.to_owned()));
        *adapters.secrets.voting.lock().map_err(|_| anyhow::anyhow!("lock"))? =
            pair("new voting", SECRET);
        *adapters.secrets.service.lock().map_err(|_| anyhow::anyhow!("lock"))? =
            pair("new service", SERVICE_SECRET);
        adapters.clock.by(400);
        ensure!(matches!(login().await?, LoginOutcome::Granted(_)), "the realm knows the old one");
        ground.change_client("ivr-voting", &json!({"secret": "new voting"}))?;
        ground.change_client("ivr-service", &json!({"secret": "new service"}))?;
        ensure!(matches!(login().await?, LoginOutcome::Granted(_)), "and now the new one");
        adapters.tokens.get_service_token(route, adapters.soon()).await?;
        Ok(())
    })
}

pub(crate) fn key_rotation(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    let jwks = Realm::of(route).jwks_url().context("no URL")?;
    let verifier = Verifier::new(adapters.http.clone(), jwks, Default::default());
    wait(async {
        let issuer = route.issuer();
        let old = adapters.tokens.get_service_token(route, adapters.soon()).await?;
        let verified = verifier.verify(&issuer, old.0.expose(), adapters.soon()).await?;
        ensure!(verified.authorized_party == "ivr-service");
        let key = json!({"name": "newer", "providerId": "rsa-generated",
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": ["200"], "algorithm": ["RS256"], "keySize": ["2048"]}});
        admin.post(&ground.path("/components"), &key)?;
        adapters.tokens.forget(route, &old);
        let new = adapters.tokens.get_service_token(route, adapters.soon()).await?;
        let header = |token: &str| token.split('.').next().map(str::to_owned);
        ensure!(header(new.0.expose()) != header(old.0.expose()), "signed with the newer key");
        adapters.clock.by(31);
        for token in [&new, &old] {
            verifier.verify(&issuer, token.0.expose(), adapters.soon()).await?;
        }
        let other = verifier.verify("http://127.0.0.1/realms/x", new.0.expose(), adapters.soon());
        ensure!(other.await == Err(VerifyError::Refused(Refused::Issuer)));
        Ok(())
    })
}

pub(crate) fn misconfigured(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let probe = || {
        let adapters = Adapters::new()?;
        wait(async { Ok(adapters.endpoint.probe_voting(&ground.route, adapters.soon()).await?) })
    };
    ensure!(probe()? == VotingProbe::Ready);
    ground.change_client("ivr-voting", &json!({"directAccessGrantsEnabled": false}))?;
    let VotingProbe::Refused(why) = probe()? else { anyhow::bail!("ready without the grant") };
    ensure!(why.contains("Client not allowed for direct access grants"), "{why}");

    let adapters = Adapters::new()?;
    wait(async {
        let mut nowhere = ground.route.clone();
        nowhere.keycloak_realm = "no-such-realm".to_owned();
        let refused = adapters.tokens.get_service_token(&nowhere, adapters.soon()).await;
        let Err(AuthError::ConfigurationError(detail)) = refused else {
            anyhow::bail!("{refused:?}")
        };
        ensure!(
            detail.contains("no-such-realm") && detail.contains("Realm does not exist"),
            "{detail}"
        );

        // Another process, which reads the secret now.
        let adapters = Adapters::new()?;
        *adapters.secrets.service.lock().map_err(|_| anyhow::anyhow!("lock"))? =
            ("wrong".to_owned(), None);
        let refused = adapters.tokens.get_service_token(&ground.route, adapters.soon()).await;
        let Err(AuthError::ConfigurationError(detail)) = refused else {
            anyhow::bail!("{refused:?}")
        };
        ensure!(detail.contains("unauthorized_client") && !detail.contains("wrong"), "{detail}");
        Ok(())
    })
}
