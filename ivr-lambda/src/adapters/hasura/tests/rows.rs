//! What rows mean: missing and null keys, unknown words, ballots (facts 4.5, 7).

use ivr_core::ports::{Availability, HistoryFor, VotingStatus};
use ivr_core::publication::AllowedBallots;
use serde_json::{Value, json};
use uuid::Uuid;

use super::server::{Answer, Seen, Server};
use super::support::*;
use crate::adapters::hasura::status::{Unreadable, telephone_is_on, telephone_status};

#[test]
fn a_status_is_read_as_the_platform_reads_it() {
    let telephone = |word: Value| json!({"voting_status": "OPEN", "telephone_voting_status": word});
    let cases = [
        (None, Ok(VotingStatus::NotStarted)),
        (Some(Value::Null), Ok(VotingStatus::NotStarted)),
        (Some(json!({})), Ok(VotingStatus::NotStarted)),
        // Another channel's status is not the telephone's.
        (
            Some(json!({"voting_status": "OPEN", "kiosk_voting_status": "OPEN"})),
            Ok(VotingStatus::NotStarted),
        ),
        (Some(telephone(Value::Null)), Ok(VotingStatus::NotStarted)),
        (Some(telephone(json!("NOT_STARTED"))), Ok(VotingStatus::NotStarted)),
        (Some(telephone(json!("OPEN"))), Ok(VotingStatus::Open)),
        (Some(telephone(json!("PAUSED"))), Ok(VotingStatus::Paused)),
        (Some(telephone(json!("CLOSED"))), Ok(VotingStatus::Closed)),
        (Some(telephone(json!("open"))), Err(Unreadable)),
        (Some(telephone(json!("FINISHED"))), Err(Unreadable)),
        (Some(telephone(json!(true))), Err(Unreadable)),
        (Some(telephone(json!({}))), Err(Unreadable)),
        (Some(json!("OPEN")), Err(Unreadable)),
        (Some(json!(["OPEN"])), Err(Unreadable)),
    ];
    for (column, meaning) in cases {
        assert_eq!(telephone_status(column.as_ref()), meaning, "{column:?}");
    }
}

#[test]
fn a_channel_is_on_when_it_says_so() {
    for (column, meaning) in [
        (None, Ok(false)),
        (Some(Value::Null), Ok(false)),
        (Some(json!({})), Ok(false)),
        (Some(json!({"online": true})), Ok(false)),
        (Some(json!({"telephone": null})), Ok(false)),
        (Some(json!({"telephone": false})), Ok(false)),
        (Some(json!({"telephone": true, "online": false})), Ok(true)),
        (Some(json!({"telephone": "true"})), Err(Unreadable)),
        (Some(json!({"telephone": 1})), Err(Unreadable)),
        (Some(json!(true)), Err(Unreadable)),
    ] {
        assert_eq!(telephone_is_on(column.as_ref()), meaning, "{column:?}");
    }
}

/// A server with this event and these elections.
async fn serving(event: Value, rows: Vec<Value>) -> Server {
    Server::start(move |seen: &Seen| match operation(seen).as_str() {
        "GetElectionEventStatus" => data(event.clone()),
        "GetElections" => data(elections(&rows)),
        _ => well(seen),
    })
    .await
}

fn row(n: u128, status: Value, channels: Value) -> Value {
    json!({"id": Uuid::from_u128(n), "status": status, "voting_channels": channels,
        "num_allowed_revotes": null})
}

#[tokio::test]
async fn an_election_is_open_where_event_election_and_channel_are() {
    let status = |word: &str| json!({"telephone_voting_status": word});
    let on = || json!({"telephone": true});
    let rows = vec![
        row(1, status("OPEN"), on()),
        row(2, status("PAUSED"), on()),
        row(3, status("CLOSED"), on()),
        row(4, Value::Null, on()),
        row(5, status("OPEN"), Value::Null),
        row(6, status("BROKEN"), on()),
        row(7, status("OPEN"), json!([])),
    ];
    use Availability::{Closed, NotByPhone, NotStarted, Open, Paused};
    for (word, meanings) in [
        (json!("OPEN"), [Open, Paused, Closed, NotStarted, NotByPhone, NotByPhone, NotByPhone]),
        (json!("PAUSED"), [Paused, Paused, Closed, NotStarted, NotByPhone, NotByPhone, NotByPhone]),
        (json!("CLOSED"), [Closed, Closed, Closed, Closed, NotByPhone, NotByPhone, NotByPhone]),
        (
            Value::Null,
            [NotStarted, NotStarted, Closed, NotStarted, NotByPhone, NotByPhone, NotByPhone],
        ),
    ] {
        let server = serving(event(&json!({"telephone_voting_status": word})), rows.clone()).await;
        let asking = Asking::of(&server);
        let told: Vec<_> = asking.ask_status().await.unwrap().into_values().collect();
        assert_eq!(told, meanings, "event {word}");
        assert_eq!(asking.totals.sums().odd_rows, 2, "what cannot be read is counted");
    }
}

