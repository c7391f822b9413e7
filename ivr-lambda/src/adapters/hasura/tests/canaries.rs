//! Tokens, numbers and voters, sent into answers that throw them back: found nowhere.

use super::server::{Answer, Seen, Server};
use super::support::*;

const CANARIES: &[&str] = &["canary", "5550147", "8edc4ddb", "eyJhbGci"];

fn assert_clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}

/// Everything of the request, thrown back.
fn echo(seen: &Seen) -> String {
    format!("{} {} {:?} {:?} {}", seen.method, seen.path, seen.authorization, seen.role, seen.body)
}

type Thrower = fn(&Seen) -> Answer;

const THROWERS: &[Thrower] = &[
    |seen| Answer::new(502, "text/html", format!("<html>{}</html>", echo(seen))),
    |seen| Answer::new(200, "text/html", format!("<html>{}</html>", echo(seen))),
    |seen| Answer::new(403, "text/html", echo(seen)),
    |seen| Answer::new(200, "", echo(seen)),
    |seen| error(&echo(seen), &echo(seen), &echo(seen)),
    |seen| error("invalid-jwt", &format!("Could not verify JWT: {}", echo(seen)), &echo(seen)),
    |seen| error("access-denied", &echo(seen), "$.selectionSet.canary"),
    |seen| error("validation-failed", &format!("field '{}' not found", echo(seen)), &echo(seen)),
    |seen| {
        error("data-exception", &format!("invalid input syntax for type uuid: {}", echo(seen)), "$")
    },
    |seen| error("constraint-violation", &format!("Uniqueness violation. {}", echo(seen)), "$"),
    |seen| error("unexpected", &format!("database query error {}", echo(seen)), "$"),
    |seen| {
        Answer::json(
            500,
            serde_json::json!({"error": echo(seen), "code": echo(seen), "path": echo(seen)})
                .to_string(),
        )
    },
    |seen| Answer::json(200, format!(r#"{{"data":"{}"#, echo(seen))),
    |seen| {
        data(serde_json::json!({"sequent_backend_ivr_phone_blacklist": echo(seen),
        "sequent_backend_election": echo(seen)}))
    },
    |seen| data(event(&serde_json::json!({"telephone_voting_status": echo(seen)}))),
    |seen| {
        let mut answer = Answer::json(200, echo(seen));
        answer.withheld = 100;
        answer
    },
    |seen| {
        let mut answer = Answer::new(307, "", echo(seen));
        answer.headers = "Location: http://127.0.0.1:1/canary\r\n".to_owned();
        answer
    },
];

#[tokio::test]
async fn whatever_is_thrown_back_is_dropped() {
    for (n, thrower) in THROWERS.iter().enumerate() {
        let server = Server::start(thrower).await;
        let asking = Asking::of(&server);
        let outcomes = asking.all().await;
        for outcome in &outcomes {
            let error = outcome.as_ref().expect_err("nothing of this is an answer");
            assert_clean(&everything(error));
        }
        assert_clean(&format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            asking.totals.sums(),
            asking.client,
            asking.status,
            asking.history,
            asking.blacklist,
            asking.call_log,
            asking.http
        ));
        let sent: String = server.seen().iter().map(echo).collect();
        for canary in CANARIES {
            assert!(sent.contains(canary), "thrower {n} had {canary} to throw");
        }
    }
}

#[tokio::test]
async fn a_question_shows_nothing() {
    let server = Server::start(well).await;
    let asking = Asking::of(&server);
    let token = token(TOKEN);
    let cover = crate::adapters::hasura::Cover::Guarded;
    let question = asking.client.question(&server.url, &token, cover, asking.within(1000)).await;
    assert_clean(&format!("{question:?}"));
}

/// A token that no header can hold is not sent, and not shown.
#[tokio::test]
async fn a_token_with_line_ends_is_not_sent() {
    let server = Server::start(well).await;
    let asking = Asking::of(&server);
    let bad = token("canary\r\nx-hasura-admin-secret: canary");
    let within = asking.within(1000);
    use ivr_core::ports::ElectionStatusPort as _;
    let error = asking.status.availability(&asking.route, &bad, within).await.unwrap_err();
    assert_clean(&everything(&error));
    assert_eq!(kind(&error), ("misconfigured", "the token cannot be sent".to_owned()));
    assert_eq!(server.count(), 0);
}
