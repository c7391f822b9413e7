//! Routes, bodies, statuses (facts 1).

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::collections::HashMap;

use crate::app::App;
use crate::fault::Fault;
use crate::json::{Json, quoted};
use crate::session::Session;
use crate::{admin, execute};

/// The routes of `app`.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/healthz", get(health))
        .route("/hasura/healthz", get(health))
        .route("/v1/version", get(version));
    if app.config.serves("graphql") {
        router = router
            .route("/v1/graphql", post(graphql))
            .route("/v1alpha1/graphql", post(graphql_with_status))
            .route("/v1beta1/relay", post(relay));
    }
    if app.config.serves("metadata") {
        router = router
            .route("/v1/metadata", post(administration))
            .route("/v2/query", post(administration))
            .route("/v1/query", post(administration));
    }
    router
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(axum::middleware::from_fn(request_id))
        .layer(DefaultBodyLimit::max(64 * 1024 * 1024))
        .with_state(app)
}

/// Echoes the caller's `x-request-id`, or makes one.
async fn request_id(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let given = request.headers().get("x-request-id").cloned();
    let id = given
        .or_else(|| HeaderValue::try_from(uuid::Uuid::new_v4().to_string()).ok())
        .unwrap_or_else(|| HeaderValue::from_static("none"));
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-request-id", id);
    // So that nobody takes it for the real thing.
    response.headers_mut().insert("server", HeaderValue::from_static("hasura-standin"));
    response
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

async fn unknown() -> Response {
    let fault = Fault::new("not-found", "$", "resource does not exist");
    json(StatusCode::NOT_FOUND, fault.flat().to_string())
}

/// Hasura has this one; here nothing is behind it.
async fn relay() -> Response {
    let fault = Fault::unsupported("$", "Relay");
    json(StatusCode::OK, format!("{{\"errors\":[{}]}}", fault.graphql(false)))
}

async fn version() -> Response {
    let text = format!("hasura-standin-{}", env!("CARGO_PKG_VERSION"));
    json(StatusCode::OK, format!("{{\"server_type\":\"standin\",\"version\":{}}}", quoted(&text)))
}

async fn health(
    State(app): State<Arc<App>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let reached = match app.metadata_client().await {
        Ok(client) => client.simple_query("SELECT 1").await.is_ok(),
        Err(_) => false,
    };
    let (status, text) = if !reached {
        (StatusCode::INTERNAL_SERVER_ERROR, "ERROR")
    } else if app.world().model.inconsistent.is_empty() {
        (StatusCode::OK, "OK")
    } else if query.get("strict").is_some_and(|strict| strict == "true") {
        (StatusCode::INTERNAL_SERVER_ERROR, "ERROR: inconsistent objects in schema")
    } else {
        (StatusCode::OK, "WARN: inconsistent objects in schema")
    };
    (status, text).into_response()
}

async fn graphql(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let (_, body) = graphql_answer(&app, &headers, &body).await;
    json(StatusCode::OK, body)
}

async fn graphql_with_status(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (status, body) = graphql_answer(&app, &headers, &body).await;
    json(status, body)
}

async fn graphql_answer(app: &App, headers: &HeaderMap, body: &Bytes) -> (StatusCode, String) {
    let session = match app.auth.session(headers) {
        Ok(session) => session,
        Err(fault) => return failed(app, None, &fault),
    };
    let parsed = std::str::from_utf8(body)
        .map_err(|error| error.to_string())
        .and_then(|text| Json::parse(text).map_err(|error| error.to_string()));
    match parsed {
        Err(error) => failed(app, Some(&session), &Fault::new("invalid-json", "$", error)),
        Ok(Json::List(batch)) => {
            let mut answers = Vec::new();
            for one in &batch {
                answers.push(single(app, &session, headers, one).await.1);
            }
            (StatusCode::OK, format!("[{}]", answers.join(",")))
        }
        Ok(one) => single(app, &session, headers, &one).await,
    }
}

async fn single(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    body: &Json,
) -> (StatusCode, String) {
    match execute::request(app, session, headers, body).await {
        Ok(data) => (StatusCode::OK, format!("{{\"data\":{data}}}")),
        Err(fault) => failed(app, Some(session), &fault),
    }
}

fn failed(app: &App, session: Option<&Session>, fault: &Fault) -> (StatusCode, String) {
    let config = &app.config;
    let admin = session.is_some_and(Session::is_admin);
    let internal = config.dev_mode || (admin && config.admin_internal_errors);
    (fault.status, format!("{{\"errors\":[{}]}}", fault.graphql(internal)))
}

async fn administration(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = administered(&app, &headers, &body).await;
    match answer {
        Ok(answer) => json(StatusCode::OK, answer.to_string()),
        Err(fault) => json(fault.status, fault.flat().to_string()),
    }
}

async fn administered(
    app: &App,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<serde_json::Value, Fault> {
    let session = app.auth.session(headers)?;
    if !session.is_admin() {
        let message = "restricted access : admin only";
        return Err(Fault::new("access-denied", "$.args", message));
    }
    let body = serde_json::from_slice(body)
        .map_err(|error| Fault::new("invalid-json", "$", error.to_string()))?;
    admin::operation(app, &session, &body).await
}
