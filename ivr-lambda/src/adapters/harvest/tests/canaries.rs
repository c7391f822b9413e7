//! Ballot, hash, token and election, sent into answers that throw them back: found nowhere.

use ivr_core::secret::Secret;
use serde_json::json;

use super::server::{Answer, Seen, Server};
use super::support::*;
use crate::adapters::harvest::Door;

/// Also the words of the platform's own answers that repeat a value.
const CANARIES: &[&str] = &["canary", "ac4e0cded", "eyJhbGci", "d698edc1"];

fn assert_clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}

/// Everything of the request, thrown back.
fn echo(seen: &Seen) -> String {
    format!("{} {} {:?} {:?} {}", seen.method, seen.path, seen.authorization, seen.role, seen.body)
}

fn problem(seen: &Seen, code: &str) -> serde_json::Value {
    json!({"message": echo(seen), "extensions": {"code": code, "internal": echo(seen)}})
}

type Thrower = fn(Door, &Seen) -> Answer;

const THROWERS: &[Thrower] = &[
    |_, seen| Answer::new(502, "text/html", format!("<html>{}</html>", echo(seen))),
    |_, seen| Answer::new(400, "text/html", format!("<html>{}</html>", echo(seen))),
    |_, seen| Answer::new(200, "text/html", format!("<html>{}</html>", echo(seen))),
    |_, seen| Answer::new(200, "", echo(seen)),
    |_, seen| Answer::json(400, problem(seen, &echo(seen)).to_string()),
    |_, seen| Answer::json(400, problem(seen, "BallotIdMismatch").to_string()),
    |_, seen| Answer::json(500, problem(seen, "InternalServerError").to_string()),
    |_, seen| Answer::json(400, problem(seen, BALLOT).to_string()),
    |_, seen| Answer::json(400, json!({"message": echo(seen)}).to_string()),
    |_, seen| Answer::json(200, json!({"errors": [problem(seen, &echo(seen))]}).to_string()),
    |_, seen| Answer::json(200, json!({"errors": [problem(seen, "SomethingNew")]}).to_string()),
    |_, seen| Answer::json(200, json!({"errors": [problem(seen, "unexpected")]}).to_string()),
    |_, seen| Answer::json(200, json!({"id": echo(seen), "ballot_id": echo(seen)}).to_string()),
    |_, seen| success(&json!({"id": echo(seen), "ballot_id": echo(seen)})),
    |_, seen| Answer::json(200, format!(r#"{{"data":"{}"#, echo(seen))),
    |door, _| recorded(door),
    |_, seen| {
        let mut answer = Answer::json(200, echo(seen));
        answer.withheld = 100;
        answer
    },
    |_, seen| {
        let mut answer = Answer::new(307, "", echo(seen));
        answer.headers = "Location: http://127.0.0.1:1/canary\r\n".to_owned();
        answer
    },
];

#[tokio::test]
async fn whatever_is_thrown_back_is_dropped() {
    for door in DOORS {
        for (n, thrower) in THROWERS.iter().enumerate() {
            let server = Server::start(move |seen| thrower(door, seen)).await;
            let casting = Casting::at(&server.url, door);
            let reply = casting.cast().await;
            assert_clean(&logged(&reply));
            let sums = casting.totals.sums();
            assert_clean(&format!("{:?} {:?} {sums:?}", casting.casting, casting.http));
            let sent: String = server.seen().iter().map(echo).collect();
            for canary in CANARIES {
                assert!(sent.contains(canary), "thrower {n} had {canary} to throw");
            }
        }
    }
}

/// A token that no header can hold is not sent, and not shown.
#[tokio::test]
async fn a_token_with_line_ends_is_not_sent() {
    for door in DOORS {
        let server = Server::start(move |_| recorded(door)).await;
        let mut casting = Casting::at(&server.url, door);
        casting.token = Secret::new("canary\r\nx-hasura-admin-secret: canary".to_owned());
        let reply = casting.cast().await;
        assert_clean(&logged(&reply));
        assert!(why(&reply).ends_with("the token cannot be sent"));
        assert_eq!(server.count(), 0);
    }
}
