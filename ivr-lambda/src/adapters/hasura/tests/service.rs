//! A token of the service that is refused: another, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ivr_core::ports::{CallStage, Deadline, ServiceToken};
use ivr_core::route::Route;

use super::server::Server;
use super::support::*;
use crate::adapters::hasura::RenewToken;

/// Gives `fresh`, or nothing.
struct Renewal {
    fresh: Option<&'static str>,
    asked: AtomicUsize,
}

#[async_trait]
impl RenewToken for Renewal {
    async fn renew(
        &self,
        _route: &Route,
        refused: &ServiceToken,
        _within: Deadline,
    ) -> Option<ServiceToken> {
        assert_eq!(refused.0.expose(), SERVICE);
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.fresh.map(|text| ServiceToken(token(text)))
    }
}

fn renewal(fresh: Option<&'static str>) -> Arc<Renewal> {
    Arc::new(Renewal { fresh, asked: AtomicUsize::new(0) })
}

/// A server that accepts this token alone.
async fn accepting(good: &'static str, refusal: &'static str) -> Server {
    Server::start(move |seen| {
        if seen.authorization.as_deref() == Some(&format!("Bearer {good}")) {
            well(seen)
        } else {
            error("invalid-jwt", refusal, "$")
        }
    })
    .await
}

const EXPIRED: &str = "Could not verify JWT: JWTExpired";
const ROTATED: &str = "Could not verify JWT: JWSError JWSInvalidSignature";
const WRONG: &str = "Could not verify JWT: JWTNotInAudience";

#[tokio::test]
async fn one_that_expired_or_was_rotated_away_is_replaced() {
    for refusal in [EXPIRED, ROTATED] {
        let server = accepting("fresh", refusal).await;
        let renewal = renewal(Some("fresh"));
        let asking = Asking::at(&server.url, Some(renewal.clone()));
        assert!(!asking.ask_blacklist().await.unwrap());
        asking.record(CallStage::Started).await.unwrap();
        assert_eq!((server.count(), renewal.asked.load(Ordering::SeqCst)), (4, 2), "{refusal}");
    }
}

#[tokio::test]
async fn once_and_no_more() {
    let server = accepting("another", EXPIRED).await;
    let renewal = renewal(Some("fresh"));
    let asking = Asking::at(&server.url, Some(renewal.clone()));
    let (kind, _) = kind(&asking.ask_blacklist().await.unwrap_err().into());
    // Nobody's call waits for a clock to be set.
    assert_eq!(kind, "misconfigured");
    assert_eq!((server.count(), renewal.asked.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn not_at_all_where_it_would_not_help() {
    for (refusal, fresh) in [(WRONG, Some("fresh")), (EXPIRED, None)] {
        let server = accepting("fresh", refusal).await;
        let asking = Asking::at(&server.url, Some(renewal(fresh)));
        assert!(asking.ask_blacklist().await.is_err());
        assert_eq!(server.count(), 1, "{refusal}");
    }
    let server = accepting("fresh", EXPIRED).await;
    assert!(Asking::at(&server.url, None).ask_blacklist().await.is_err());
    assert_eq!(server.count(), 1);
}

/// The voter's token is the engine's to refresh (DECISIONS 62).
#[tokio::test]
async fn a_voters_token_is_never_replaced() {
    let server = accepting("fresh", EXPIRED).await;
    let renewal = renewal(Some("fresh"));
    let asking = Asking::at(&server.url, Some(renewal.clone()));
    let error = asking.ask_status().await.unwrap_err();
    assert_eq!(kind(&error).0, "expired");
    assert_eq!(renewal.asked.load(Ordering::SeqCst), 0);
}
