//! [`Cursor`]: a place in a row of the document, read with a type or refused with its path.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::PublicationError;
use super::path::Path;

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'v, 'p> {
    pub(super) value: &'v Value,
    pub(super) path: Path<'p>,
}

type Read<T> = Result<T, PublicationError>;

impl<'v> Cursor<'v, '_> {
    /// A member of an object. A missing one and `null` are the same: nothing.
    pub(super) fn get<'s>(&'s self, key: &'s str) -> Read<Option<Cursor<'v, 's>>> {
        let value = self.object()?.get(key).filter(|value| !value.is_null());
        Ok(value.map(|value| Cursor { value, path: self.path.key(key) }))
    }

    /// A member that must be there.
    pub(super) fn need<'s>(&'s self, key: &'s str) -> Read<Cursor<'v, 's>> {
        self.get(key)?
            .ok_or_else(|| PublicationError::at(&self.path.key(key), "is missing or null"))
    }

    pub(super) fn object(&self) -> Read<&'v Map<String, Value>> {
        self.value.as_object().ok_or_else(|| self.wrong("an object"))
    }

    pub(super) fn list(&self) -> Read<&'v [Value]> {
        self.value.as_array().map(Vec::as_slice).ok_or_else(|| self.wrong("a list"))
    }

    pub(super) fn string(&self) -> Read<&'v str> {
        self.value.as_str().ok_or_else(|| self.wrong("a string"))
    }

    pub(super) fn boolean(&self) -> Read<bool> {
        self.value.as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    pub(super) fn integer(&self) -> Read<i64> {
        self.value.as_i64().ok_or_else(|| self.wrong("a whole number"))
    }

    /// An id, and how it is spelled.
    pub(super) fn id(&self) -> Read<(Uuid, &'v str)> {
        let text = self.string()?;
        let id =
            Uuid::parse_str(text).map_err(|_| self.error(format!("{text:?} is not a uuid")))?;
        Ok((id, text))
    }

    /// An element of a list that was read from here.
    pub(super) fn element<'s>(&'s self, index: usize, value: &'v Value) -> Cursor<'v, 's> {
        Cursor { value, path: self.path.index(index) }
    }

    /// Something is wrong here.
    pub(super) fn error(&self, message: impl Into<String>) -> PublicationError {
        PublicationError::at(&self.path, message)
    }

    fn wrong(&self, expected: &str) -> PublicationError {
        let found = match self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) | Value::Number(_) => self.value.to_string(),
            Value::String(text) => format!("the text {:?}", shortened(text)),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        self.error(format!("expected {expected}, found {found}"))
    }
}

/// The beginning of a text, for a message.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}
