//! What a caller hears when something is wrong: code, path, message, HTTP status (facts 1.3, 9).

use axum::http::StatusCode;

use crate::json::{Json, quoted};

/// One error, as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {path}: {message}")]
pub struct Fault {
    /// One of Hasura's codes (facts 9.1).
    pub code: String,
    /// Where: `$.selectionSet.article.args.where`.
    pub path: String,
    /// What: one sentence.
    pub message: String,
    /// The status outside `/v1/graphql`, which always answers 200.
    pub status: StatusCode,
    /// What only an administrator may see.
    pub internal: Option<Box<Json>>,
    /// Members of `extensions` that an action's handler added.
    pub extensions: Vec<(String, Json)>,
}

impl Fault {
    /// A fault with status 400.
    pub fn new(code: &str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            path: path.into(),
            message: message.into(),
            status: StatusCode::BAD_REQUEST,
            internal: None,
            extensions: Vec::new(),
        }
    }

    /// The request does not fit the schema.
    pub fn validation(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new("validation-failed", path, message)
    }

    /// Hasura may know it; this stand-in does not, and says so rather than guess.
    pub fn unsupported(path: impl Into<String>, what: impl AsRef<str>) -> Self {
        let message = format!("hasura-standin does not support this: {}", what.as_ref());
        Self::new("not-supported", path, message)
    }

    /// The stand-in or its database failed.
    pub fn unexpected(message: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, ..Self::new("unexpected", "$", message) }
    }

    /// The same with another status.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same at another path, unless it already has one.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        if self.path == "$" { Self { path: path.to_owned(), ..self } } else { self }
    }

    /// Facts 9.2: what PostgreSQL said, as a caller hears it.
    #[must_use]
    pub fn of_postgres(error: &tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return Self::unexpected("database connection error");
        };
        let state = db.code().code();
        let message = db.message();
        let (code, text) = match state {
            "23505" => ("constraint-violation", format!("Uniqueness violation. {message}")),
            "23503" => ("constraint-violation", format!("Foreign key violation. {message}")),
            "23502" => ("constraint-violation", format!("Not-NULL violation. {message}")),
            "23P01" => ("constraint-violation", format!("Exclusion violation. {message}")),
            "23001" => (
                "constraint-violation",
                format!("Can not delete or update due to data being referred. {message}"),
            ),
            "23514" => ("permission-error", format!("Check constraint violation. {message}")),
            "22025" => ("bad-request", message.to_owned()),
            "42P10" => ("constraint-error", message.to_owned()),
            "40001" => {
                ("concurrent-update", "serialization failure due to concurrent update".to_owned())
            }
            _ if state.starts_with("22") => ("data-exception", message.to_owned()),
            _ => ("unexpected", "database query error".to_owned()),
        };
        let mut fault = Self::new(code, "$", text);
        if code == "unexpected" {
            fault.status = StatusCode::INTERNAL_SERVER_ERROR;
        }
        let detail = Json::Object(vec![("error".to_owned(), postgres_detail(db))]);
        fault.internal = Some(Box::new(detail));
        fault
    }

    /// One element of GraphQL's `errors`; `internal` for administrators only.
    #[must_use]
    pub fn graphql(&self, with_internal: bool) -> Json {
        let mut extensions = self.extensions.clone();
        extensions.retain(|(key, _)| key != "path" && key != "code");
        extensions.insert(0, ("path".to_owned(), Json::text(&self.path)));
        extensions.insert(1, ("code".to_owned(), Json::text(&self.code)));
        if let (true, Some(internal)) = (with_internal, &self.internal) {
            extensions.push(("internal".to_owned(), (**internal).clone()));
        }
        Json::Object(vec![
            ("message".to_owned(), Json::text(&self.message)),
            ("extensions".to_owned(), Json::Object(extensions)),
        ])
    }

    /// The flat body of every other endpoint.
    #[must_use]
    pub fn flat(&self) -> Json {
        let mut body = vec![
            ("path".to_owned(), Json::text(&self.path)),
            ("error".to_owned(), Json::text(&self.message)),
            ("code".to_owned(), Json::text(&self.code)),
        ];
        if let Some(internal) = &self.internal {
            body.push(("internal".to_owned(), (**internal).clone()));
        }
        Json::Object(body)
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::of_postgres(&error)
    }
}

impl From<deadpool_postgres::PoolError> for Fault {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => Self::of_postgres(&error),
            _ => Self::unexpected("database connection error"),
        }
    }
}

fn postgres_detail(db: &tokio_postgres::error::DbError) -> Json {
    let optional = |text: Option<&str>| text.map_or(Json::Null, Json::text);
    Json::Object(vec![
        ("exec_status".to_owned(), Json::text("FatalError")),
        ("hint".to_owned(), optional(db.hint())),
        ("message".to_owned(), Json::text(db.message())),
        ("status_code".to_owned(), Json::text(db.code().code())),
        ("description".to_owned(), optional(db.detail())),
    ])
}

/// The path `base` and one key more (facts 1.3).
#[must_use]
pub fn step(base: &str, key: &str) -> String {
    let plain = key.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && key.chars().all(|one| one.is_alphanumeric() || one == '_' || one == '-');
    if plain { format!("{base}.{key}") } else { format!("{base}[{}]", quoted(key)) }
}

/// The path `base` and one list index more.
#[must_use]
pub fn item(base: &str, index: usize) -> String {
    format!("{base}[{index}]")
}

#[cfg(test)]
mod tests {
    use super::{item, step};

    #[test]
    fn a_key_that_is_no_name_is_quoted() {
        assert_eq!(step("$", "a_b-c"), "$.a_b-c");
        assert_eq!(step("$", "a.b"), r#"$["a.b"]"#);
        assert_eq!(step("$", "1a"), r#"$["1a"]"#);
        assert_eq!(step("$", ""), r#"$[""]"#);
        assert_eq!(item("$.args", 2), "$.args[2]");
    }
}
