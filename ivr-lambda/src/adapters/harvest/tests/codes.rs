//! Every code at each door, and the requests themselves.

use ivr_core::publication::AllowedBallots;
use serde_json::{Value, json};

use super::server::{Answer, Server};
use super::support::*;
use crate::adapters::harvest::Door;

/// Facts 4.7, with what our patches add: status, code, what it means.
const TABLE: &[(u16, &str, &str)] = &[
    (401, "Unauthorized", "Unauthorized"),
    (404, "AreaNotFound", "misrouted AreaNotFound"),
    (404, "ElectionEventNotFound", "misrouted ElectionEventNotFound"),
    (404, "ElectoralLogNotFound", "misrouted ElectoralLogNotFound"),
    (401, "CheckStatusFailed", "channel_closed"),
    (401, "VotingChannelNotEnabled", "channel_closed"),
    (400, "CheckPreviousVotesFailed", "CheckPreviousVotesFailed"),
    (400, "CheckRevotesFailed", "duplicate_vote"),
    (400, "InsertFailedExceedsAllowedRevotes", "duplicate_vote"),
    (400, "DuplicateVote", "duplicate_vote"),
    (400, "CheckVotesInOtherAreasFailed", "CheckVotesInOtherAreasFailed"),
    (401, "GetClientCredentialsFailed", "GetClientCredentialsFailed"),
    (400, "GetAreaIdFailed", "GetAreaIdFailed"),
    (400, "DeserializeBallotFailed", "DeserializeBallotFailed"),
    (400, "DeserializeContestsFailed", "DeserializeContestsFailed"),
    (400, "DeserializeAreaPresentationFailed", "DeserializeAreaPresentationFailed"),
    (400, "PokValidationFailed", "PokValidationFailed"),
    (400, "UuidParseFailed", "UuidParseFailed"),
    (400, "BallotIdMismatch", "ballot_id_mismatch"),
    (500, "InternalServerError", "no reply"),
    (500, "GetTransactionFailed", "no reply"),
    (500, "UnknownError", "no reply"),
    // Of a platform that is newer than we are.
    (400, "SomethingNew", "SomethingNew"),
    (418, "Something_Else", "Something_Else"),
    (400, "BallotV2Unreadable", "BallotV2Unreadable"),
    // No code: nobody knows who says that.
    (400, "4711", "no reply"),
    (400, ELECTION, "no reply"),
    (400, BALLOT, "no reply"),
    (400, "two words", "no reply"),
];

#[tokio::test]
async fn each_code_means_the_same_at_each_door() {
    for door in DOORS {
        for (status, code, meaning) in TABLE {
            let server = Server::start(move |_| refusal(door, *status, code)).await;
            let reply = Casting::at(&server.url, door).cast().await;
            assert_eq!(told(&reply), *meaning, "{door:?} {status} {code}");
            assert_eq!(server.count(), 1, "asked once, never again");
        }
    }
}

#[tokio::test]
async fn a_used_up_limit_of_several_is_called_so() {
    for door in DOORS {
        let server = Server::start(move |_| refusal(door, 400, "CheckRevotesFailed")).await;
        let mut casting = Casting::at(&server.url, door);
        casting.allowed = AllowedBallots::AtMost(3);
        assert_eq!(told(&casting.cast().await), "max_revotes_exceeded");
    }
}

#[tokio::test]
async fn the_codes_of_hasura_itself() {
    for (code, meaning) in [
        // Harvest gave no answer that could be passed on, or none in thirty seconds.
        ("unexpected", "no reply"),
        ("parse-failed", "no reply"),
        ("postgres-error", "no reply"),
        // Harvest was never asked.
        ("invalid-jwt", "invalid-jwt"),
        ("invalid-headers", "invalid-headers"),
        ("access-denied", "access-denied"),
        ("jwt-invalid-claims", "jwt-invalid-claims"),
        ("jwt-missing-role-claims", "jwt-missing-role-claims"),
        ("validation-failed", "validation-failed"),
    ] {
        let server = Server::start(move |_| hasura(code)).await;
        let reply = Casting::at(&server.url, Door::ThroughHasura).cast().await;
        assert_eq!(told(&reply), meaning, "{code}");
    }
}

#[tokio::test]
async fn what_harvest_says_before_its_handler() {
    for (status, message, meaning) in [
        (400, "Unknown Error", "http_400"),
        (401, "Unknown Error", "http_401"),
        (422, "Unknown Error", "http_422"),
        (404, "Not found", "http_404"),
        (500, "Internal error", "no reply"),
        // Nothing that Harvest would say: something stands in between.
        (403, "Forbidden", "no reply"),
        (404, "no Route matched with those values", "no reply"),
        (408, "Unknown Error", "no reply"),
        (429, "API rate limit exceeded", "no reply"),
    ] {
        let body = json!({"message": message}).to_string();
        let server = Server::start(move |_| Answer::json(status, body.clone())).await;
        let reply = Casting::at(&server.url, Door::Direct).cast().await;
        assert_eq!(told(&reply), meaning, "{status} {message}");
    }
}

#[tokio::test]
async fn the_request_of_the_direct_door() {
    let server = Server::start(|_| recorded(Door::Direct)).await;
    // A base URL may have a path, and may end in a slash.
    let base = format!("{}/harvest/", server.url);
    assert_eq!(told(&Casting::at(&base, Door::Direct).cast().await), "recorded");
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/harvest/insert-cast-vote"));
    assert_eq!(seen.authorization.as_deref(), Some(format!("Bearer {TOKEN}").as_str()));
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    let expected = json!({"ballot_id": BALLOT, "election_id": ELECTION, "content": CONTENT});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn the_request_of_the_action() {
    let server = Server::start(|_| recorded(Door::ThroughHasura)).await;
    assert_eq!(told(&Casting::at(&server.url, Door::ThroughHasura).cast().await), "recorded");
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/graphql"));
    assert_eq!(seen.authorization.as_deref(), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(seen.role.as_deref(), Some("user"));
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    let expected = json!({"ballotId": BALLOT, "electionId": ELECTION, "content": CONTENT});
    assert_eq!(body["variables"], expected);
    let query = body["query"].as_str().unwrap();
    assert!(query.starts_with("mutation InsertCastVote($electionId: uuid!"), "{query}");
}

/// Two casts of the same ballot are the same bytes.
#[tokio::test]
async fn a_resend_is_the_same_to_the_byte() {
    for door in DOORS {
        let server = Server::start(move |_| recorded(door)).await;
        let casting = Casting::at(&server.url, door);
        casting.cast().await;
        casting.cast().await;
        let seen = server.seen();
        assert_eq!(seen[0].body, seen[1].body);
    }
}
