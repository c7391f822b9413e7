//! PINs, dates of birth, secrets and tokens, sent into answers that throw them back: found nowhere.

use ivr_core::ports::{
    AuthError, AuthPort as _, Credential, IvrConfigPort as _, ServiceToken, ServiceTokenPort as _,
};
use ivr_core::secret::Secret;

use super::server::{Answer, Seen, Server};
use super::support::*;
use crate::adapters::http::Reply;
use crate::adapters::keycloak::{
    CachePolicy, KeycloakIvrConfig, MemoryRealmCache, RefreshReuse, TokenManager, Verifier,
};

const CANARIES: &[&str] = &[
    "47114711",
    "19800102",
    "canary-secret",
    "canary-refresh",
    "canary.service.token-of-some-length",
    // As they look in a form, in base64, in a token.
    "canary%2Drefresh",
    "Y2FuYXJ5",
];

fn assert_clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}

/// Everything of the request, thrown back.
fn echo(seen: &Seen) -> String {
    format!("{} {} {:?} {}", seen.method, seen.path, seen.authorization, seen.body)
}

type Thrower = fn(&Seen) -> Answer;

const THROWERS: &[Thrower] = &[
    |seen| Answer::new(502, "text/html", format!("<html>{}</html>", echo(seen))),
    |seen| Answer::new(401, "text/html", format!("<html>{}</html>", echo(seen))),
    |seen| Answer::problem(400, &echo(seen), &echo(seen)),
    |seen| Answer::problem(401, "invalid_grant", &echo(seen)),
    |seen| Answer::problem(400, "invalid_scope", &format!("Invalid scopes: {}", echo(seen))),
    |seen| Answer::problem(500, "code", &echo(seen)),
    |seen| Answer::json(200, format!(r#"{{"access_token":"{}"#, echo(seen))),
    |seen| {
        let body = serde_json::json!({"access_token": echo(seen), "token_type": "Bearer",
            "refresh_token": echo(seen)});
        Answer::json(200, body.to_string())
    },
    |seen| {
        let claims =
            serde_json::json!({"exp": 1_800_000_300, "iss": echo(seen), "azp": echo(seen)});
        Answer::json(200, voter_body(&claims, Some("canary-refresh")))
    },
    |seen| Answer::new(200, "", echo(seen)),
    |seen| {
        let mut answer = Answer::json(200, echo(seen));
        answer.withheld = 100;
        answer
    },
    |seen| {
        let mut answer = Answer::new(307, "", echo(seen));
        answer.headers = "Location: http://127.0.0.1:1/canary-secret\r\n".to_owned();
        answer
    },
];

fn all_of(result: Result<impl std::fmt::Debug, AuthError>) -> String {
    match result {
        Ok(fine) => format!("{fine:?} {fine:#?}"),
        Err(error) => everything(&error),
    }
}

#[tokio::test]
async fn whatever_is_thrown_back_is_dropped() {
    for thrower in THROWERS {
        let server = Server::start(thrower).await;
        let asking = Asking::with(Source::of([("canary-secret", Some("canary-secret-2"))]));
        let route = route(&server);
        let manager = TokenManager::new(asking.endpoint.clone(), RefreshReuse::Careful);
        let keyed = [
            Credential::new("username", "12345678".into()),
            Credential::new("password", "47114711".into()),
            Credential::new("dob", "19800102".into()),
        ];
        assert_clean(&all_of(manager.login(&route, &keyed, asking.within(2000)).await));
        let refresh = Secret::new("canary-refresh".to_owned());
        assert_clean(&all_of(manager.refresh(&route, &refresh, asking.within(2000)).await));
        assert_clean(&all_of(manager.logout(&route, &refresh, asking.within(2000)).await));
        let service = asking.tokens.get_service_token(&route, asking.within(2000)).await;
        assert_clean(&all_of(service));
        let probe = asking.endpoint.probe_voting(&route, asking.within(2000)).await;
        match probe {
            Ok(probe) => assert_clean(&format!("{probe:?}")),
            Err(error) => assert_clean(&everything(&error)),
        }
        let config = KeycloakIvrConfig::new(
            asking.http.clone(),
            asking.tokens.clone(),
            std::sync::Arc::new(MemoryRealmCache::new(1)),
            CachePolicy::Off,
        );
        let token = ServiceToken(Secret::new("canary.service.token-of-some-length".to_owned()));
        match config.auth_steps(&route, &token, asking.within(2000)).await {
            Ok(steps) => assert_clean(&format!("{steps:?}")),
            Err(error) => assert_clean(&everything(&error)),
        }
        let jwks = url::Url::parse(&server.url).unwrap();
        let verifier = Verifier::new(asking.http.clone(), jwks, Default::default());
        let bad = jwt(&serde_json::json!({"a": "canary-secret"}));
        match verifier.verify("x", &bad, asking.within(2000)).await {
            Ok(verified) => assert_clean(&format!("{verified:?}")),
            Err(error) => assert_clean(&everything(&error)),
        }
        assert_clean(&format!(
            "{manager:?} {config:?} {verifier:?} {:?} {:?} {:?} {keyed:?} {token:?}",
            asking.endpoint, asking.tokens, asking.http
        ));
        assert!(server.count() >= 4, "the server was asked");
    }
}

#[test]
fn an_answers_debug_shows_its_length() {
    let reply = Reply { status: 200, content_type: "x".into(), body: b"canary-secret".to_vec() };
    assert_eq!(format!("{reply:?}"), "Reply { status: 200, body_bytes: 13, .. }");
}

#[tokio::test]
async fn nothing_listens_and_nothing_leaks() {
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let asking = Asking::with(Source::of([("canary-secret", None)]));
    let manager = TokenManager::new(asking.endpoint.clone(), RefreshReuse::Careful);
    for url in [closed.as_str(), "http://canary-secret.invalid", "no url", "http://[::"] {
        let login = manager.login(&route_to(url), &credentials(), asking.within(3000)).await;
        let error = login.unwrap_err();
        assert_clean(&everything(&error));
        if url == closed {
            assert!(everything(&error).contains("connection refused"), "{}", everything(&error));
        }
    }
}

/// What a panic prints is the `Debug` of whatever was at hand.
#[tokio::test]
async fn a_panic_shows_nothing() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let server = Server::start(|_| {
        let mut claims = voter_claims(&route_to("http://keycloak.invalid"));
        claims["sid"] = "canary-secret".into();
        Answer::json(200, voter_body(&claims, Some("canary-refresh")))
    })
    .await;
    let asking = Asking::with(Source::of([("canary-secret", None)]));
    let manager = TokenManager::new(asking.endpoint.clone(), RefreshReuse::Careful);
    let keyed = vec![
        Credential::new("username", "12345678".into()),
        Credential::new("password", "47114711".into()),
    ];
    let login = manager.login(&route(&server), &keyed, asking.within(2000)).await;
    assert!(login.is_ok(), "{login:?}");
    let panics: [Box<dyn FnOnce()>; 3] = [
        Box::new(|| drop(login.expect_err("no login"))),
        Box::new(|| assert!(keyed.is_empty(), "{keyed:?}")),
        Box::new(|| panic!("{manager:?} {:?}", asking.tokens)),
    ];
    for panic in panics {
        let payload = catch_unwind(AssertUnwindSafe(panic)).expect_err("it panics");
        let message = payload.downcast_ref::<String>().expect("a message");
        assert!(!message.is_empty());
        assert_clean(message);
    }
}