#[tokio::test]
async fn an_archived_event_is_over() {
    let mut event = event(&json!({"telephone_voting_status": "OPEN"}));
    event["sequent_backend_election_event_by_pk"]["is_archived"] = true.into();
    let open = row(1, json!({"telephone_voting_status": "OPEN"}), json!({"telephone": true}));
    let server = serving(event, vec![open]).await;
    let told = Asking::of(&server).ask_status().await.unwrap();
    assert_eq!(told.into_values().collect::<Vec<_>>(), [Availability::Closed]);
}

#[tokio::test]
async fn an_event_that_is_not_there_or_cannot_be_read_is_the_operators() {
    for (event, words) in [
        (json!({"sequent_backend_election_event_by_pk": null}), "is not there"),
        (event(&json!({"telephone_voting_status": "BROKEN"})), "cannot be read"),
        (event(&json!("OPEN")), "cannot be read"),
    ] {
        let server = serving(event, vec![]).await;
        let asking = Asking::of(&server);
        // However often: an answer is an answer, and no reason not to ask.
        for _ in 0..5 {
            let (kind, told) = kind(&asking.ask_status().await.unwrap_err());
            assert_eq!(kind, "misconfigured");
            assert!(told.contains(words), "{told}");
        }
    }
}

#[tokio::test]
async fn ballots_are_counted_and_limits_read() {
    let server = Server::start(|seen: &Seen| match operation(seen).as_str() {
        "GetCastVotes" => data(json!({"sequent_backend_cast_vote": [
            {"election_id": Uuid::from_u128(1), "ballot_id": "a"},
            {"election_id": Uuid::from_u128(1), "ballot_id": null},
            {"election_id": Uuid::from_u128(2), "ballot_id": "b"},
            {"election_id": null, "ballot_id": "c"},
        ]})),
        _ => {
            let limits = [json!(null), json!(0), json!(1), json!(3), json!(-1)];
            let rows = limits.iter().zip(1..).map(|(limit, n)| {
                json!({"id": Uuid::from_u128(n), "status": null, "voting_channels": null,
                    "num_allowed_revotes": limit})
            });
            data(elections(&rows.collect::<Vec<_>>()))
        }
    })
    .await;
    let history = Asking::of(&server).ask_history(HistoryFor::AfterSend).await.unwrap();
    assert_eq!(history.cast_in(Uuid::from_u128(1)), 2, "one without an id is one all the same");
    assert_eq!(history.cast_in(Uuid::from_u128(2)), 1);
    assert_eq!(history.ballots.len(), 3);
    use AllowedBallots::{AtMost, Unlimited};
    let allowed: Vec<_> = history.allowed.into_values().collect();
    assert_eq!(allowed, [AtMost(1), Unlimited, AtMost(1), AtMost(3), AtMost(1)]);
}

#[tokio::test]
async fn a_row_means_blocked() {
    for event in [json!(EVENT), Value::Null] {
        let rows = json!({"sequent_backend_ivr_phone_blacklist": [{"election_event_id": event}]});
        let server = Server::start(move |_| data(rows.clone())).await;
        assert!(Asking::of(&server).ask_blacklist().await.unwrap());
    }
}

#[tokio::test]
async fn a_record_that_reached_no_row_is_a_failure() {
    for answer in [json!({"affected_rows": 0}), json!({"affected_rows": 2}), Value::Null] {
        let body = json!({"data": {"insert_sequent_backend_ivr_call_log": answer}}).to_string();
        let server = Server::start(move |_| Answer::json(200, body.clone())).await;
        let failed = Asking::of(&server).record(ivr_core::ports::CallStage::Started).await;
        let (kind, told) = kind(&failed.unwrap_err().into());
        assert_eq!((kind, told.contains("no row")), ("misconfigured", true), "{told}");
    }
}
