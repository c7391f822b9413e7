//! What an answer of Hasura means (facts hasura-v2 1.3, 3.3, 7.1, 9), in one place.
//!
//! Hasura says almost everything with status 200, so the body decides; what stands in front of it
//! says the rest with a status and a page. Words of an answer are only compared, never kept:
//! [`Said`] holds words of this file and of our own documents. A message may repeat a value, and a
//! value may be a telephone number.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::adapters::http::Reply;

/// Why there is no data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The token has expired.
    TokenExpired,
    /// No key of the server's set made the token's signature.
    SignatureUnknown,
    /// The token is not accepted for another reason: audience, issuer, claims, header.
    TokenRefused(Said),
    /// The server's clock is behind the one of whoever issued the token.
    TokenEarly(Said),
    /// The server has not read its keys yet: for a moment after it has started (facts 3.4).
    KeysNotLoaded,
    /// The role may not, or the token does not carry it.
    Denied(Said),
    /// The schema that this role sees does not fit the document.
    Schema(Said),
    /// A value or a row was refused.
    Constraint(Said),
    /// Overload, restart, a failed database, a page of a proxy.
    Transient(Said),
    /// An answer of something that is not the gateway.
    NotTheGateway(Said),
}

/// Whose matter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It passes.
    Transient,
    /// The token's.
    Token,
    /// The operator's.
    Configuration,
}

/// A refusal in words that are safe to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The code, if it is one that we know.
    pub code: &'static str,
    /// The message as it begins, if it is one that we know, or what else the answer was.
    pub message: &'static str,
    /// Where in our document, as far as the document has the words.
    pub place: Vec<&'static str>,
}

impl Refusal {
    /// For metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::TokenExpired => "token_expired",
            Self::SignatureUnknown => "signature_unknown",
            Self::TokenRefused(_) => "token_refused",
            Self::TokenEarly(_) => "token_early",
            Self::KeysNotLoaded => "keys_not_loaded",
            Self::Denied(_) => "denied",
            Self::Schema(_) => "schema",
            Self::Constraint(_) => "constraint",
            Self::Transient(_) => "transient",
            Self::NotTheGateway(_) => "not_the_gateway",
        }
    }

    /// Whose matter it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::TokenEarly(_) | Self::KeysNotLoaded | Self::Transient(_) => Severity::Transient,
            Self::TokenExpired | Self::SignatureUnknown => Severity::Token,
            Self::TokenRefused(_)
            | Self::Denied(_)
            | Self::Schema(_)
            | Self::Constraint(_)
            | Self::NotTheGateway(_) => Severity::Configuration,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TokenExpired => f.write_str("the token has expired, by the server's clock"),
            Self::SignatureUnknown => {
                f.write_str("no key that the server has read made the token's signature")
            }
            Self::TokenRefused(said) => write!(f, "the token is not accepted: {said}"),
            Self::TokenEarly(said) => write!(f, "the server's clock is behind: {said}"),
            Self::KeysNotLoaded => f.write_str("the server has not read its keys yet"),
            Self::Denied(said) => write!(f, "not permitted: {said}"),
            Self::Schema(said) => {
                write!(f, "the schema of the role does not fit the document: {said}")
            }
            Self::Constraint(said) => write!(f, "a value or a row was refused: {said}"),
            Self::Transient(said) => write!(f, "the gateway cannot answer: {said}"),
            Self::NotTheGateway(said) => write!(f, "not an answer of the gateway: {said}"),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        for word in [self.code, self.message].into_iter().filter(|word| !word.is_empty()) {
            write!(f, ", {word}")?;
        }
        if !self.place.is_empty() {
            write!(f, " at {}", self.place.join("."))?;
        }
        Ok(())
    }
}

/// What a code makes of the rest.
type Meaning = fn(Said) -> Refusal;

