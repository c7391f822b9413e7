//! `get_service_token` with many callers, counted at a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use ivr_core::ports::{AuthError, ServiceTokenPort as _};

use super::server::{Answer, Server};
use super::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_cold_callers_are_one_request_and_ten_thousand_warm_ones_none() {
    let asking = Asking::new();
    let body = asking.service_body();
    let server = Server::start(move |_| Answer::json(200, body.clone()).slow(100)).await;
    let route = Arc::new(route(&server));
    let callers = (0..1000).map(|_| {
        let (tokens, route, within) = (asking.tokens.clone(), route.clone(), asking.within(5000));
        tokio::spawn(async move { tokens.get_service_token(&route, within).await.unwrap() })
    });
    let got: Vec<_> = join_all(callers).await.into_iter().map(Result::unwrap).collect();
    assert!(got.iter().all(|token| *token == got[0]));
    assert_eq!(server.count(), 1);
    for _ in 0..10_000 {
        asking.tokens.get_service_token(&route, asking.within(1000)).await.unwrap();
    }
    assert_eq!(server.count(), 1);
    let seen = &server.seen()[0];
    assert_eq!(seen.param("grant_type").as_deref(), Some("client_credentials"));
    assert_eq!(seen.param("client_id").as_deref(), Some("ivr-service"));
    let asked = asking.source.reads.lock().unwrap()[0].clone();
    assert_eq!((asked.0.as_str(), asked.1.as_str()), ("prod1", "qa"));
}

#[tokio::test]
async fn whoever_fetches_may_go_away() {
    let asking = Asking::new();
    let body = asking.service_body();
    let first = AtomicBool::new(true);
    let server = Server::start(move |_| {
        let slow = first.swap(false, Ordering::SeqCst);
        Answer::json(200, body.clone()).slow(if slow { 600_000 } else { 0 })
    })
    .await;
    let route = Arc::new(route(&server));
    let (tokens, leader_route) = (asking.tokens.clone(), route.clone());
    let within = asking.within(5000);
    let leader = tokio::spawn(async move { tokens.get_service_token(&leader_route, within).await });
    while server.count() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let waiting = (0..50).map(|_| {
        let (tokens, route) = (asking.tokens.clone(), route.clone());
        tokio::spawn(async move { tokens.get_service_token(&route, within).await.unwrap() })
    });
    let waiting: Vec<_> = waiting.collect();
    tokio::task::yield_now().await;
    leader.abort();
    for caller in waiting {
        caller.await.unwrap();
    }
    assert_eq!(server.count(), 2, "one that went away, one that did not");
}

#[tokio::test]
async fn a_caller_in_a_hurry_fails_itself_alone() {
    let asking = Asking::new();
    let body = asking.service_body();
    let first = AtomicBool::new(true);
    let server = Server::start(move |_| {
        let slow = first.swap(false, Ordering::SeqCst);
        Answer::json(200, body.clone()).slow(if slow { 600_000 } else { 0 })
    })
    .await;
    let route = route(&server);
    let hurried = asking.tokens.get_service_token(&route, asking.within(100));
    let patient = asking.tokens.get_service_token(&route, asking.within(5000));
    let (hurried, patient) = tokio::join!(hurried, patient);
    assert!(matches!(hurried, Err(AuthError::KeycloakUnavailable(_))));
    patient.unwrap();
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn an_outage_in_the_window_is_not_noticed_until_the_end() {
    let asking = Asking::new();
    let body = asking.service_body();
    let down = Arc::new(AtomicBool::new(false));
    let is_down = down.clone();
    let server = Server::start(move |_| {
        if is_down.load(Ordering::SeqCst) {
            Answer::problem(503, "", "")
        } else {
            Answer::json(200, body.clone())
        }
    })
    .await;
    let route = route(&server);
    let get = async || asking.tokens.get_service_token(&route, asking.within(2000)).await;
    let token = get().await.unwrap();
    down.store(true, Ordering::SeqCst);
    asking.clock.advance(280_000);
    assert_eq!(get().await.unwrap(), token);
    assert_eq!(server.count(), 2, "one tried");
    assert_eq!(get().await.unwrap(), token);
    assert_eq!(server.count(), 2, "and the failure is remembered for a second");
    asking.clock.advance(1000);
    assert_eq!(get().await.unwrap(), token);
    assert_eq!(server.count(), 3);
    asking.clock.advance(19_000);
    assert!(matches!(get().await, Err(AuthError::KeycloakUnavailable(_))), "now it is over");
    down.store(false, Ordering::SeqCst);
    assert!(get().await.is_err(), "remembered");
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn two_clusters_with_a_realm_of_one_name_have_a_token_each() {
    let asking = Asking::new();
    let (one, two) = (service_body(1_800_000_300), service_body(1_800_000_299));
    let one = Server::start(move |_| Answer::json(200, one.clone())).await;
    let two = Server::start(move |_| Answer::json(200, two.clone())).await;
    let (to_one, to_two) = (route(&one), route(&two));
    assert_eq!(to_one.keycloak_realm, to_two.keycloak_realm);
    for _ in 0..3 {
        let first = asking.tokens.get_service_token(&to_one, asking.within(1000)).await.unwrap();
        let second = asking.tokens.get_service_token(&to_two, asking.within(1000)).await.unwrap();
        assert_ne!(first, second);
    }
    assert_eq!((one.count(), two.count()), (1, 1));
}

#[tokio::test]
async fn the_number_of_realms_is_bounded() {
    let asking = Asking::new();
    let body = asking.service_body();
    let served = Arc::new(AtomicUsize::new(0));
    let counted = served.clone();
    let server = Server::start(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Answer::json(200, body.clone())
    })
    .await;
    let settings = crate::adapters::keycloak::ServiceSettings { realms: 5, ..Default::default() };
    let tokens = crate::adapters::keycloak::ServiceTokens::new(asking.endpoint.clone(), settings);
    for n in 0..50 {
        let mut route = route(&server);
        route.keycloak_realm = format!("realm-{n}");
        tokens.get_service_token(&route, asking.within(1000)).await.unwrap();
    }
    assert_eq!(served.load(Ordering::SeqCst), 50);
    assert!(tokens.kept() <= 5, "{}", tokens.kept());
}

#[tokio::test]
async fn the_earlier_of_two_clocks_counts() {
    // exp says an hour, expires_in five minutes: the server's clock is ahead of ours.
    let asking = Asking::new();
    let body = service_body(1_800_003_600);
    let server = Server::start(move |_| Answer::json(200, body.clone())).await;
    let route = route(&server);
    asking.tokens.get_service_token(&route, asking.within(1000)).await.unwrap();
    asking.clock.advance(269_000);
    asking.tokens.get_service_token(&route, asking.within(1000)).await.unwrap();
    assert_eq!(server.count(), 1);
    asking.clock.advance(2_000);
    asking.tokens.get_service_token(&route, asking.within(1000)).await.unwrap();
    assert_eq!(server.count(), 2);
}
