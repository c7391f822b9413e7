//! Successes that are none, pages, bodies without end, connections that break, time-outs: each is
//! "no reply", and each is sent once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::server::{Answer, Server};
use super::support::*;
use crate::adapters::harvest::{CAST_BODY, Door};

/// Casts once at a server; why there is no reply.
async fn unanswered(door: Door, answer: Answer) -> String {
    let server = Server::start(move |_| answer.clone()).await;
    let reply = Casting::at(&server.url, door).cast().await;
    assert_eq!(server.count(), 1);
    why(&reply)
}

#[tokio::test]
async fn a_success_that_is_none() {
    let id = Uuid::from_u128(0x1d);
    let row = |row| json!({"data": {"insert_cast_vote": row}}).to_string();
    let other = json!({"id": id, "ballot_id": "0".repeat(64)});
    for (door, body, says) in [
        (Door::Direct, "{}".to_owned(), "names no row"),
        (Door::Direct, "[]".to_owned(), "none of the platform's"),
        (Door::Direct, String::new(), "none of the platform's"),
        (Door::Direct, json!({"id": "x"}).to_string(), "none of the platform's"),
        (Door::Direct, other.to_string(), "another ballot"),
        (Door::ThroughHasura, "{}".to_owned(), "none of the platform's"),
        (Door::ThroughHasura, row(json!(null)), "none of the platform's"),
        (Door::ThroughHasura, row(json!({"ballot_id": BALLOT})), "names no row"),
        (Door::ThroughHasura, row(other), "another ballot"),
        (Door::ThroughHasura, json!({"data": null, "errors": []}).to_string(), "none of the"),
        (Door::ThroughHasura, json!({"errors": [{"message": "m"}]}).to_string(), "none of the"),
        (
            Door::ThroughHasura,
            json!({"data": {"insert_cast_vote": {"id": id, "ballot_id": BALLOT}},
                "errors": [{"message": "m", "extensions": {"code": "CheckRevotesFailed"}}]})
            .to_string(),
            "at once",
        ),
    ] {
        let told = unanswered(door, Answer::json(200, body.clone())).await;
        assert!(told.contains(says), "{door:?} {body}: {told}");
    }
    // Accepted, created: not what the platform says.
    for status in [201, 202, 204] {
        unanswered(Door::Direct, Answer { status, ..recorded(Door::Direct) }).await;
    }
}

/// The direct door's answer at the other one, and the other way round: whoever mixes them up in a
/// configuration hears nothing that could be believed.
#[tokio::test]
async fn the_other_doors_answer_is_none() {
    unanswered(Door::ThroughHasura, recorded(Door::Direct)).await;
    unanswered(Door::Direct, recorded(Door::ThroughHasura)).await;
}

#[tokio::test]
async fn a_page_is_no_answer_whatever_its_status() {
    for door in DOORS {
        for status in [200, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504] {
            let page = "<!doctype html><title>Bad Gateway</title>";
            let told = unanswered(door, Answer::new(status, "text/html", page)).await;
            assert!(told.contains(&format!("HTTP status {status}")), "{told}");
        }
    }
}

/// Just started, a gateway refuses every token for a moment; what else `invalid-jwt` says, it means.
#[tokio::test]
async fn a_gateway_that_has_not_read_its_keys_has_refused_nothing() {
    let refused = |message: &str| {
        let problem = json!({"message": message,
            "extensions": {"path": "$", "code": "invalid-jwt"}});
        Answer::json(200, json!({"errors": [problem]}).to_string())
    };
    let no_keys = "Could not verify JWT: JWSError NoUsableKeys";
    let told = unanswered(Door::ThroughHasura, refused(no_keys)).await;
    assert_eq!(told, "Hasura: a server that has not read its keys yet");
    let expired = refused("Could not verify JWT: JWTExpired");
    let server = Server::start(move |_| expired.clone()).await;
    let reply = Casting::at(&server.url, Door::ThroughHasura).cast().await;
    assert_eq!(super::support::told(&reply), "invalid-jwt");
}

