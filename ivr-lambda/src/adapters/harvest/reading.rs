//! What came back: an answer of the platform, or of something in between.
//!
//! Words of an answer are compared, never kept, but for one: the code of a refusal, if it looks like
//! one. Whatever throws a request back cannot get a ballot or a token into a log through here.

use ivr_core::ports::{Backend, CastReply, CastRequest, Outage, classify_refusal};
use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::wire::DOCUMENT;
use crate::adapters::hasura::refusal::{self, Refusal};
use crate::adapters::http::Reply;

/// Why an answer is not one of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unread {
    #[error("HTTP status {0} with a body that is none of the platform's")]
    NotThePlatform(u16),
    #[error("HTTP status {0} with a code that cannot be one")]
    OddCode(u16),
    #[error("a success that names no row")]
    NoRow,
    #[error("a success of another ballot")]
    OtherBallot,
    #[error("data and errors at once")]
    Both,
    #[error("a server that has not read its keys yet")]
    NoKeys,
}

/// A recorded ballot: what is looked at of it.
#[derive(Deserialize)]
struct Recorded {
    id: Option<Uuid>,
    ballot_id: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    message: Option<String>,
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    code: Option<String>,
}

#[derive(Deserialize)]
struct Graphql {
    data: Option<Data>,
    errors: Option<Vec<Problem>>,
}

#[derive(Deserialize)]
struct Data {
    insert_cast_vote: Option<Recorded>,
}

/// Of Harvest itself.
pub(super) fn direct(reply: &Reply, request: &CastRequest<'_>) -> CastReply {
    let status = reply.status;
    let from = Backend::Harvest;
    match status {
        200 => match serde_json::from_slice::<Recorded>(&reply.body) {
            Ok(recorded) => success(from, &recorded, request),
            Err(_) => nothing(from, Unread::NotThePlatform(status)),
        },
        300..=399 => redirect(from),
        _ => match serde_json::from_slice::<Problem>(&reply.body) {
            Ok(problem) => refused(from, status, &problem, request),
            // With a 5xx, too: the same as what a code would mean (ADR 0064).
            Err(_) => nothing(from, Unread::NotThePlatform(status)),
        },
    }
}

/// Of Hasura, which says almost everything with status 200.
pub(super) fn through_hasura(reply: &Reply, request: &CastRequest<'_>) -> CastReply {
    let status = reply.status;
    let from = Backend::Hasura;
    if (300..=399).contains(&status) {
        return redirect(from);
    }
    let Ok(answer) = serde_json::from_slice::<Graphql>(&reply.body) else {
        return nothing(from, Unread::NotThePlatform(status));
    };
    let recorded = answer.data.and_then(|data| data.insert_cast_vote);
    let problem = answer.errors.unwrap_or_default().into_iter().next();
    match (recorded, problem) {
        (Some(_), Some(_)) => nothing(from, Unread::Both),
        (Some(recorded), None) if status == 200 => success(from, &recorded, request),
        (None, Some(_)) if has_no_keys(reply) => nothing(from, Unread::NoKeys),
        (None, Some(problem)) if problem.extensions.is_some() => {
            refused(from, status, &problem, request)
        }
        _ => nothing(from, Unread::NotThePlatform(status)),
    }
}

/// Just started, and its keys are not read: the same request is accepted in a moment (facts 3.4).
fn has_no_keys(reply: &Reply) -> bool {
    let read = refusal::read::<IgnoredAny>(reply, DOCUMENT);
    matches!(read, Err(Refusal::KeysNotLoaded))
}

fn success(from: Backend, recorded: &Recorded, request: &CastRequest<'_>) -> CastReply {
    match recorded {
        Recorded { id: None, .. } => nothing(from, Unread::NoRow),
        Recorded { ballot_id: Some(id), .. } if id != request.ballot_id => {
            nothing(from, Unread::OtherBallot)
        }
        Recorded { .. } => CastReply::Recorded,
    }
}

fn refused(from: Backend, status: u16, problem: &Problem, request: &CastRequest<'_>) -> CastReply {
    let code = problem.extensions.as_ref().and_then(|extensions| extensions.code.as_deref());
    match code {
        Some(code) if is_code(code) => classify_refusal(from, status, Some(code), request.allowed),
        Some(_) => nothing(from, Unread::OddCode(status)),
        None if before_the_handler(status, problem) => {
            classify_refusal(from, status, None, request.allowed)
        }
        None => nothing(from, Unread::NotThePlatform(status)),
    }
}

/// What Harvest answers before its handler is reached: a body, a claim, an address (facts 4.7).
fn before_the_handler(status: u16, problem: &Problem) -> bool {
    matches!(
        (status, problem.message.as_deref()),
        (400 | 401 | 422, Some("Unknown Error")) | (404, Some("Not found"))
    )
}

/// Letters, what joins them, and three digits at most, as in the name of a version: a code, and nothing
/// that a request holds, such as an id, a hash, a PIN or a number.
fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=48).contains(&text.len()) && text.chars().all(plain) && digits <= 3
}

fn redirect(backend: Backend) -> CastReply {
    let detail = "a redirect, which is not followed".to_owned();
    CastReply::NoReply(Outage::Misconfigured { backend, detail })
}

fn nothing(backend: Backend, why: Unread) -> CastReply {
    let cause = Some(why.into());
    CastReply::NoReply(Outage::Unavailable { backend, cause })
}
