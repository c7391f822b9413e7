//! Synchronous actions: a caller's arguments go to a handler, and its answer comes back.
//!
//! Only 2xx and 4xx of the handler are passed on; everything else is `unexpected` and means that
//! there was no answer.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::fault::Fault;
use crate::graphql::collect::Selected;
use crate::json::Json;
use crate::metadata::{Action, Header};
use crate::schema::types::{Means, RoleSchema, TypeRef};
use crate::session::Session;

/// Headers of a caller that are about its own connection and not passed on.
const OWN: &[&str] = &[
    "accept",
    "accept-datetime",
    "accept-encoding",
    "cache-control",
    "connection",
    "content-length",
    "content-md5",
    "content-type",
    "dnt",
    "host",
    "origin",
    "referer",
    "transfer-encoding",
    "user-agent",
];

/// Longest answer that is read.
const LONGEST: usize = 4 * 1024 * 1024;

/// Calls handlers.
pub struct Caller {
    client: reqwest::Client,
}

impl Caller {
    /// Ready to call.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { client: reqwest::Client::builder().build()? })
    }

    /// Calls `action` with `field`'s arguments; gives what is asked for of its answer.
    ///
    /// # Errors
    /// What the handler says with 4xx, or `unexpected`.
    pub async fn call(
        &self,
        action: &Action,
        field: &Selected,
        schema: &RoleSchema,
        session: &Session,
        headers: &HeaderMap,
        query: &str,
    ) -> Result<Json, Fault> {
        let definition = &action.definition;
        let variables = session
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), Json::text(value)))
            .collect();
        let body = Json::Object(vec![
            (
                "action".to_owned(),
                Json::Object(vec![("name".to_owned(), Json::text(&action.name))]),
            ),
            ("input".to_owned(), field.args.clone()),
            ("request_query".to_owned(), Json::text(query)),
            ("session_variables".to_owned(), Json::Object(variables)),
        ]);
        let url = from_environment(&definition.handler)?;
        let request = self
            .client
            .post(url)
            .headers(sent_headers(definition.forward_client_headers, &definition.headers, headers)?)
            .timeout(Duration::from_secs(definition.timeout))
            .body(body.to_string());
        // Not with the cause: it names the handler's address.
        let answer = request.send().await.map_err(|error| {
            let why = if error.is_timeout() { "ResponseTimeout" } else { "ConnectionFailure" };
            no_answer("http exception when calling webhook", why)
        })?;
        let status = answer.status();
        let text = body_of(answer).await?;
        let parsed = Json::parse(&text)
            .map_err(|_| no_answer("not a valid json response from webhook", "invalid JSON"))?;
        if status.is_success() {
            return shaped(schema, &field.ty, &parsed, &field.children, &field.name);
        }
        if status.is_client_error() {
            return Err(refused(status, &parsed));
        }
        let why = format!("expecting 2xx or 4xx status code, but found {}", status.as_u16());
        Err(no_answer("internal error", &why))
    }
}

async fn body_of(mut answer: reqwest::Response) -> Result<String, Fault> {
    let failed = || no_answer("http exception when calling webhook", "the answer breaks off");
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| failed())? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(failed());
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| no_answer("not a valid json response from webhook", "not UTF-8"))
}

/// `{"message", "code"?, "extensions"?}` of a handler.
fn refused(status: StatusCode, body: &Json) -> Fault {
    let Some(message) = body.get("message").and_then(Json::as_str) else {
        return unread(body);
    };
    let extensions = body.get("extensions");
    let code = extensions
        .and_then(|extensions| extensions.get("code"))
        .or_else(|| body.get("code"))
        .and_then(Json::as_str)
        .unwrap_or("unexpected");
    let mut fault = Fault::new(code, "$", message).status(status);
    fault.extensions = extensions.map_or(&[] as &[_], Json::entries).to_vec();
    fault
}

/// A 4xx answer that is not what a handler should say: a fault of reading it, not of the action.
fn unread(body: &Json) -> Fault {
    const WHOLE: &str = "parsing Hasura.GraphQL.Execute.Action.Types.ActionWebhookErrorResponse(ActionWebhookErrorResponse) failed";
    let (path, why) = match (body, body.get("message")) {
        (Json::Object(_), None) => ("$", format!("{WHOLE}, key \"message\" not found")),
        (_, Some(other)) => (
            "$.message",
            format!("parsing Text failed, expected String, but encountered {}", other.kind()),
        ),
        (other, None) => {
            ("$", format!("{WHOLE}, expected Object, but encountered {}", other.kind()))
        }
    };
    Fault::new("parse-failed", path, why)
}