#[tokio::test]
async fn a_code_that_cannot_be_one_is_not_kept() {
    for door in DOORS {
        for code in ["", "has blanks", BALLOT, TOKEN, &"x".repeat(49), "4711"] {
            let told = unanswered(door, refusal(door, 400, code)).await;
            assert!(told.ends_with("a code that cannot be one"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_it() {
    for door in DOORS {
        for (size, read) in [(CAST_BODY, true), (CAST_BODY + 1, false)] {
            let server = Server::start(move |_| {
                let mut answer = recorded(door);
                let blanks = size - answer.body.len();
                answer.body.extend(std::iter::repeat_n(b' ', blanks));
                answer
            })
            .await;
            let reply = Casting::at(&server.url, door).cast().await;
            match read {
                true => assert_eq!(told(&reply), "recorded", "{door:?} {size}"),
                false => assert!(why(&reply).ends_with("the answer is too long")),
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    for door in DOORS {
        for mut answer in [recorded(door), refusal(door, 400, "CheckRevotesFailed")] {
            answer.withheld = 10;
            let told = unanswered(door, answer).await;
            assert!(told.ends_with("the answer broke off"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_ballot_and_token() {
    for door in DOORS {
        let elsewhere = Server::start(move |_| recorded(door)).await;
        for status in [301, 302, 303, 307, 308] {
            let mut answer = Answer::new(status, "", "");
            answer.headers = format!("Location: {}/insert-cast-vote\r\n", elsewhere.url);
            let told = unanswered(door, answer).await;
            assert!(told.contains("a redirect, which is not followed"), "{told}");
        }
        assert_eq!(elsewhere.count(), 0);
    }
}

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
enum Drop {
    BeforeTheRequest,
    AfterTheRequest,
    InTheStatusLine,
    /// After one request that was answered and one that was not.
    AfterTheSecondRequest,
}

/// A server that drops connections; how many requests, or connections without one, it saw.
async fn dropping(door: Door, how: Drop) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    let body = String::from_utf8(recorded(door).body).unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if matches!(how, Drop::BeforeTheRequest) {
                counted.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            if matches!(how, Drop::AfterTheSecondRequest) && read_one(&mut stream).await {
                counted.fetch_add(1, Ordering::SeqCst);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            counted.fetch_add(usize::from(read_one(&mut stream).await), Ordering::SeqCst);
            if matches!(how, Drop::InTheStatusLine) {
                let _ = stream.write_all(b"HTTP/1.1 20").await;
            }
        }
    });
    (url, seen)
}

/// Reads up to the ballot, which ends each request; whether there was one.
async fn read_one(stream: &mut TcpStream) -> bool {
    let (mut buffer, mut chunk) = (Vec::new(), [0; 4096]);
    while !buffer.windows(14).any(|window| window == b"canary-content") {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return false,
            Ok(n) => buffer.extend_from_slice(&chunk[..n]),
        }
    }
    true
}

#[tokio::test]
async fn a_connection_that_drops_is_no_reply_and_nothing_is_sent_again() {
    for door in DOORS {
        for how in [Drop::BeforeTheRequest, Drop::AfterTheRequest, Drop::InTheStatusLine] {
            let (url, seen) = dropping(door, how).await;
            let casting = Casting::at(&url, door);
            let reply = casting.cast().await;
            let told = why(&reply);
            assert!(told.contains("broke off") || told.contains("reached"), "{how:?}: {told}");
            assert_eq!(seen.load(Ordering::SeqCst), 1, "{how:?}: sent once");
            assert_eq!(casting.http.sent(), 1);
        }
    }
}

/// A connection that was kept open is closed by the server instead of an answer: the request has
/// arrived there. It is not sent again on another one.
#[tokio::test]
async fn a_kept_connection_that_drops_is_not_replaced_behind_our_back() {
    for door in DOORS {
        let (url, seen) = dropping(door, Drop::AfterTheSecondRequest).await;
        let casting = Casting::at(&url, door);
        assert_eq!(told(&casting.cast().await), "recorded");
        assert_eq!(told(&casting.cast().await), "no reply");
        assert_eq!(seen.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn nothing_listens() {
    for door in DOORS {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::mem::drop(listener);
        let told = why(&Casting::at(&url, door).cast().await);
        assert!(told.ends_with("the server cannot be reached (connection refused)"), "{told}");
    }
}

#[tokio::test]
async fn a_route_that_says_nothing_is_the_operators() {
    for (door, field) in [(Door::Direct, "harvest_url"), (Door::ThroughHasura, "hasura_url")] {
        for url in ["", "no url", "data:x"] {
            let casting = Casting::at(url, door);
            let told = why(&casting.cast().await);
            assert!(told.contains(field) && told.contains("misconfigured"), "{told}");
            assert_eq!(casting.http.sent(), 0);
        }
    }
}

/// The answer is on its way for longer than the test lasts; the cast ends by its deadline.
#[tokio::test]
async fn no_answer_by_the_deadline() {
    for door in DOORS {
        let server = Server::start(move |_| recorded(door).slow(600_000)).await;
        let casting = Casting::at(&server.url, door);
        let reply = tokio::time::timeout(Duration::from_secs(60), casting.cast_within(300));
        let told = why(&reply.await.expect("it ends by its deadline"));
        assert!(told.ends_with("timed out"), "{told}");
        // A deadline that is over sends nothing.
        let sent = casting.http.sent();
        assert!(why(&casting.cast_within(0).await).ends_with("timed out"));
        assert_eq!(casting.http.sent(), sent);
    }
}
