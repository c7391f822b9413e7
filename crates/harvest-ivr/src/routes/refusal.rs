//! What is answered instead, in one shape: Harvest's `{"message", "extensions": {"code"}}`.
//!
//! Nothing that somebody sent is repeated: it could be a telephone number or a token.

use std::borrow::Cow;
use std::error::Error as _;

use access_token::Refused;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use deadpool_postgres::PoolError;
use serde::Serialize;
use tokio_postgres::error::SqlState;
use utoipa::ToSchema;

use super::permission::Permission;

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No token, or none that is accepted; why is not said.
    Token,
    /// A person without the permission.
    Role(Permission),
    /// Not there, not of this tenant, not any more: one answer.
    NotFound,
    /// A field of the body or of the query.
    Field(Cow<'static, str>, &'static str),
    /// The body as a whole.
    Body(&'static str),
    AlreadyListed,
    TooLarge,
    MediaType,
    Method,
    /// An export beyond its limit.
    TooMany,
    /// The database or a realm's keys cannot be had now.
    Unavailable,
    Internal,
}

/// The body of every refusal.
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    /// What is wrong, for people.
    message: Cow<'static, str>,
    extensions: Extensions,
}

/// What is wrong, for programs.
#[derive(Serialize, ToSchema)]
struct Extensions {
    #[schema(example = "InvalidField")]
    code: &'static str,
    /// The field in question, with the code `InvalidField`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<Cow<'static, str>>,
}

impl Refusal {
    pub(super) fn field(name: &'static str, message: &'static str) -> Self {
        Self::Field(Cow::Borrowed(name), message)
    }

    fn words(&self) -> (StatusCode, &'static str, Cow<'static, str>) {
        let said = |status, code, message: &'static str| (status, code, Cow::Borrowed(message));
        match self {
            Self::Token => said(
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                "a valid access token of this platform is needed",
            ),
            Self::Role(permission) => (
                StatusCode::FORBIDDEN,
                "Forbidden",
                Cow::Owned(format!("this needs the permission {}", permission.role())),
            ),
            Self::NotFound => said(StatusCode::NOT_FOUND, "NotFound", "there is no such thing"),
            Self::Field(_, message) => said(StatusCode::BAD_REQUEST, "InvalidField", message),
            Self::Body(message) => said(StatusCode::BAD_REQUEST, "InvalidBody", message),
            Self::AlreadyListed => said(
                StatusCode::CONFLICT,
                "AlreadyListed",
                "the number is on the blacklist already, with the same scope",
            ),
            Self::TooLarge => said(
                StatusCode::PAYLOAD_TOO_LARGE,
                "BodyTooLarge",
                "the body is larger than 64 KiB",
            ),
            Self::MediaType => said(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UnsupportedMediaType",
                "the body is to be application/json",
            ),
            Self::Method => said(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "this is here, but not with this method",
            ),
            Self::TooMany => said(
                StatusCode::UNPROCESSABLE_ENTITY,
                "TooManyRows",
                "more rows than an export holds: ask for a shorter time",
            ),
            Self::Unavailable => said(
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailable",
                "not now; try again in a moment",
            ),
            Self::Internal => said(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                "something is wrong on this side",
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.words();
        let unauthorised = self == Self::Token;
        let field = match self {
            Self::Field(name, _) => Some(name),
            _ => None,
        };
        let problem = Problem { message, extensions: Extensions { code, field } };
        let mut answer = (status, Json(problem)).into_response();
        if unauthorised {
            let how = HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        answer
    }
}

impl From<Refused> for Refusal {
    /// Why is not said.
    fn from(_: Refused) -> Self {
        Self::Token
    }
}

impl From<tokio_postgres::Error> for Refusal {
    /// The log gets the state and the constraint: details of the server quote rows.
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            // The kind of error only; its source can quote a value.
            log(&format!("the database connection broke off: {error}"));
            return Self::Unavailable;
        };
        let code = said.code();
        if *code == SqlState::FOREIGN_KEY_VIOLATION {
            // The event, or the whole tenant, went away meanwhile.
            return Self::NotFound;
        }
        let constraint = said.constraint().unwrap_or("-");
        log(&format!("the database refused: SQLSTATE {}, constraint {constraint}", code.code()));
        // Connection exceptions, too few resources, operator intervention (a time-out is one).
        match code.code().get(..2) {
            Some("08" | "53" | "57") => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}

impl From<PoolError> for Refusal {
    /// The log tells a wrong password from a wrong host, a wrong database and TLS.
    fn from(error: PoolError) -> Self {
        let why = match &error {
            PoolError::Backend(error) => match error.as_db_error() {
                Some(said) => format!("SQLSTATE {}", said.code().code()),
                // While connecting no row is known yet, and no source quotes the address.
                None => error.source().map_or(error.to_string(), |why| format!("{error}: {why}")),
            },
            PoolError::Timeout(_) => "none in time".to_owned(),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                "the pool is closed".to_owned()
            }
        };
        log(&format!("no connection to the database: {why}"));
        Self::Unavailable
    }
}

/// One line for the operator. Never anything of a request, nor what the database quotes.
pub(super) fn log(line: &str) {
    #[allow(clippy::print_stderr, reason = "the log of this service")]
    {
        eprintln!("harvest-ivr: {line}");
    }
}