fn no_answer(message: &str, why: &str) -> Fault {
    let mut fault = Fault::unexpected(message);
    let error = Json::Object(vec![("message".to_owned(), Json::text(why))]);
    fault.internal = Some(Box::new(Json::Object(vec![("error".to_owned(), error)])));
    fault
}

/// `{{NAME}}` is what the environment says of NAME.
fn from_environment(text: &str) -> Result<String, Fault> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let value = std::env::var(name.trim()).map_err(|_| {
            Fault::unexpected(format!("the environment variable {} is not set", name.trim()))
        })?;
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn sent_headers(
    forward: bool,
    own: &[Header],
    client: &HeaderMap,
) -> Result<reqwest::header::HeaderMap, Fault> {
    let mut sent = HeaderMap::new();
    if forward {
        for (name, value) in client {
            if !OWN.contains(&name.as_str()) {
                sent.append(name.clone(), value.clone());
            }
        }
    }
    for header in own {
        let value = match (&header.value, &header.value_from_env) {
            (Some(value), _) => from_environment(value)?,
            (None, Some(name)) => std::env::var(name).map_err(|_| {
                Fault::unexpected(format!("the environment variable {name} is not set"))
            })?,
            (None, None) => String::new(),
        };
        let bad =
            || Fault::unexpected(format!("the header {} of an action is not one", header.name));
        let name = HeaderName::try_from(&header.name).map_err(|_| bad())?;
        sent.insert(name, HeaderValue::try_from(value).map_err(|_| bad())?);
    }
    sent.insert("content-type", HeaderValue::from_static("application/json"));
    Ok(sent)
}

/// What is asked for of a handler's answer, held against the type it should have.
fn shaped(
    schema: &RoleSchema,
    ty: &TypeRef,
    value: &Json,
    children: &[Selected],
    name: &str,
) -> Result<Json, Fault> {
    let wrong = |message: String| Fault::new("unexpected", "$", message);
    match (ty, value) {
        (TypeRef::NonNull(_), Json::Null) => {
            Err(wrong(format!("expecting not null value for field \"{name}\"")))
        }
        (TypeRef::NonNull(inner), value) => shaped(schema, inner, value, children, name),
        (_, Json::Null) => Ok(Json::Null),
        (TypeRef::List(inner), Json::List(items)) => items
            .iter()
            .map(|item| shaped(schema, inner, item, children, name))
            .collect::<Result<_, _>>()
            .map(Json::List),
        (TypeRef::List(_), _) => {
            Err(wrong("expecting array for the action webhook response".to_owned()))
        }
        (TypeRef::Named(named), value) => {
            let Some(fields) = schema.fields(named) else {
                return scalar(named, value).ok_or_else(|| {
                    wrong(format!("unexpected value for field \"{name}\" of type {named}"))
                });
            };
            let Json::Object(_) = value else {
                return Err(wrong(format!(
                    "got {} for the action webhook response, expecting {named}",
                    if matches!(value, Json::List(_)) { "array" } else { "scalar" }
                )));
            };
            // Every field that is never null must be there, asked for or not.
            for field in fields {
                let there = value.get(&field.name);
                if field.ty.is_required() && there.is_none_or(Json::is_null) {
                    let message = if there.is_none() {
                        format!(
                            "field \"{}\" expected in webhook response, but not found",
                            field.name
                        )
                    } else {
                        format!("expecting not null value for field \"{}\"", field.name)
                    };
                    return Err(wrong(message));
                }
            }
            let mut shown = Vec::new();
            for child in children {
                let answer = if child.means == Means::TypeName {
                    Json::text(&child.of)
                } else {
                    let inner = value.get(&child.name).unwrap_or(&Json::Null);
                    shaped(schema, &child.ty, inner, &child.children, &child.name)?
                };
                shown.push((child.key.clone(), answer));
            }
            Ok(Json::Object(shown))
        }
    }
}

/// A scalar as it is, if it fits a type that GraphQL itself knows.
fn scalar(named: &str, value: &Json) -> Option<Json> {
    let fits = match named {
        "Boolean" => matches!(value, Json::Bool(_)),
        "String" => matches!(value, Json::String(_)),
        "Int" | "Float" => matches!(value, Json::Number(_)),
        "ID" => matches!(value, Json::String(_) | Json::Number(_)),
        _ => true,
    };
    fits.then(|| value.clone())
}
