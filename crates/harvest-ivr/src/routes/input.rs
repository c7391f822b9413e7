//! Reading what was sent. Errors name the field and never what was in it.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{header, request};
use chrono::{DateTime, Datelike as _, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::refusal::Refusal;

/// A JSON body.
pub(super) struct Sent<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let json = kind.eq_ignore_ascii_case("application/json");
        let bytes = Bytes::from_request(request, state).await.map_err(|why| match why {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Refusal::TooLarge
            }
            _ => Refusal::Body("the body broke off"),
        })?;
        if !json {
            return Err(Refusal::MediaType);
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let data = error.inner().classify() == serde_json::error::Category::Data;
            if data { about(&error) } else { Refusal::Body("the body is no JSON") }
        })?;
        json.end().map_err(|_| Refusal::Body("the body is no JSON"))?;
        Ok(Self(value))
    }
}

/// A query: each name once.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Refusal> {
        let mut fields = Map::new();
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if fields.insert(name.to_string(), Value::String(value.into_owned())).is_some() {
                return Err(Refusal::Field(printable(&name), "is there twice"));
            }
        }
        let value = serde_path_to_error::deserialize(Value::Object(fields));
        value.map(Self).map_err(|error| about(&error))
    }
}

/// Which field an error is about, from its place and from the beginnings of serde's messages.
fn about(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let said = error.inner().to_string();
    let named = |beginning: &str| Some(said.strip_prefix(beginning)?.split_once('`')?.0);
    if let Some(name) = named("missing field `") {
        return Refusal::Field(printable(name), "is missing");
    }
    if let Some(name) = named("duplicate field `") {
        return Refusal::Field(printable(name), "is there twice");
    }
    if let Some(name) = named("unknown field `") {
        return Refusal::Field(printable(name), "is not a field of this route");
    }
    match error.path().to_string().as_str() {
        "." => Refusal::Body("the body is to be a JSON object with this route's fields"),
        path => Refusal::Field(printable(path), "is not what this field takes"),
    }
}

/// A name as far as it looks like one: whoever sent it may have sent anything.
fn printable(name: &str) -> Cow<'static, str> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match plain && (1..=40).contains(&name.len()) {
        true => Cow::Owned(name.to_owned()),
        false => Cow::Borrowed("?"),
    }
}

/// Numbers in a query are text.
pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(|_| serde::de::Error::custom("no number"))
}

/// Moments (RFC 3339) are, too.
pub(super) fn moment<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let moment = String::deserialize(from)?.parse().ok().and_then(bounded);
    moment.map(Some).ok_or_else(|| serde::de::Error::custom("no moment of these years"))
}

/// A moment of the years 2000 to 2100. What is further away no election needs, and calendars and the
/// database end somewhere.
pub(super) fn bounded(moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Some(moment).filter(|moment| (2000..=2100).contains(&moment.year()))
}

/// So is yes or no.
pub(super) fn yes<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match String::deserialize(from)?.as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(serde::de::Error::custom("neither true nor false")),
    }
}

/// A field that may be null but not be left out.
pub(super) fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

/// A reason as people write it: trimmed, at most 500 characters, none of them a control character.
pub(super) fn reason(text: Option<String>) -> Result<Option<String>, Refusal> {
    text.map(|text| sentence(&text, 1, "reason")).transpose()
}

/// A purpose: the same, and at least three characters.
pub(super) fn purpose(text: &str) -> Result<String, Refusal> {
    sentence(text, 3, "purpose")
}

fn sentence(text: &str, least: usize, field: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if !(least..=500).contains(&text.chars().count()) {
        return Err(Refusal::field(field, "is too short or longer than 500 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(Refusal::field(field, "holds a control character"));
    }
    Ok(text.to_owned())
}
