//! HTTP: the platform's route, its words, and the switches.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::cast::{Cast, cast};
use super::claims::Claims;
use super::refusal::Refusal;
use super::settings::{Habit, HabitName, SettingsError};
use super::state::State;

type App = extract::State<Arc<State>>;

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/insert-cast-vote", post(insert_cast_vote))
        .route("/dev/habits", get(habits).post(change))
        .route("/dev/release", post(release))
        .fallback(async || plain(StatusCode::NOT_FOUND, "Not found"))
        .with_state(state)
}

/// The body, at either door; Hasura's has the arguments in `input`.
#[derive(Deserialize)]
struct Arguments {
    ballot_id: String,
    election_id: Uuid,
    content: String,
}

async fn insert_cast_vote(extract::State(state): App, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(habit) = state.take(HabitName::LostRequest, false) {
        return nothing(&habit).await;
    }
    if let Some(answer) = misbehave(&state, false) {
        return answer;
    }
    let cast_vote = match read(&state, &headers, &body) {
        Ok(cast_vote) => cast_vote,
        Err(answer) => return *answer,
    };
    // On its own: whoever goes away does not stop it.
    let election = cast_vote.election_id;
    let (early, answered) = oneshot::channel();
    let mut task = tokio::spawn(cast(Arc::clone(&state), cast_vote, early));
    let done = tokio::select! {
        Ok(status) = answered => {
            state.log(election, status, "before the commit");
            return empty(status);
        }
        done = &mut task => done,
    };
    match done {
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
        Ok(Err(refusal)) => {
            let (status, code) = refusal.wire();
            state.log(election, status, code);
            refused(&refusal)
        }
        Ok(Ok(row)) => {
            state.log(election, 200, "recorded");
            if let Some(habit) = state.take(HabitName::LostReply, false) {
                return nothing(&habit).await;
            }
            misbehave(&state, true).unwrap_or_else(|| answer(StatusCode::OK, &row))
        }
    }
}

/// What stands before the handler, then the authorisation.
fn read(state: &State, headers: &HeaderMap, body: &[u8]) -> Result<Cast, Box<Response>> {
    let unknown = |status| Box::new(plain(status, "Unknown Error"));
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text("content-type").and_then(|kind| kind.split(';').next()).map(str::trim);
    if kind != Some("application/json") {
        return Err(Box::new(plain(StatusCode::NOT_FOUND, "Not found")));
    }
    let claims = text("authorization").and_then(Claims::of_header);
    let claims = claims.ok_or_else(|| unknown(StatusCode::UNAUTHORIZED))?;
    let mut body: Value =
        serde_json::from_slice(body).map_err(|_| unknown(StatusCode::BAD_REQUEST))?;
    if body["action"]["name"] == "insert_cast_vote" {
        body = body["input"].take();
    }
    let shape = |_| unknown(StatusCode::UNPROCESSABLE_ENTITY);
    let stated = body["election_id"].as_str().unwrap_or_default().to_owned();
    let Arguments { ballot_id, election_id, content } =
        serde_json::from_value(body).map_err(shape)?;
    let patches = state.settings().patches;
    let voter =
        claims.authorize(&stated, &patches).map_err(|refusal| Box::new(refused(&refusal)))?;
    let forwarded = text("cf-connecting-ip").or_else(|| text("x-forwarded-for"));
    let ip = forwarded.and_then(|ip| ip.parse::<std::net::IpAddr>().ok());
    let annotations = json!({"ip": ip, "country": text("cf-ipcountry")});
    Ok(Cast { voter, election_id, ballot_id, content, annotations })
}

/// Something else in place of an answer.
fn misbehave(state: &State, after_commit: bool) -> Option<Response> {
    if let Some(habit) = state.take(HabitName::ServerError, after_commit) {
        return Some(plain(status(habit.status.unwrap_or(500)), "Internal error"));
    }
    if let Some(habit) = state.take(HabitName::EmptyError, after_commit) {
        return Some(empty(habit.status.unwrap_or(503)));
    }
    let habit = state.take(HabitName::Html, after_commit)?;
    let page = "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>";
    let status = status(habit.status.unwrap_or(502));
    Some(response(status, "text/html; charset=utf-8", Body::from(page)))
}

/// 500 for what is none.
fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn empty(number: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(number);
    response
}

/// No answer: the connection breaks, or stays.
async fn nothing(habit: &Habit) -> Response {
    if habit.silent {
        return std::future::pending().await;
    }
    // The status never leaves: the body fails before anything is written.
    let broken = stream::once(async { Err::<Bytes, _>(std::io::Error::other("broken off")) });
    response(StatusCode::OK, "application/json", Body::from_stream(broken))
}

fn refused(refusal: &Refusal) -> Response {
    let (number, code) = refusal.wire();
    answer(status(number), &json!({"message": refusal.message(), "extensions": {"code": code}}))
}

fn plain(status: StatusCode, message: &str) -> Response {
    answer(status, &json!({ "message": message }))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    response(status, "application/json", Body::from(body.to_string()))
}

fn response(status: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

async fn habits(extract::State(state): App) -> Response {
    answer(StatusCode::OK, &state.report())
}

async fn change(extract::State(state): App, body: Bytes) -> Response {
    let change: Value = match serde_json::from_slice(&body) {
        Ok(change) => change,
        Err(error) => return plain(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match state.change(&change).await {
        Ok(()) => answer(StatusCode::OK, &state.report()),
        // A name or a value that there is not; else it is the database.
        Err(error) => {
            let asked = error.is::<SettingsError>();
            let status =
                if asked { StatusCode::BAD_REQUEST } else { StatusCode::INTERNAL_SERVER_ERROR };
            plain(status, &format!("{error:#}"))
        }
    }
}

async fn release(extract::State(state): App) -> Response {
    state.release();
    answer(StatusCode::OK, &state.report())
}
