//! A place that publishes keys, well and badly.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

/// How a realm answers.
#[derive(Clone)]
pub(crate) enum Answer {
    Keys(Vec<Value>),
    Status(u16),
    /// To the address of somebody else's keys.
    Elsewhere(String),
    /// A set of that many bytes too many.
    Padded(Vec<Value>, usize),
}

/// A realm's address of keys.
#[derive(Clone)]
pub(crate) struct Realm {
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
    pub(crate) url: String,
}

impl Realm {
    pub(crate) async fn start(keys: Vec<Value>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/certs", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Answer::Keys(keys)));
        let realm = Self { answer, asked: Arc::default(), url };
        let answering = realm.clone();
        let router = Router::new().fallback(move || {
            let realm = answering.clone();
            async move { realm.respond() }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        realm
    }

    fn respond(&self) -> Response {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.answer.lock().unwrap().clone() {
            Answer::Keys(keys) => json!({ "keys": keys }).to_string().into_response(),
            Answer::Status(code) => StatusCode::from_u16(code).unwrap().into_response(),
            Answer::Elsewhere(url) => Redirect::temporary(&url).into_response(),
            Answer::Padded(keys, bytes) => {
                json!({ "keys": keys, "padding": "x".repeat(bytes) }).to_string().into_response()
            }
        }
    }

    /// From now on it answers so.
    pub(crate) fn set(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
