//! Every class of answer, at every port.

use super::server::{Answer, Server};
use super::support::*;

const UNAVAILABLE: &str = "unavailable";
const MISCONFIGURED: &str = "misconfigured";

fn page(status: u16) -> Answer {
    Answer::new(status, "text/html", "<html><title>Sign in</title></html>")
}

fn jwt(what: &str) -> Answer {
    error("invalid-jwt", &format!("Could not verify JWT: {what}"), "$")
}

/// The answer, what the engine sees at a voter's port and at a service's, and words of the reason.
fn classes() -> Vec<(Answer, &'static str, &'static str, &'static str)> {
    let both = |answer, kind, words| (answer, kind, kind, words);
    vec![
        (jwt("JWTExpired"), "expired", MISCONFIGURED, "expired"),
        both(jwt("JWSError NoUsableKeys"), UNAVAILABLE, "not read its keys"),
        both(jwt("JWSError JWSInvalidSignature"), MISCONFIGURED, "signature"),
        both(jwt("JWTNotInAudience"), MISCONFIGURED, "JWTNotInAudience"),
        both(jwt("JWTNotInIssuer"), MISCONFIGURED, "JWTNotInIssuer"),
        both(jwt("JWTIssuedAtFuture"), UNAVAILABLE, "clock is behind"),
        both(jwt("JWTNotYetValid"), UNAVAILABLE, "clock is behind"),
        both(jwt("something new"), MISCONFIGURED, "the token is not accepted"),
        both(
            error("invalid-headers", "Malformed Authorization header", "$"),
            MISCONFIGURED,
            "Malformed",
        ),
        both(
            error(
                "jwt-missing-role-claims",
                "JWT claim does not contain x-hasura-default-role",
                "$",
            ),
            MISCONFIGURED,
            "x-hasura-default-role",
        ),
        both(
            error(
                "jwt-invalid-claims",
                "claims key: 'https://hasura.io/jwt/claims' not found",
                "$",
            ),
            MISCONFIGURED,
            "claims key:",
        ),
        both(
            error("not-found", "missing session variable: \"x-hasura-user-id\"", "$"),
            MISCONFIGURED,
            "the token is not accepted: HTTP 200, not-found, missing session variable",
        ),
        both(
            error("access-denied", "Your requested role is not in allowed roles", "$"),
            MISCONFIGURED,
            "not permitted: HTTP 200, access-denied, Your requested role is not in allowed roles",
        ),
        both(error("permission-denied", "", "$"), MISCONFIGURED, "not permitted"),
        both(
            error(
                "validation-failed",
                "field 'x' not found in type: 'query_root'",
                "$.selectionSet.x",
            ),
            MISCONFIGURED,
            "the schema of the role does not fit the document",
        ),
        both(error("parse-failed", "out of bounds", "$"), MISCONFIGURED, "schema"),
        both(
            error("constraint-violation", "Foreign key violation. insert or update …", "$"),
            MISCONFIGURED,
            "Foreign key violation.",
        ),
        both(
            error("permission-error", "Check constraint violation. new row …", "$"),
            MISCONFIGURED,
            "a value or a row was refused: HTTP 200, permission-error, Check constraint violation.",
        ),
        both(error("constraint-error", "", "$"), MISCONFIGURED, "constraint-error"),
        both(error("data-exception", "", "$"), MISCONFIGURED, "data-exception"),
        both(error("concurrent-update", "", "$"), UNAVAILABLE, "concurrent-update"),
        both(error("postgres-error", "", "$"), UNAVAILABLE, "postgres-error"),
        both(error("unexpected", "database query error", "$"), UNAVAILABLE, "database query error"),
        both(error("not-a-code", "", "$"), MISCONFIGURED, "an unknown code"),
        // Half an answer is none.
        both(
            Answer::json(
                200,
                r#"{"data":{"other":1},"errors":[{"message":"","extensions":{"code":"unexpected"}}]}"#,
            ),
            UNAVAILABLE,
            "unexpected",
        ),
        // Servers that keep the status of what they refuse.
        (Answer { status: 401, ..jwt("JWTExpired") }, "expired", MISCONFIGURED, "expired"),
        both(
            Answer { status: 400, ..error("validation-failed", "", "$") },
            MISCONFIGURED,
            "HTTP 400, validation-failed",
        ),
        // The other form.
        both(
            Answer::json(
                404,
                r#"{"path":"$","error":"resource does not exist","code":"not-found"}"#,
            ),
            MISCONFIGURED,
            "not an answer of the gateway: HTTP 404, not-found, resource does not exist",
        ),
        both(
            Answer::json(500, r#"{"path":"$","error":"x","code":"unexpected"}"#),
            UNAVAILABLE,
            "HTTP 500, unexpected",
        ),
        // Whatever stands in front.
        both(page(200), UNAVAILABLE, "a page, not JSON"),
        both(page(503), UNAVAILABLE, "the gateway or a proxy"),
        both(page(404), MISCONFIGURED, "is hasura_url right?"),
        both(page(403), MISCONFIGURED, "HTTP 403"),
        both(Answer::json(502, "{\"message\":\"x\"}"), UNAVAILABLE, "HTTP 502"),
        both(Answer::json(503, "no json"), UNAVAILABLE, "HTTP 503"),
        both(Answer::new(429, "", ""), UNAVAILABLE, "HTTP 429"),
        both(Answer::new(200, "", ""), UNAVAILABLE, "an empty answer"),
        // Answers that are none.
        both(Answer::json(200, "{}"), MISCONFIGURED, "neither data nor errors"),
        both(Answer::json(200, r#"{"data":null}"#), MISCONFIGURED, "neither data nor errors"),
        both(Answer::json(200, r#"{"errors":[]}"#), MISCONFIGURED, "neither data nor errors"),
        both(Answer::json(200, r#"{"errors":[{}]}"#), MISCONFIGURED, "an unknown code"),
        both(Answer::json(200, r#"{"data":{"#), UNAVAILABLE, "broke off"),
        both(Answer::json(200, r#"{"data":"x"}"#), MISCONFIGURED, "another shape"),
        both(Answer::json(200, "[1]"), MISCONFIGURED, "another shape"),
    ]
}

#[tokio::test]
async fn each_means_one_thing_and_is_asked_for_once() {
    for (answer, voters, services, words) in classes() {
        let status = answer.status;
        let body = String::from_utf8(answer.body.clone()).unwrap();
        let server = Server::start(move |_| answer.clone()).await;
        let asking = Asking::of(&server);
        let outcomes = asking.all().await;
        for (n, outcome) in outcomes.iter().enumerate() {
            let (kind, told) = kind(outcome.as_ref().unwrap_err());
            let expected = if n < 2 { voters } else { services };
            assert_eq!(kind, expected, "port {n}, {status} {body}");
            assert!(kind == "expired" || told.contains(words), "{words}: {told}");
        }
        // Status and history send two documents each, the others one; none sends one again.
        assert!((4..=6).contains(&server.count()), "{}", server.count());
    }
}

#[tokio::test]
async fn an_error_wins_over_data_and_the_first_over_the_others() {
    let body = r#"{"data":{"sequent_backend_ivr_phone_blacklist":[]},"errors":[
        {"message":"x","extensions":{"code":"access-denied"}},
        {"message":"x","extensions":{"code":"unexpected"}}]}"#;
    let server = Server::start(move |_| Answer::json(200, body)).await;
    let outage = Asking::of(&server).ask_blacklist().await.unwrap_err();
    let (kind, told) = kind(&outage.into());
    assert_eq!(kind, MISCONFIGURED);
    assert!(told.contains("access-denied"), "{told}");
}

#[tokio::test]
async fn the_place_is_told_in_words_of_our_own_document() {
    let path = "$.selectionSet.sequent_backend_election.selectionSet.voting_channels.canary-1[0]";
    let server = Server::start(move |_| {
        error("validation-failed", "field 'canary' not found in type: 'canary'", path)
    })
    .await;
    let error = Asking::of(&server).ask_status().await.unwrap_err();
    let (_, told) = kind(&error);
    let document_names_it = told.contains("at sequent_backend_election.voting_channels");
    // The event's own document was refused first: it has neither word.
    assert!(document_names_it || !told.contains(" at "), "{told}");
    assert!(!told.contains("canary"), "{told}");
}
