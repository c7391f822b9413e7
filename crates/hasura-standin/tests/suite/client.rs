//! Asking a server.

use hasura_standin::server::Server;
use serde_json::{Value, json};

/// The administrator's secret in these tests.
pub(crate) const SECRET: &str = "a-secret-of-tests";

/// Asks one server.
pub(crate) struct Client {
    url: String,
    http: reqwest::Client,
}

impl Client {
    pub(crate) fn new(server: &Server) -> Self {
        Self { url: server.url(), http: reqwest::Client::new() }
    }

    /// Posts `body` with `headers`; gives status and JSON.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (u16, Value) {
        let mut request = self.http.post(format!("{}{path}", self.url)).body(body.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    /// One operation of the administrator; it must succeed.
    pub(crate) async fn admin(&self, body: &Value) -> Value {
        let (status, answer) =
            self.post("/v1/query", &[("x-hasura-admin-secret", SECRET)], body).await;
        assert_eq!(status, 200, "{body}: {answer}");
        answer
    }

    /// Runs SQL.
    pub(crate) async fn sql(&self, sql: &str) -> Value {
        self.admin(&json!({ "type": "run_sql", "args": { "sql": sql } })).await
    }

    /// A query on `/v1/graphql`; its status must be 200.
    pub(crate) async fn query(&self, headers: &[(&str, &str)], query: &str) -> Value {
        let (status, answer) = self.post("/v1/graphql", headers, &json!({ "query": query })).await;
        assert_eq!(status, 200);
        answer
    }

    /// The plain text at `path`.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}
