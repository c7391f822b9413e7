//! Two secrets (DECISIONS 58).

use std::sync::Arc;
use std::sync::Mutex;

use ivr_core::ports::{AuthError, AuthPort as _, LoginOutcome, ServiceTokenPort as _};

use super::server::{Answer, Server};
use super::support::*;
use crate::adapters::keycloak::{RefreshReuse, TokenManager};

/// A realm that knows one secret, which can be changed.
async fn realm(knows: &'static str) -> (Server, Arc<Mutex<&'static str>>) {
    let known = Arc::new(Mutex::new(knows));
    let now = known.clone();
    let server = Server::start(move |seen| {
        if seen.param("client_secret").as_deref() != Some(*now.lock().unwrap()) {
            let description = "Invalid client or Invalid client credentials";
            return Answer::problem(401, "unauthorized_client", description);
        }
        match seen.param("grant_type").as_deref() {
            Some("password") => {
                let claims = voter_claims(&route_to("http://kc.test"));
                Answer::json(200, voter_body(&claims, None))
            }
            // Dead at once: every caller fetches.
            _ => Answer::json(200, service_body(1_800_000_000)),
        }
    })
    .await;
    (server, known)
}

#[tokio::test]
async fn a_realm_that_was_not_rotated_yet_knows_the_previous_one_and_is_remembered() {
    let (server, _) = realm("old").await;
    let asking = Asking::with(Source::of([("new", Some("old"))]));
    let route = route(&server);
    let get = async || asking.tokens.get_service_token(&route, asking.within(2000)).await;
    get().await.unwrap();
    assert_eq!(server.count(), 2, "current, previous");
    get().await.unwrap();
    assert_eq!(server.count(), 3, "the one that worked");
    let login = TokenManager::new(asking.endpoint.clone(), RefreshReuse::Careful)
        .login(&route, &credentials(), asking.within(2000))
        .await;
    assert!(matches!(login, Ok(LoginOutcome::Granted(_))), "{login:?}");
    assert_eq!(server.count(), 5, "the other client finds out for itself");
}

#[tokio::test]
async fn a_rotation_is_noticed_at_the_first_refusal() {
    let (server, known) = realm("old").await;
    let asking = Asking::with(Source::of([("old", None), ("new", Some("old"))]));
    let route = route(&server);
    let get = async || asking.tokens.get_service_token(&route, asking.within(2000)).await;
    get().await.unwrap();
    *known.lock().unwrap() = "new";
    asking.clock.advance(10_000);
    get().await.unwrap();
    assert_eq!(asking.source.reads(), 2);
    let sent: Vec<_> = server.seen().iter().filter_map(|s| s.param("client_secret")).collect();
    assert_eq!(sent, ["old", "old", "new"]);
}

#[tokio::test]
async fn the_source_is_read_at_most_once_in_ten_seconds() {
    let (server, _) = realm("something else").await;
    let asking = Asking::with(Source::of([("wrong", None)]));
    let route = route(&server);
    for _ in 0..5 {
        let refused = asking.tokens.get_service_token(&route, asking.within(2000)).await;
        assert!(matches!(refused, Err(AuthError::ConfigurationError(_))), "{refused:?}");
    }
    assert_eq!((server.count(), asking.source.reads()), (1, 1), "remembered for ten seconds");
    let manager = TokenManager::new(asking.endpoint.clone(), RefreshReuse::Careful);
    for _ in 0..5 {
        let _ = manager.login(&route, &credentials(), asking.within(2000)).await;
    }
    assert_eq!(asking.source.reads(), 2, "the other client's, once");
    asking.clock.advance(10_000);
    for _ in 0..5 {
        let _ = manager.login(&route, &credentials(), asking.within(2000)).await;
    }
    assert_eq!(asking.source.reads(), 3);
}

#[tokio::test]
async fn nothing_else_has_the_secret_read_again() {
    for (status, error, description) in [
        (401, "invalid_client", "Invalid client or Invalid client credentials"),
        (401, "unauthorized_client", "Client not enabled to retrieve service account"),
        (403, "access_denied", "Realm not enabled"),
        (503, "", ""),
    ] {
        let server = Server::start(move |_| Answer::problem(status, error, description)).await;
        let asking = Asking::with(Source::of([("new", Some("old"))]));
        asking.clock.advance(60_000);
        let got = asking.tokens.get_service_token(&route(&server), asking.within(2000)).await;
        assert!(got.is_err());
        assert_eq!((server.count(), asking.source.reads()), (1, 1), "{status} {error}");
    }
}
