//! What a refusal of the token endpoint means (DECISIONS 53; `facts/keycloak-26.md` 6.1, 7, 8), in
//! one place.
//!
//! The answer's words are only compared, never kept: [`Said`] holds words of this file. A server,
//! or whatever stands in front of it, may repeat a PIN or a secret in an error; nothing of that can
//! reach a log through here.

use std::fmt;

use serde_json::Value;

use crate::adapters::http::Reply;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A voter's login.
    Login,
    /// A voter's new tokens.
    Refresh,
    /// The end of a voter's session.
    Logout,
    /// A token of the service.
    Service,
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The voter keyed in something wrong, or is locked.
    WrongCredentials,
    /// The account was deactivated.
    AccountDisabled,
    /// The account is not fully set up.
    ActionRequired,
    /// The server says that the account is locked. 26.4 never does.
    Locked,
    /// The refresh token is dead.
    SessionOver,
    /// The client or its secret is not accepted: perhaps the secret was rotated (DECISIONS 58).
    SecretRefused(Said),
    /// The operator's matter.
    Misconfigured(Said),
    /// Overload, restart, an answer that is none.
    Transient(Said),
}

/// A refusal in words that are safe to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The error code, if it is one that we know.
    pub error: &'static str,
    /// The description, if it is one that we know, or what else the answer was.
    pub description: &'static str,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {} {}", self.status, self.error)?;
        if !self.description.is_empty() {
            write!(f, " ({})", self.description)?;
        }
        Ok(())
    }
}

/// "The client or its secret": the one pair of words that lets us read the secret again.
const CLIENT_CREDENTIALS: &str = "Invalid client or Invalid client credentials";

/// Codes that Keycloak and RFC 6749 know.
const ERRORS: &[&str] = &[
    "access_denied",
    "account_temporarily_disabled",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unknown_error",
    "unsupported_grant_type",
    "user_disabled",
    "Realm does not exist",
];

/// Descriptions as they begin; the rest may name a user or repeat a parameter.
const DESCRIPTIONS: &[&str] = &[
    CLIENT_CREDENTIALS,
    "Account disabled",
    "Account is not fully set up",
    "Account temporarily disabled",
    "Client not allowed for direct access grants",
    "Client not enabled to retrieve service account",
    "Client requires user consent",
    "HTTPS required",
    "Invalid refresh token",
    "Invalid scopes",
    "Invalid user credentials",
    "Maximum allowed refresh token reuse exceeded",
    "Missing form parameter: grant_type",
    "Missing parameter",
    "No refresh token",
    "Public client not allowed to retrieve service account",
    "Realm not enabled",
    "Session doesn't have required client",
    "Session not active",
    "Stale token",
    "Token is not active",
    "Unsupported grant_type",
    "User '",
    "User disabled",
    "duplicated parameter",
];

/// Reads an answer that is no token.
pub fn read(asked: Asked, reply: &Reply) -> Refusal {
    let status = reply.status;
    let words = |error, description| Said { status, error, description };
    match status {
        // A 200 that cannot be read was cut off on the way.
        200..=299 => return Refusal::Transient(words("", "the answer is no token")),
        300..=399 => return Refusal::Misconfigured(words("", "a redirect, which is not followed")),
        408 | 425 | 429 | 500..=599 => {
            return Refusal::Transient(words("", "Keycloak or a proxy cannot answer now"));
        }
        _ => {}
    }
    if !reply.is_json() {
        // A deny step of the flow answers a page; so does a wrong address.
        return Refusal::Misconfigured(words("", "not an answer of the token endpoint"));
    }
    let Ok(problem) = serde_json::from_slice::<Value>(&reply.body) else {
        return Refusal::Transient(words("", "the answer broke off"));
    };
    let text = |name| problem.get(name).and_then(Value::as_str).unwrap_or_default();
    let error = known(ERRORS, |word| word == text("error"));
    let description = known(DESCRIPTIONS, |word| text("error_description").starts_with(word));
    let said = words(error, description);
    match (asked, status, error) {
        (_, 401, "unauthorized_client") if description == CLIENT_CREDENTIALS => {
            Refusal::SecretRefused(said)
        }
        (Asked::Login, 400 | 401, "account_temporarily_disabled" | "user_disabled") => {
            Refusal::Locked
        }
        (Asked::Login, 400 | 401, "invalid_grant")
            if description == "Account temporarily disabled" =>
        {
            Refusal::Locked
        }
        (Asked::Login, 401, "invalid_grant") => Refusal::WrongCredentials,
        (Asked::Login, 400, "invalid_grant") => match description {
            "Account disabled" | "User disabled" => Refusal::AccountDisabled,
            // Whatever else 400 says is a state of the account, and not the voter's doing.
            _ => Refusal::ActionRequired,
        },
        (Asked::Refresh | Asked::Logout, 400 | 401, "invalid_grant") => Refusal::SessionOver,
        _ => Refusal::Misconfigured(said),
    }
}

fn known(words: &'static [&'static str], is: impl Fn(&str) -> bool) -> &'static str {
    words.iter().copied().find(|word| is(word)).unwrap_or_default()
}
