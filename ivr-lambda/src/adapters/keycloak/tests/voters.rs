//! [`TokenManager`]: logins, refreshes, logouts.

use ivr_core::ports::{AuthError, AuthPort as _, Credential, LoginOutcome, Outage};
use ivr_core::secret::Secret;
use serde_json::{Value, json};

use super::server::{Answer, Server};
use super::support::*;
use crate::adapters::keycloak::{RefreshReuse, TokenManager};

fn manager(asking: &Asking, reuse: RefreshReuse) -> TokenManager {
    TokenManager::new(asking.endpoint.clone(), reuse)
}

fn refresh_token() -> Secret<String> {
    Secret::new("the-refresh-token".to_owned())
}

#[tokio::test]
async fn a_login_sends_every_credential_once_and_reads_the_claims() {
    let server = Server::start(|_| {
        Answer::json(200, voter_body(&voter_claims(&route_to("http://kc.test")), Some("r1")))
    })
    .await;
    let asking = Asking::new();
    let mut keyed = credentials();
    keyed.push(Credential::new("dob", "01021980".into()));
    let login = manager(&asking, RefreshReuse::Careful)
        .login(&route(&server), &keyed, asking.within(4000))
        .await;
    let Ok(LoginOutcome::Granted(tokens)) = login else { panic!("{login:?}") };
    assert_eq!(tokens.claims.expires_at, 1_800_000_300, "exp, not expires_in");
    assert_eq!(tokens.claims.tenant_id, Some(TENANT));
    assert_eq!(tokens.refresh_token, Some(Secret::new("r1".to_owned())));
    let [seen] = server.seen().try_into().ok().unwrap();
    assert_eq!(seen.method, "POST");
    assert!(seen.path.ends_with("/protocol/openid-connect/token"), "{}", seen.path);
    for (name, value) in [
        ("grant_type", "password"),
        ("client_id", "ivr-voting"),
        ("client_secret", SECRET),
        ("username", "12345678"),
        ("password", PIN),
        ("dob", "01021980"),
    ] {
        assert_eq!(seen.param(name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_flow_without_a_password_step_gets_an_empty_one() {
    let server = Server::start(|_| {
        Answer::json(200, voter_body(&voter_claims(&route_to("http://kc.test")), None))
    })
    .await;
    let asking = Asking::new();
    let keyed =
        [Credential::new("username", "12345678".into()), Credential::new("dob", "01021980".into())];
    let login = manager(&asking, RefreshReuse::Careful)
        .login(&route(&server), &keyed, asking.within(4000))
        .await;
    assert!(matches!(login, Ok(LoginOutcome::Granted(_))), "{login:?}");
    assert_eq!(server.seen()[0].param("password").as_deref(), Some(""));
}

#[tokio::test]
async fn a_step_cannot_be_a_parameter_of_the_protocol_and_nothing_is_sent() {
    let server = Server::start(|_| Answer::json(200, "{}")).await;
    let asking = Asking::new();
    for keyed in [
        vec![Credential::new("password", PIN.into())],
        vec![Credential::new("username", "1".into()), Credential::new("scope", PIN.into())],
        vec![Credential::new("username", "1".into()), Credential::new("client_id", PIN.into())],
        vec![Credential::new("username", "1".into()), Credential::new("username", PIN.into())],
    ] {
        let login = manager(&asking, RefreshReuse::Careful)
            .login(&route(&server), &keyed, asking.within(4000))
            .await;
        assert!(matches!(&login, Err(AuthError::ConfigurationError(_))), "{login:?}");
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_claim_that_harvest_needs_and_is_missing_is_named() {
    for name in [
        "exp",
        "iat",
        "jti",
        "iss",
        "sub",
        "typ",
        "azp",
        "acr",
        "scope",
        "allowed-origins",
        "email_verified",
        "auth_time",
        "https://hasura.io/jwt/claims",
    ] {
        assert_named(name, |claims| {
            claims.as_object_mut().unwrap().remove(name);
        })
        .await;
    }
    for name in [
        "x-hasura-default-role",
        "x-hasura-tenant-id",
        "x-hasura-user-id",
        "x-hasura-allowed-roles",
        "authorized-election-ids",
    ] {
        assert_named(name, |claims| {
            claims["https://hasura.io/jwt/claims"].as_object_mut().unwrap().remove(name);
        })
        .await;
    }
    let hasura = "https://hasura.io/jwt/claims";
    assert_named("x-hasura-area-id", |c| c[hasura]["x-hasura-area-id"] = json!("area 1")).await;
    assert_named("authorized-election-ids", |c| {
        c[hasura]["authorized-election-ids"] = json!(["mayor-2026"]);
    })
    .await;
    assert_named("role `user`", |c| c[hasura]["x-hasura-allowed-roles"] = json!(["admin"])).await;
    assert_named("auth_time", |c| c["auth_time"] = json!("1800000000")).await;
}

async fn assert_named(name: &str, change: impl FnOnce(&mut Value)) {
    let mut claims = voter_claims(&route_to("http://kc.test"));
    change(&mut claims);
    let body = voter_body(&claims, None);
    let server = Server::start(move |_| Answer::json(200, body.clone())).await;
    let asking = Asking::new();
    let login = manager(&asking, RefreshReuse::Careful)
        .login(&route(&server), &credentials(), asking.within(4000))
        .await;
    let Err(AuthError::ConfigurationError(detail)) = login else { panic!("{name}: {login:?}") };
    assert!(detail.contains(name), "{name}: {detail}");
}

#[tokio::test]
async fn a_voter_without_an_area_is_the_engines_matter() {
    let mut claims = voter_claims(&route_to("http://kc.test"));
    let hasura = claims["https://hasura.io/jwt/claims"].as_object_mut().unwrap();
    hasura.remove("x-hasura-area-id");
    let body = voter_body(&claims, None);
    let server = Server::start(move |_| Answer::json(200, body.clone())).await;
    let asking = Asking::new();
    let login = manager(&asking, RefreshReuse::Careful)
        .login(&route(&server), &credentials(), asking.within(4000))
        .await;
    let Ok(LoginOutcome::Granted(tokens)) = login else { panic!("{login:?}") };
    assert_eq!(tokens.claims.area_id, None);
}

#[tokio::test]
async fn a_login_without_an_answer_is_not_repeated() {
    let slow = Server::start(|_| Answer::json(200, "{}").slow(600_000)).await;
    let broken = Server::start(|_| Answer::problem(503, "", "")).await;
    let asking = Asking::new();
    for (server, reuse) in [(&slow, RefreshReuse::Allowed), (&broken, RefreshReuse::Allowed)] {
        let login = manager(&asking, reuse)
            .login(&route(server), &credentials(), asking.within(1000))
            .await;
        assert!(matches!(&login, Err(AuthError::KeycloakUnavailable(_))), "{login:?}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_refresh_is_repeated_once_and_only_where_reuse_is_allowed() {
    for (reuse, times) in [(RefreshReuse::Careful, 1), (RefreshReuse::Allowed, 2)] {
        let server = Server::start(|_| Answer::problem(502, "", "")).await;
        let asking = Asking::new();
        let refreshed = manager(&asking, reuse)
            .refresh(&route(&server), &refresh_token(), asking.within(4000))
            .await;
        assert!(matches!(&refreshed, Err(AuthError::KeycloakUnavailable(_))), "{refreshed:?}");
        assert_eq!(server.count(), times, "{reuse:?}");
        assert_eq!(server.seen()[0].param("refresh_token").as_deref(), Some("the-refresh-token"));
    }
    // What the server answered stands, wherever it is.
    let server = Server::start(|_| {
        Answer::problem(400, "invalid_grant", "Maximum allowed refresh token reuse exceeded")
    })
    .await;
    let asking = Asking::new();
    let refreshed = manager(&asking, RefreshReuse::Allowed)
        .refresh(&route(&server), &refresh_token(), asking.within(4000))
        .await;
    assert!(matches!(&refreshed, Err(AuthError::SessionExpired)), "{refreshed:?}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_refresh_brings_the_newest_refresh_token_or_none() {
    for newest in [Some("r2"), None] {
        let body = voter_body(&voter_claims(&route_to("http://kc.test")), newest);
        let server = Server::start(move |_| Answer::json(200, body.clone())).await;
        let asking = Asking::new();
        let tokens = manager(&asking, RefreshReuse::Careful)
            .refresh(&route(&server), &refresh_token(), asking.within(4000))
            .await
            .unwrap();
        assert_eq!(tokens.refresh_token, newest.map(|token| Secret::new(token.to_owned())));
    }
}

#[tokio::test]
async fn a_logout_ends_the_session_and_may_find_it_ended() {
    for answer in
        [Answer::new(204, "", ""), Answer::problem(400, "invalid_grant", "Session not active")]
    {
        let server = Server::start(move |_| answer.clone()).await;
        let asking = Asking::new();
        manager(&asking, RefreshReuse::Careful)
            .logout(&route(&server), &refresh_token(), asking.within(300))
            .await
            .unwrap();
        let seen = &server.seen()[0];
        assert!(seen.path.ends_with("/protocol/openid-connect/logout"));
        assert_eq!(seen.param("client_id").as_deref(), Some("ivr-voting"));
        assert_eq!(seen.param("client_secret").as_deref(), Some(SECRET));
        assert_eq!(seen.param("refresh_token").as_deref(), Some("the-refresh-token"));
    }
}

#[tokio::test]
async fn an_answer_after_the_deadline_is_none() {
    let server = Server::start(|_| Answer::problem(401, "invalid_grant", "x").slow(60_000)).await;
    let asking = Asking::new();
    let manager = manager(&asking, RefreshReuse::Careful);
    let login = manager.login(&route(&server), &credentials(), asking.within(150)).await;
    let Err(AuthError::KeycloakUnavailable(Outage::TimedOut { .. })) = login else {
        panic!("{login:?}")
    };
    // With nothing left nothing is sent.
    let login = manager.login(&route(&server), &credentials(), asking.within(0)).await;
    assert!(matches!(login, Err(AuthError::KeycloakUnavailable(Outage::TimedOut { .. }))));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = Server::start(|_| Answer::json(200, "{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/token\r\n", elsewhere.url);
        let server = Server::start(move |_| {
            let mut answer = Answer::new(status, "", "");
            answer.headers = location.clone();
            answer
        })
        .await;
        let asking = Asking::new();
        let login = manager(&asking, RefreshReuse::Careful)
            .login(&route(&server), &credentials(), asking.within(4000))
            .await;
        assert!(matches!(&login, Err(AuthError::ConfigurationError(_))), "{status}: {login:?}");
    }
    assert_eq!(elsewhere.count(), 0);
}
