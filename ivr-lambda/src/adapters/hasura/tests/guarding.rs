//! The breaker at a real socket: what it counts, what it refuses, what it lets through.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ivr_core::ports::{CallStage, ElectionStatusPort as _, HistoryFor};

use super::server::{Answer, Server};
use super::support::*;

/// A server that is ill until it is told to be well.
async fn patient() -> (Server, Arc<AtomicBool>) {
    let ill = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&ill);
    let server = Server::start(move |seen| {
        if asked.load(Ordering::SeqCst) { Answer::new(503, "", "") } else { well(seen) }
    })
    .await;
    (server, ill)
}

async fn refused(asking: &Asking) -> bool {
    let Err(error) = asking.ask_blacklist().await else { return false };
    kind(&error.into()).1.contains("not asked")
}

#[tokio::test]
async fn it_opens_probes_and_closes() {
    let (server, ill) = patient().await;
    let asking = Asking::of(&server);
    for _ in 0..3 {
        assert!(!refused(&asking).await);
    }
    for _ in 0..10 {
        assert!(refused(&asking).await);
        // One breaker for every port that it covers.
        let (kind, told) = kind(&asking.ask_status().await.unwrap_err());
        assert!(kind == "unavailable" && told.contains("not asked"), "{told}");
    }
    assert_eq!(server.count(), 3, "nothing was sent while it was open");

    asking.clock.advance(5000);
    assert!(!refused(&asking).await, "the probe");
    assert!(refused(&asking).await, "which failed");
    assert_eq!(server.count(), 4);

    asking.clock.advance(5000);
    assert!(refused(&asking).await, "twice as long now");
    asking.clock.advance(5000);
    ill.store(false, Ordering::SeqCst);
    // A probe of two documents is one probe.
    asking.ask_status().await.unwrap();
    asking.ask_blacklist().await.unwrap();
    assert_eq!(server.count(), 7);
    let sums = asking.totals.sums();
    assert_eq!((sums.opened, sums.probes, sums.closed), (2, 2, 1));
    assert_eq!(sums.refused, 22);
}

#[tokio::test]
async fn the_history_after_a_send_and_the_record_of_a_call_are_always_asked() {
    let (server, ill) = patient().await;
    let asking = Asking::of(&server);
    for _ in 0..3 {
        assert!(!refused(&asking).await);
    }
    assert!(asking.ask_history(HistoryFor::Entry).await.is_err());
    let before = server.count();
    assert!(asking.ask_history(HistoryFor::AfterSend).await.is_err());
    assert!(server.count() > before, "asked, and failed");
    assert!(asking.record(CallStage::Completed).await.is_err());
    ill.store(false, Ordering::SeqCst);
    assert!(asking.ask_history(HistoryFor::AfterSend).await.unwrap().has(ELECTION, "b1"));
    asking.record(CallStage::Completed).await.unwrap();
    assert!(refused(&asking).await, "they say nothing to the breaker");
}

#[tokio::test]
async fn what_is_always_asked_never_opens_it() {
    let (server, _) = patient().await;
    let asking = Asking::of(&server);
    for _ in 0..10 {
        assert!(asking.ask_history(HistoryFor::AfterSend).await.is_err());
        assert!(asking.record(CallStage::Completed).await.is_err());
    }
    assert!(!refused(&asking).await);
}

#[tokio::test]
async fn answers_that_are_refusals_do_not_open_it() {
    for (code, message) in [
        ("invalid-jwt", "Could not verify JWT: JWTExpired"),
        ("access-denied", "Your requested role is not in allowed roles"),
        ("validation-failed", ""),
        ("constraint-violation", ""),
    ] {
        let server = Server::start(move |_| error(code, message, "$")).await;
        let asking = Asking::of(&server);
        for _ in 0..10 {
            assert!(asking.ask_blacklist().await.is_err());
        }
        assert_eq!(server.count(), 10, "{code}");
    }
}

#[tokio::test]
async fn each_host_has_its_own() {
    let (ill, _) = patient().await;
    let well = Server::start(well).await;
    let mut asking = Asking::of(&ill);
    for _ in 0..3 {
        assert!(!refused(&asking).await);
    }
    assert!(refused(&asking).await);
    asking.route = route_to(&well.url);
    asking.ask_blacklist().await.unwrap();
    assert!(asking.client.is_open(&ill.url) && !asking.client.is_open(&well.url));
}

#[tokio::test]
async fn time_outs_count_if_there_was_time() {
    let server = Server::start(|seen| well(seen).slow(600_000)).await;
    let asking = Asking::of(&server);
    let ask = async |ms| {
        let token = token(TOKEN);
        let asked = asking.status.availability(&asking.route, &token, asking.within(ms));
        kind(&asked.await.unwrap_err())
    };
    for _ in 0..5 {
        assert_eq!(ask(20).await.0, "timed out", "too short to blame the host");
    }
    for _ in 0..3 {
        assert_eq!(ask(1000).await.0, "timed out");
    }
    let (kind, told) = ask(1000).await;
    assert!(kind == "unavailable" && told.contains("not asked"), "{told}");
}

/// Whoever hangs up in the middle of a probe takes no place from the next.
#[tokio::test]
async fn a_probe_that_is_dropped_makes_room() {
    let (server, ill) = patient().await;
    let asking = Asking::of(&server);
    for _ in 0..3 {
        assert!(!refused(&asking).await);
    }
    asking.clock.advance(5000);
    {
        let token = token(TOKEN);
        let question = asking.client.question(
            &asking.route.hasura_url,
            &token,
            crate::adapters::hasura::Cover::Guarded,
            asking.within(20_000),
        );
        let probe = question.await.unwrap();
        assert!(refused(&asking).await, "somebody probes");
        drop(probe);
    }
    ill.store(false, Ordering::SeqCst);
    asking.ask_blacklist().await.unwrap();
    assert!(!asking.client.is_open(&server.url));
}
