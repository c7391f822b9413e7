//! What is sent: one document each, in its role, with one token, and nothing more than it needs.

use ivr_core::caller::Caller;
use ivr_core::ports::{
    Availability, CallLogPort as _, CallRecord, CallStage, Clock as _, HistoryFor, ServiceToken,
};
use serde_json::{Value, json};

use super::server::{Seen, Server};
use super::support::*;

fn variables(seen: &Seen) -> Value {
    serde_json::from_str::<Value>(&seen.body).unwrap()["variables"].clone()
}

#[tokio::test]
async fn every_document_goes_out_in_its_role_with_its_token() {
    let server = Server::start(well).await;
    let asking = Asking::of(&server);
    for outcome in asking.all().await {
        outcome.unwrap();
    }
    let mut seen: Vec<_> = server.seen();
    // Two documents of one question go out side by side.
    seen[..2].sort_by_key(|seen| std::cmp::Reverse(operation(seen)));
    seen[..2].reverse();
    seen[2..4].sort_by_key(operation);
    let expected = [
        ("GetElectionEventStatus", "user", TOKEN),
        ("GetElections", "user", TOKEN),
        ("GetCastVotes", "user", TOKEN),
        ("GetElections", "user", TOKEN),
        ("IsPhoneBlacklisted", "can_read_phone_blacklist", SERVICE),
        ("RecordCall", "can_record_ivr_call", SERVICE),
    ];
    assert_eq!(seen.len(), expected.len());
    for (seen, (name, role, token)) in seen.iter().zip(expected) {
        assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/graphql"));
        assert_eq!(operation(seen), name);
        assert_eq!(seen.role.as_deref(), Some(role), "{name}");
        assert_eq!(seen.authorization.as_deref(), Some(format!("Bearer {token}").as_str()));
        let query = serde_json::from_str::<Value>(&seen.body).unwrap()["query"].clone();
        assert!(query.as_str().unwrap().contains(name));
        assert!(!query.as_str().unwrap().contains(" content "), "never a ballot's content");
    }
    assert_eq!(variables(&seen[0]), json!({"eventId": EVENT}));
    assert_eq!(variables(&seen[2]), json!({"eventId": EVENT}));
    assert_eq!(
        variables(&seen[4]),
        json!({"phoneNumber": NUMBER, "tenantId": TENANT, "eventId": EVENT})
    );
    assert_eq!(
        variables(&seen[5]),
        json!({"contactId": "contact-1", "phoneNumber": NUMBER, "voterId": VOTER,
            "stage": "logged_in", "votes": 2, "startedAt": asking.clock.now()})
    );
}

#[tokio::test]
async fn a_withheld_number_and_an_unknown_voter_are_not_sent() {
    let server = Server::start(well).await;
    let asking = Asking::of(&server);
    for (stage, word) in [
        (CallStage::Started, "started"),
        (CallStage::LoggedIn, "logged_in"),
        (CallStage::Completed, "completed"),
        (CallStage::Disconnected, "disconnected"),
    ] {
        let record = CallRecord {
            contact_id: "c",
            caller: &Caller::Withheld,
            started_at: asking.clock.now(),
            voter_id: None,
            stage,
            votes: u32::MAX,
        };
        let service = ServiceToken(token(SERVICE));
        let written = asking.call_log.record(&asking.route, &record, &service, asking.within(5000));
        written.await.unwrap();
        // A GraphQL Int has 32 bits, and a sign.
        assert_eq!(
            variables(server.seen().last().unwrap()),
            json!({"contactId": "c", "stage": word, "votes": i32::MAX,
                "startedAt": asking.clock.now()})
        );
    }
}

#[tokio::test]
async fn a_base_url_may_have_a_path_and_a_slash() {
    let server = Server::start(well).await;
    for (base, path) in [("", "/v1/graphql"), ("/", "/v1/graphql"), ("/h/", "/h/v1/graphql")] {
        let asking = Asking::at(&format!("{}{base}", server.url), None);
        asking.ask_blacklist().await.unwrap();
        assert_eq!(server.seen().last().unwrap().path, path);
    }
}

#[tokio::test]
async fn answers_are_in_the_domains_words() {
    let server = Server::start(well).await;
    let asking = Asking::of(&server);
    let open = asking.ask_status().await.unwrap();
    assert_eq!(open.into_iter().collect::<Vec<_>>(), [(ELECTION, Availability::Open)]);
    let history = asking.ask_history(HistoryFor::Entry).await.unwrap();
    assert!(history.has(ELECTION, "b1"));
    assert!(history.allowed[&ELECTION].left_after(1) && !history.allowed[&ELECTION].left_after(2));
    assert!(!asking.ask_blacklist().await.unwrap());
}

#[tokio::test]
async fn what_it_costs_is_measured() {
    let server = Server::start(well).await;
    let asking = Asking::of(&server);
    for outcome in asking.all().await {
        outcome.unwrap();
    }
    let sums = asking.totals.sums();
    let asked: Vec<_> =
        sums.operations.iter().map(|((_, name), of)| (*name, of.requests())).collect();
    assert_eq!(
        asked,
        [
            ("GetCastVotes", 1),
            ("GetElectionEventStatus", 1),
            ("GetElections", 2),
            ("IsPhoneBlacklisted", 1),
            ("RecordCall", 1)
        ]
    );
    for ((_, name), of) in &sums.operations {
        let bodies = server.seen().into_iter().filter(|seen| operation(seen) == *name);
        assert_eq!(of.sent, bodies.map(|seen| seen.body.len()).sum::<usize>(), "{name}");
        assert_eq!(of.outcomes.keys().collect::<Vec<_>>(), [&"ok"]);
        assert!(of.received > 0, "{name}");
    }
    assert_eq!(asking.http.sent(), 6);
}
