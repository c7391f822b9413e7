//! Connections that break, bodies that do not end, answers that do not come.

use std::time::Duration;

use ivr_core::ports::{Backend, BlacklistPort as _, ElectionStatusPort as _};

use super::server::{Answer, Server};
use super::support::*;

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    let server = Server::start(|seen| {
        let mut answer = well(seen);
        answer.withheld = 10;
        answer
    })
    .await;
    let asking = Asking::of(&server);
    for outcome in asking.all().await {
        let (kind, told) = kind(&outcome.unwrap_err());
        assert_eq!(kind, "unavailable");
        assert!(told.contains("broke off"), "{told}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_it() {
    // One byte less than the limit of each kind is still read.
    for (size, small, large) in [
        (64 * 1024, true, true),
        (64 * 1024 + 1, false, true),
        (1024 * 1024, false, true),
        (1024 * 1024 + 1, false, false),
    ] {
        let server = Server::start(move |seen| {
            let mut answer = well(seen);
            let blanks = size - answer.body.len();
            answer.body.extend(std::iter::repeat_n(b' ', blanks));
            answer
        })
        .await;
        let asking = Asking::of(&server);
        assert_eq!(asking.ask_blacklist().await.is_ok(), small, "{size}");
        let history = asking.ask_history(ivr_core::ports::HistoryFor::Entry).await;
        assert_eq!(history.is_ok(), large, "{size}");
        let sums = asking.totals.sums();
        // Of two documents at once, the second is dropped unanswered when the first fails.
        let long = |name| {
            let of = sums.operations.get(&(Backend::Hasura, name));
            of.is_some_and(|of| of.outcomes.contains_key("too_long"))
        };
        assert_eq!(long("IsPhoneBlacklisted"), !small);
        if !large {
            assert!(long("GetCastVotes") || long("GetElections"), "{sums:?}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_token() {
    let elsewhere = Server::start(well).await;
    let location = format!("Location: {}/v1/graphql\r\n", elsewhere.url);
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let server = Server::start(move |_| {
            let mut answer = Answer::new(status, "", "");
            answer.headers.clone_from(&location);
            answer
        })
        .await;
        for outcome in Asking::of(&server).all().await {
            let (kind, told) = kind(&outcome.unwrap_err());
            assert_eq!(kind, "misconfigured");
            assert!(told.contains("a redirect, which is not followed"), "{told}");
        }
        assert!(server.count() >= 4);
    }
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn nothing_listens() {
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let asking = Asking::at(&closed, None);
    let (kind, told) = kind(&asking.ask_blacklist().await.unwrap_err().into());
    assert_eq!(kind, "unavailable");
    assert!(told.contains("connection refused"), "{told}");
}

#[tokio::test]
async fn an_address_that_is_none_is_the_operators() {
    for url in ["", "no url", "mailto:x@example.org"] {
        for outcome in Asking::at(url, None).all().await {
            let (kind, told) = kind(&outcome.unwrap_err());
            assert_eq!((kind, told.as_str()), ("misconfigured", "hasura_url is not a URL"));
        }
    }
}

/// The clock of the test stands still, so what is waited for is the deadline and nothing else.
#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up_at_the_deadline() {
    let server = Server::start(|seen| well(seen).slow(600_000)).await;
    let asking = Asking::of(&server);
    let number = ivr_core::caller::E164::strict(NUMBER).unwrap();
    let service = ivr_core::ports::ServiceToken(token(SERVICE));
    let asked =
        asking.blacklist.is_blacklisted(&asking.route, &number, &service, asking.within(50));
    let outcome = tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap();
    assert_eq!(kind(&outcome.unwrap_err().into()).0, "timed out");
    assert_eq!(server.count(), 1);
    // Nothing is sent for which there is no time.
    let asked = asking.status.availability(&asking.route, &token(TOKEN), asking.within(0)).await;
    assert_eq!(kind(&asked.unwrap_err()).0, "timed out");
    assert_eq!(server.count(), 1);
    let sums = asking.totals.sums();
    assert_eq!(sums.operations[&(Backend::Hasura, "IsPhoneBlacklisted")].outcomes["timed_out"], 1);
}
