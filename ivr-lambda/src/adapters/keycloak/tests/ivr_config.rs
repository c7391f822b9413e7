//! [`KeycloakIvrConfig`]: what a realm asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use ivr_core::ports::{
    AuthStep, IvrConfigError, IvrConfigPort as _, Outage, ServiceToken, ServiceTokenPort as _,
};
use ivr_core::secret::Secret;

use super::server::{Answer, Seen, Server};
use super::support::*;
use crate::adapters::keycloak::{CachePolicy, KeycloakIvrConfig, MemoryRealmCache};

const STEPS: &str = r##"{"steps":[
  {"field":"voter_id","max_digits":8,"terminator":"#","maps_to":"username"},
  {"field":"pin","max_digits":8,"terminator":"#","maps_to":"password"}]}"##;

fn port(asking: &Asking, policy: CachePolicy) -> KeycloakIvrConfig {
    let cache = Arc::new(MemoryRealmCache::new(10));
    KeycloakIvrConfig::new(asking.http.clone(), asking.tokens.clone(), cache, policy)
}

fn token() -> ServiceToken {
    ServiceToken(Secret::new("eyJ.a-service-token-as-the-engine-got-it.sig".to_owned()))
}

/// A server whose /ivr-config is the test's and whose token endpoint works.
async fn realm(steps: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Server {
    Server::start(move |seen| {
        if seen.path.ends_with("/ivr-config") {
            steps(seen)
        } else {
            Answer::json(200, service_body(1_800_000_300))
        }
    })
    .await
}

async fn ask(answer: Answer) -> Result<Vec<AuthStep>, IvrConfigError> {
    let server = realm(move |_| answer.clone()).await;
    let asking = Asking::new();
    port(&asking, CachePolicy::Off).auth_steps(&route(&server), &token(), asking.within(2000)).await
}

#[tokio::test]
async fn the_steps_are_read_with_the_token_of_the_service() {
    let server = realm(|_| Answer::json(200, STEPS)).await;
    let asking = Asking::new();
    let steps = port(&asking, CachePolicy::Off)
        .auth_steps(&route(&server), &token(), asking.within(2000))
        .await
        .unwrap();
    let fields: Vec<_> = steps.iter().map(|step| step.field.as_str()).collect();
    assert_eq!(fields, ["voter_id", "pin"]);
    let seen = &server.seen()[0];
    assert_eq!(seen.method, "GET");
    let bearer = format!("Bearer {}", token().0.expose());
    assert_eq!(seen.authorization.as_deref(), Some(bearer.as_str()));
}

#[tokio::test]
async fn what_the_realm_complains_of_is_the_operators() {
    let problem =
        r#"{"code":"unknown_authenticator","message":"'poc-dob' at ivr direct grant / 2"}"#;
    for (answer, says) in [
        (Answer::json(500, problem), "unknown_authenticator: 'poc-dob' at ivr direct grant / 2"),
        (Answer::json(403, r#"{"error":"forbidden"}"#), "HTTP 403 from /ivr-config: forbidden"),
        (Answer::json(404, r#"{"error":"Realm does not exist"}"#), "Realm does not exist"),
        (Answer::new(404, "text/html", "<html>"), "is the extension installed?"),
        (Answer::json(200, r#"{"steps":[]}"#), "asks for no credential"),
        (Answer::new(200, "text/html", STEPS), "did not answer JSON"),
        (Answer::new(302, "", ""), "HTTP 302"),
    ] {
        let answer = ask(answer).await;
        let Err(IvrConfigError::Unusable { detail }) = answer else { panic!("{answer:?}") };
        assert!(detail.contains(says), "{says}: {detail}");
        assert!(detail.contains(&EVENT.to_string()), "names the realm: {detail}");
    }
}

#[tokio::test]
async fn failures_of_the_server_are_outages() {
    let unknown = r#"{"error":"unknown_error","error_description":"For more on this error consult the server log."}"#;
    for answer in [
        Answer::json(500, unknown),
        Answer::new(502, "text/html", "<html>"),
        Answer::json(503, r#"{"error":"busy"}"#),
        Answer::new(429, "", ""),
    ] {
        let answer = ask(answer).await;
        let outage = matches!(&answer, Err(IvrConfigError::Outage(Outage::Unavailable { .. })));
        assert!(outage, "{answer:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_once_anew() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let server = realm(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::json(401, r#"{"error":"unauthorized"}"#),
        _ => Answer::json(200, STEPS),
    })
    .await;
    let asking = Asking::new();
    let route = route(&server);
    let old = asking.tokens.get_service_token(&route, asking.within(2000)).await.unwrap();
    let steps = port(&asking, CachePolicy::Off).auth_steps(&route, &old, asking.within(2000)).await;
    assert_eq!(steps.unwrap().len(), 2);
    assert_eq!(server.count(), 4, "token, 401, token, steps");

    let server = realm(|_| Answer::json(401, r#"{"error":"unauthorized"}"#)).await;
    let asking = Asking::new();
    let refused = port(&asking, CachePolicy::Off)
        .auth_steps(&super::support::route(&server), &token(), asking.within(2000))
        .await;
    assert!(matches!(refused, Err(IvrConfigError::Unusable { .. })), "{refused:?}");
    assert_eq!(server.count(), 3, "once");
}

#[tokio::test]
async fn steps_are_kept_for_their_time_and_0_keeps_nothing() {
    let ttl = CachePolicy::For(TimeDelta::seconds(300));
    for (policy, after_four) in [(ttl, 2), (CachePolicy::Off, 4)] {
        let server = realm(|_| Answer::json(200, STEPS)).await;
        let asking = Asking::new();
        let port = port(&asking, policy);
        let route = route(&server);
        for advance in [0, 299_000, 1_000, 0] {
            asking.clock.advance(advance);
            port.auth_steps(&route, &token(), asking.within(2000)).await.unwrap();
        }
        assert_eq!(server.count(), after_four, "{policy:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_not_kept() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let server = realm(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::json(200, r#"{"steps":[]}"#),
        _ => Answer::json(200, STEPS),
    })
    .await;
    let asking = Asking::new();
    let port = port(&asking, CachePolicy::default());
    assert!(port.auth_steps(&route(&server), &token(), asking.within(2000)).await.is_err());
    assert!(port.auth_steps(&route(&server), &token(), asking.within(2000)).await.is_ok());
}