/// Codes of facts 9.1, each with what it means to us.
const CODES: &[(&str, Meaning)] = &[
    ("access-denied", Refusal::Denied),
    ("permission-denied", Refusal::Denied),
    // A check of the role's permission or of the table.
    ("permission-error", Refusal::Constraint),
    ("constraint-error", Refusal::Constraint),
    ("constraint-violation", Refusal::Constraint),
    ("data-exception", Refusal::Constraint),
    ("invalid-headers", Refusal::TokenRefused),
    ("invalid-jwt", Refusal::TokenRefused),
    ("jwt-invalid-claims", Refusal::TokenRefused),
    ("jwt-missing-role-claims", Refusal::TokenRefused),
    ("bad-request", Refusal::Schema),
    ("invalid-json", Refusal::Schema),
    ("invalid-params", Refusal::Schema),
    ("not-exists", Refusal::Schema),
    ("not-supported", Refusal::Schema),
    ("parse-failed", Refusal::Schema),
    ("validation-failed", Refusal::Schema),
    ("not-found", Refusal::NotTheGateway),
    ("concurrent-update", Refusal::Transient),
    ("conflict", Refusal::Transient),
    ("postgres-error", Refusal::Transient),
    ("unexpected", Refusal::Transient),
    ("unexpected-payload", Refusal::Transient),
];

const EXPIRED: &str = "Could not verify JWT: JWTExpired";
const NO_KEYS: &str = "Could not verify JWT: JWSError NoUsableKeys";
const BAD_SIGNATURE: &str = "Could not verify JWT: JWSError JWSInvalidSignature";
const NOT_YET: &str = "Could not verify JWT: JWTNotYetValid";
const FROM_THE_FUTURE: &str = "Could not verify JWT: JWTIssuedAtFuture";
/// With the code `not-found` (facts 8.3).
const NO_VARIABLE: &str = "missing session variable";

/// Messages as they begin; what follows may repeat a value.
const MESSAGES: &[&str] = &[
    EXPIRED,
    NO_KEYS,
    BAD_SIGNATURE,
    NOT_YET,
    FROM_THE_FUTURE,
    "Could not verify JWT: JWTNotInAudience",
    "Could not verify JWT: JWTNotInIssuer",
    "Could not verify JWT",
    "Missing 'Authorization' or 'Cookie' header in JWT authentication mode",
    "Malformed Authorization header",
    "Your requested role is not in allowed roles",
    "JWT claim does not contain x-hasura-allowed-roles",
    "JWT claim does not contain x-hasura-default-role",
    "invalid x-hasura-allowed-roles",
    "claims key:",
    "claims not found at claims_namespace_path",
    "JWT claim from claims_map",
    "x-hasura-* claims: parsing Text failed",
    NO_VARIABLE,
    "no mutations exist",
    "field '",
    "variable '",
    "unexpected null value for type",
    "null value found for non-nullable type",
    "expecting a value for non-nullable variable",
    "not a valid graphql query",
    "Uniqueness violation.",
    "Foreign key violation.",
    "Not-NULL violation.",
    "Exclusion violation.",
    "Check constraint violation.",
    "check constraint of an insert/update permission has failed",
    "invalid input syntax for type",
    "database query error",
    "resource does not exist",
];

#[derive(Deserialize)]
struct Envelope {
    // Read when there are no errors: beside them it may be anything.
    data: Option<serde_json::Value>,
    errors: Option<Vec<GraphQlError>>,
    // The other form, of every path but this one.
    #[serde(default)]
    error: Text,
    #[serde(default)]
    code: Text,
    #[serde(default)]
    path: Text,
}

#[derive(Deserialize)]
struct GraphQlError {
    #[serde(default)]
    message: Text,
    #[serde(default)]
    extensions: Option<Extensions>,
}

#[derive(Default, Deserialize)]
struct Extensions {
    #[serde(default)]
    code: Text,
    #[serde(default)]
    path: Text,
}

/// A text, or nothing where something else stands.
#[derive(Default)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(reader)?;
        Ok(Self(value.as_str().unwrap_or_default().to_owned()))
    }
}

