//! Synchronous actions against a handler of the test's own.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use hasura_standin::config::Config;
use hasura_standin::server::Server;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Client, SECRET};
use crate::{block_on, trial};
use test_servers::postgres::Postgres;

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![trial("actions", postgres, |postgres| block_on(actions(postgres)))]
}

/// What the handler says, and what it was last told.
#[derive(Clone, Default)]
struct Handler {
    says: Arc<Mutex<(u16, String)>>,
    told: Arc<Mutex<Option<(HeaderMap, Value)>>>,
}

impl Handler {
    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let handler = self.clone();
        let router = axum::Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
            let handler = handler.clone();
            async move {
                *handler.told.lock().unwrap() =
                    Some((headers, serde_json::from_slice(&body).unwrap()));
                let (status, text) = handler.says.lock().unwrap().clone();
                if status == 0 {
                    // Never.
                    std::future::pending::<()>().await;
                }
                (StatusCode::from_u16(status).unwrap(), text)
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/cast")
    }

    fn says(&self, status: u16, text: impl Into<String>) {
        *self.says.lock().unwrap() = (status, text.into());
    }
}

const CALL: &str =
    r#"mutation { cast(election_id: "e1", content: "{}") { ballot: ballot_id __typename note } }"#;

async fn actions(postgres: &Postgres) -> Result<(), String> {
    let handler = Handler::default();
    let url = handler.serve().await;
    let config = Config {
        admin_secret: Some(SECRET.to_owned()),
        ..Config::new(postgres.create_database().unwrap())
    };
    let server = Server::start(config).await.unwrap();
    let client = Client::new(&server);
    let action = |name: &str, timeout: u64| {
        json!({
            "name": name,
            "definition": {
                "handler": url, "kind": "synchronous", "type": "mutation", "timeout": timeout,
                "forward_client_headers": true, "output_type": "CastOutput!",
                "headers": [{ "name": "X-Gate", "value": "open" }],
                "arguments": [
                    { "name": "election_id", "type": "uuid!" },
                    { "name": "content", "type": "String!" },
                    { "name": "more", "type": "String" },
                ],
            },
            "permissions": [{ "role": "user" }],
        })
    };
    client
        .admin(&json!({ "type": "replace_metadata", "version": 2, "args": { "metadata": {
            "version": 3, "sources": [],
            "actions": [action("cast", 20), action("slow", 1)],
            "custom_types": { "objects": [{ "name": "CastOutput", "fields": [
                { "name": "ballot_id", "type": "String!" }, { "name": "note", "type": "jsonb" } ] }] },
        } } }))
        .await;
    let user = [
        ("x-hasura-admin-secret", SECRET),
        ("x-hasura-role", "user"),
        ("x-hasura-user-id", "u1"),
        ("x-forwarded-for", "192.0.2.7"),
    ];
    let same = |what: &str, actual: &Value, expected: Value| {
        if *actual == expected { Ok(()) } else { Err(format!("{what}: {actual}, not {expected}")) }
    };

    handler.says(200, r#"{"ballot_id":"b1","note":{"z":1,"a":2},"extra":true}"#);
    let answer = client.query(&user, CALL).await;
    same(
        "success",
        &answer,
        json!({ "data": { "cast": { "ballot": "b1", "__typename": "CastOutput", "note": { "z": 1, "a": 2 } } } }),
    )?;
    let (headers, told) = handler.told.lock().unwrap().clone().unwrap();
    same("action", &told["action"], json!({ "name": "cast" }))?;
    same("input", &told["input"], json!({ "election_id": "e1", "content": "{}" }))?;
    same("query", &told["request_query"], json!(CALL))?;
    same(
        "variables",
        &told["session_variables"],
        json!({ "x-hasura-role": "user", "x-hasura-user-id": "u1" }),
    )?;
    for (name, value) in
        [("x-forwarded-for", "192.0.2.7"), ("x-gate", "open"), ("content-type", "application/json")]
    {
        if headers.get(name).is_none_or(|found| found != value) {
            return Err(format!("the handler got {:?} as {name}", headers.get(name)));
        }
    }

    // 4xx is passed on, code and extensions and all.
    handler
        .says(400, r#"{"message":"closed","extensions":{"code":"CheckStatusFailed","detail":1}}"#);
    let error = |message: &str, code: &str, more: Value| {
        let mut extensions = json!({ "path": "$", "code": code });
        for (name, value) in more.as_object().unwrap() {
            extensions[name] = value.clone();
        }
        json!({ "errors": [{ "message": message, "extensions": extensions }] })
    };
    same(
        "4xx",
        &client.query(&user, CALL).await,
        error("closed", "CheckStatusFailed", json!({ "detail": 1 })),
    )?;
    handler.says(401, r#"{"message":"Unknown Error"}"#);
    same(
        "4xx without a code",
        &client.query(&user, CALL).await,
        error("Unknown Error", "unexpected", json!({})),
    )?;

    // One without a message cannot be read.
    handler.says(400, r#"{"code":"closed"}"#);
    same(
        "4xx without a message",
        &client.query(&user, CALL).await,
        error(
            "parsing Hasura.GraphQL.Execute.Action.Types.ActionWebhookErrorResponse(ActionWebhookErrorResponse) failed, key \"message\" not found",
            "parse-failed",
            json!({}),
        ),
    )?;

    // Everything else is `unexpected`.
    let broken = [
        (500, r#"{"message":"kept inside"}"#, "internal error"),
        (302, "{}", "internal error"),
        (200, "<html>", "not a valid json response from webhook"),
        (200, r#"{"note":1}"#, "field \"ballot_id\" expected in webhook response, but not found"),
        (200, r#"{"ballot_id":null}"#, "expecting not null value for field \"ballot_id\""),
        (200, "[]", "got array for the action webhook response, expecting CastOutput"),
    ];
    for (status, text, message) in broken {
        handler.says(status, text);
        same(message, &client.query(&user, CALL).await, error(message, "unexpected", json!({})))?;
    }
    handler.says(0, "");
    let slow = CALL.replace("cast(", "slow(");
    same(
        "no answer in time",
        &client.query(&user, &slow).await,
        error("http exception when calling webhook", "unexpected", json!({})),
    )?;

    // Another role has no such field.
    let other = [("x-hasura-admin-secret", SECRET), ("x-hasura-role", "other")];
    same(
        "another role",
        &client.query(&other, CALL).await,
        error("no mutations exist", "validation-failed", json!({})),
    )?;
    let missing = client.query(&user, r#"mutation { cast(content: "x") { note } }"#).await;
    let expected = json!({ "errors": [{ "message": "missing required field 'election_id'", "extensions": { "path": "$.selectionSet.cast.args", "code": "validation-failed" } }] });
    same("a missing argument", &missing, expected)
}
