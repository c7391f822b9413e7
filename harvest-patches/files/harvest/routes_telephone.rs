// SPDX-License-Identifier: Apache-2.0
//! Hands what is below `/ivr/` on to the telephone's own service.
//!
//! That service verifies the token and decides; nothing here does.

use crate::services::telephone_target::target;
use lazy::service_client;
use rocket::data::{Data, ToByteUnit};
use rocket::http::uri::Origin;
use rocket::http::{ContentType, Header, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder, Response};
use std::env;
use std::io::Cursor;
use tracing::error;

/// Where the service is. Not set: there is none.
const SERVICE: &str = "IVR_SERVICE_URL";
/// The largest body that is handed on.
const BODY_KIB: u64 = 64;

mod lazy {
    use std::sync::OnceLock;
    use std::time::Duration;

    /// One client for all requests. It follows no redirect, which could lead the token elsewhere.
    pub fn service_client() -> Result<&'static reqwest::Client, reqwest::Error> {
        static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
        if let Some(client) = CLIENT.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()?;
        Ok(CLIENT.get_or_init(|| client))
    }
}

/// The caller's token, as it was sent.
pub struct Token(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Token {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match request.headers().get_one("Authorization") {
            Some(token) => Outcome::Success(Token(token.to_string())),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

/// The service's answer.
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut answer = Response::build();
        answer.status(Status::new(self.status));
        for (name, value) in self.headers {
            answer.header(Header::new(name, value));
        }
        answer.sized_body(self.body.len(), Cursor::new(self.body)).ok()
    }
}

#[get("/ivr/<_..>")]
pub async fn relay_get(origin: &Origin<'_>, token: Token) -> Result<Answer, Status> {
    relay(reqwest::Method::GET, origin, token, None).await
}

#[delete("/ivr/<_..>")]
pub async fn relay_delete(origin: &Origin<'_>, token: Token) -> Result<Answer, Status> {
    relay(reqwest::Method::DELETE, origin, token, None).await
}

#[post("/ivr/<_..>", data = "<body>")]
pub async fn relay_post(
    origin: &Origin<'_>,
    token: Token,
    kind: Option<&ContentType>,
    body: Data<'_>,
) -> Result<Answer, Status> {
    relay(reqwest::Method::POST, origin, token, Some((kind, body))).await
}

#[patch("/ivr/<_..>", data = "<body>")]
pub async fn relay_patch(
    origin: &Origin<'_>,
    token: Token,
    kind: Option<&ContentType>,
    body: Data<'_>,
) -> Result<Answer, Status> {
    relay(reqwest::Method::PATCH, origin, token, Some((kind, body))).await
}

async fn relay(
    method: reqwest::Method,
    origin: &Origin<'_>,
    token: Token,
    body: Option<(Option<&ContentType>, Data<'_>)>,
) -> Result<Answer, Status> {
    let service = env::var(SERVICE).map_err(|_| Status::NotFound)?;
    let query = origin.query().map(|query| query.as_str());
    let address =
        target(&service, origin.path().as_str(), query).ok_or(Status::NotFound)?;
    // The address may hold four digits of a telephone number, or a whole one by somebody's mistake,
    // so no error of the client is written anywhere.
    let unreachable = |what: &str| {
        error!("the telephone's service at {SERVICE} {what}");
        Status::BadGateway
    };
    let client = service_client().map_err(|_| unreachable("has no client"))?;
    let mut request = client.request(method, address).header("Authorization", token.0);
    if let Some((kind, body)) = body {
        let read = body.open(BODY_KIB.kibibytes()).into_bytes().await;
        let read = read.map_err(|_| Status::BadRequest)?;
        if !read.is_complete() {
            return Err(Status::PayloadTooLarge);
        }
        if let Some(kind) = kind {
            request = request.header("Content-Type", kind.to_string());
        }
        request = request.body(read.into_inner());
    }
    let answer = request.send().await.map_err(|_| unreachable("does not answer"))?;
    let status = answer.status().as_u16();
    let headers = ["Content-Type", "Content-Disposition", "Cache-Control"]
        .into_iter()
        .filter_map(|name| {
            Some((name, answer.headers().get(name)?.to_str().ok()?.to_string()))
        })
        .collect();
    let body = answer.bytes().await.map_err(|_| unreachable("broke off"))?.to_vec();
    Ok(Answer { status, headers, body })
}