/// Reads an answer to a document.
pub fn read<T: DeserializeOwned>(reply: &Reply, document: &'static str) -> Result<T, Refusal> {
    let status = reply.status;
    let words = |message| Said { status, code: "", message, place: Vec::new() };
    let transient = matches!(status, 408 | 425 | 429 | 500..=599);
    if !reply.is_json() {
        return Err(match status {
            200..=299 if reply.body.is_empty() => Refusal::Transient(words("an empty answer")),
            // A page of maintenance or of a portal in between; it goes away.
            200..=299 => Refusal::Transient(words("a page, not JSON")),
            300..=399 => Refusal::NotTheGateway(words("a redirect, which is not followed")),
            _ if transient => Refusal::Transient(words("the gateway or a proxy")),
            _ => Refusal::NotTheGateway(words("a page, not JSON; is hasura_url right?")),
        });
    }
    let answer: Envelope = match serde_json::from_slice(&reply.body) {
        Ok(answer) => answer,
        Err(_) if transient => return Err(Refusal::Transient(words("the gateway or a proxy"))),
        Err(error) => {
            return Err(match error.classify() {
                Category::Data => Refusal::Schema(words("the answer has another shape")),
                _ => Refusal::Transient(words("the answer broke off")),
            });
        }
    };
    let error = match answer.errors.and_then(|errors| errors.into_iter().next()) {
        Some(error) => {
            let Extensions { code, path } = error.extensions.unwrap_or_default();
            Some((code.0, error.message.0, path.0))
        }
        None if !answer.code.0.is_empty() || !answer.error.0.is_empty() => {
            Some((answer.code.0, answer.error.0, answer.path.0))
        }
        None => None,
    };
    match (error, answer.data) {
        (Some((code, message, path)), _) => {
            Err(refused(status, transient, &code, &message, &path, document))
        }
        (None, Some(data)) if (200..=299).contains(&status) => serde_json::from_value(data)
            .map_err(|_| Refusal::Schema(words("the answer has another shape"))),
        (None, _) if transient => Err(Refusal::Transient(words("the gateway or a proxy"))),
        (None, _) => Err(Refusal::NotTheGateway(words("neither data nor errors"))),
    }
}

fn refused(
    status: u16,
    transient: bool,
    code: &str,
    message: &str,
    path: &str,
    document: &'static str,
) -> Refusal {
    let known = CODES.iter().find(|(word, _)| *word == code);
    let message = MESSAGES.iter().find(|word| message.starts_with(**word)).copied();
    let said = Said {
        status,
        code: known.map_or("an unknown code", |(word, _)| word),
        message: message.unwrap_or_default(),
        place: place(path, document),
    };
    match (known, message) {
        (Some(("invalid-jwt", _)), Some(EXPIRED)) => Refusal::TokenExpired,
        (Some(("invalid-jwt", _)), Some(NO_KEYS)) => Refusal::KeysNotLoaded,
        (Some(("invalid-jwt", _)), Some(BAD_SIGNATURE)) => Refusal::SignatureUnknown,
        (Some(("invalid-jwt", _)), Some(NOT_YET | FROM_THE_FUTURE)) => Refusal::TokenEarly(said),
        (Some(("not-found", _)), Some(NO_VARIABLE)) => Refusal::TokenRefused(said),
        (Some((_, meaning)), _) => meaning(said),
        (None, _) if transient => Refusal::Transient(said),
        (None, _) if !said.message.is_empty() => Refusal::Schema(said),
        // A code that Hasura does not have is not Hasura's.
        (None, _) => Refusal::NotTheGateway(said),
    }
}

/// The words of a path that our own document has too.
fn place(path: &str, document: &'static str) -> Vec<&'static str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = |text: &'static str| text.split(move |c| !is_name(c)).filter(|w| !w.is_empty());
    path.split('.')
        .filter(|segment| !matches!(*segment, "$" | "selectionSet" | "args" | ""))
        .filter_map(|segment| {
            let segment = segment.split('[').next().unwrap_or_default();
            names(document).find(|word| *word == segment)
        })
        .collect()
}
