//! Arguments held against the schema and brought into one form (facts 7).
//!
//! What comes out is JSON in which columns' values are text for PostgreSQL, enums are their names,
//! single values are lists where lists are wanted, and what was not given is not there.

use std::collections::BTreeMap;

use apollo_compiler::ast::Value;

use super::document::Variable;
use crate::fault::{Fault, item, step};
use crate::json::Json;
use crate::scalars::{Misfit, out_of_bounds, text_of, whole_number};
use crate::schema::types::{InputDef, Kind, OnNull, Reading, RoleSchema, TypeRef};

/// What arguments are held against.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The role's schema.
    pub schema: &'a RoleSchema,
    /// The operation's variables.
    pub variables: &'a BTreeMap<String, Variable>,
}

/// A value as it was written: in the document, or in a variable.
#[derive(Debug, Clone, Copy)]
enum Written<'a> {
    Literal(&'a Value),
    Given(&'a Json),
}

impl<'a> Inputs<'a> {
    /// The arguments `written` of a field or directive that takes `defs`.
    ///
    /// # Errors
    /// `validation-failed`, or `parse-failed` for a scalar.
    pub fn arguments(
        self,
        defs: &[InputDef],
        written: &[(String, &Value)],
        path: &str,
    ) -> Result<Json, Fault> {
        let entries: Vec<_> =
            written.iter().map(|(key, value)| (key.as_str(), Written::Literal(value))).collect();
        self.fields(defs, &entries, path)
    }

    fn fields(
        self,
        defs: &[InputDef],
        entries: &[(&str, Written<'a>)],
        path: &str,
    ) -> Result<Json, Fault> {
        let mut fields = Vec::new();
        for (key, value) in entries {
            let Some(def) = defs.iter().find(|def| def.name == *key) else { continue };
            if let Some(value) = self.field(def, *value, &step(path, key))? {
                fields.push(((*key).to_owned(), value));
            }
        }
        for def in defs {
            if entries.iter().any(|(key, _)| *key == def.name) {
                continue;
            }
            match &def.default {
                Some(default) if default == "[]" => {
                    fields.push((def.name.clone(), Json::List(Vec::new())));
                }
                None if def.ty.is_required() => {
                    let message = format!("missing required field '{}'", def.name);
                    return Err(Fault::validation(path, message));
                }
                _ => {}
            }
        }
        Ok(Json::Object(fields))
    }

    fn field(self, def: &InputDef, value: Written<'a>, path: &str) -> Result<Option<Json>, Fault> {
        if let Reading::Unsupported(why) = &def.scalar {
            return Err(Fault::unsupported(path, why));
        }
        let value = self.resolved(&def.ty, def.default.is_some(), value, path)?;
        if is_null(value) {
            match def.null {
                _ if def.ty.is_required() => {}
                OnNull::Absent => return Ok(None),
                OnNull::Kept => return Ok(Some(Json::Null)),
                OnNull::Refused => {}
            }
        }
        self.value(&def.ty, &def.scalar, value, path).map(Some)
    }

    /// Follows a variable, if it is one.
    fn resolved(
        self,
        ty: &TypeRef,
        has_default: bool,
        value: Written<'a>,
        path: &str,
    ) -> Result<Written<'a>, Fault> {
        static NULL: Json = Json::Null;
        let Written::Literal(Value::Variable(name)) = value else { return Ok(value) };
        let variable = self
            .variables
            .get(name.as_str())
            .ok_or_else(|| Fault::validation(path, format!("unbound variable \"{name}\"")))?;
        let null_fits =
            !ty.is_required() || variable.ty.is_required() || has_default || variable.has_default;
        if !null_fits || !compatible(ty.nullable(), variable.ty.nullable()) {
            return Err(Fault::validation(
                path,
                format!(
                    "variable '{name}' is declared as '{}', but used where '{ty}' is expected",
                    variable.ty
                ),
            ));
        }
        Ok(Written::Given(variable.value.as_ref().unwrap_or(&NULL)))
    }

    fn value(
        self,
        ty: &TypeRef,
        scalar: &Reading,
        value: Written<'a>,
        path: &str,
    ) -> Result<Json, Fault> {
        let value = self.resolved(ty, false, value, path)?;
        match ty {
            TypeRef::NonNull(inner) => self.value(inner, scalar, value, path),
            TypeRef::List(element) => match scalar {
                // An array column's value is one value.
                Reading::Column(column) if column.array && !holds_list(element) => {
                    self.column(scalar, ty.name(), value, path)
                }
                _ => self.list(element, scalar, value, path),
            },
            TypeRef::Named(name) => self.named(name, scalar, value, path),
        }
    }

    fn list(
        self,
        element: &TypeRef,
        scalar: &Reading,
        value: Written<'a>,
        path: &str,
    ) -> Result<Json, Fault> {
        let items: Vec<Written<'a>> = match value {
            Written::Literal(Value::List(items)) => {
                items.iter().map(|item| Written::Literal(item)).collect()
            }
            Written::Given(Json::List(items)) => items.iter().map(Written::Given).collect(),
            other if is_null(other) => {
                return Err(Fault::validation(path, "expected a list, but found null"));
            }
            // One value is a list of one.
            other => vec![other],
        };
        items
            .into_iter()
            .enumerate()
            .map(|(index, one)| self.value(element, scalar, one, &item(path, index)))
            .collect::<Result<_, _>>()
            .map(Json::List)
    }

    fn named(
        self,
        name: &str,
        scalar: &Reading,
        value: Written<'a>,
        path: &str,
    ) -> Result<Json, Fault> {
        match self.schema.types.get(name).map(|ty| &ty.kind) {
            Some(Kind::Input(defs)) => self.object(name, defs, value, path),
            Some(Kind::Enum(values)) => {
                let given = match value {
                    Written::Literal(Value::Enum(given)) => given.as_str(),
                    Written::Given(Json::String(given)) => given.as_str(),
                    other => return Err(mismatch(path, "an enum value", name, other)),
                };
                if !values.iter().any(|one| one.name == given) {
                    let known: Vec<_> =
                        values.iter().map(|one| format!("'{}'", one.name)).collect();
                    return Err(Fault::validation(
                        path,
                        format!(
                            "expected one of the values [{}] for type '{name}', but found '{given}'",
                            known.join(", ")
                        ),
                    ));
                }
                Ok(Json::text(given))
            }
            _ => match scalar {
                Reading::Column(_) => self.column(scalar, name, value, path),
                Reading::Limit => limit(value, path),
                Reading::Offset => offset(value, path),
                Reading::Plain | Reading::Unsupported(_) => self.plain(name, value, path),
            },
        }
    }

    fn object(
        self,
        name: &str,
        defs: &[InputDef],
        value: Written<'a>,
        path: &str,
    ) -> Result<Json, Fault> {
        let entries: Vec<(&str, Written<'a>)> = match value {
            Written::Literal(Value::Object(entries)) => {
                entries.iter().map(|(key, value)| (key.as_str(), Written::Literal(value))).collect()
            }
            Written::Given(Json::Object(entries)) => {
                entries.iter().map(|(key, value)| (key.as_str(), Written::Given(value))).collect()
            }
            other => return Err(mismatch(path, "an object", name, other)),
        };
        if let Some((key, _)) =
            entries.iter().find(|(key, _)| !defs.iter().any(|def| def.name == *key))
        {
            return Err(Fault::validation(
                step(path, key),
                format!("field '{key}' not found in type: '{name}'"),
            ));
        }
        self.fields(defs, &entries, path)
    }

    /// A column's value as text for PostgreSQL.
    fn column(
        self,
        scalar: &Reading,
        name: &str,
        value: Written<'a>,
        path: &str,
    ) -> Result<Json, Fault> {
        let Reading::Column(ty) = scalar else { return self.plain(name, value, path) };
        let json = self.json(value);
        text_of(ty, &json).map(Json::String).map_err(|misfit| match misfit {
            Misfit::Null => {
                Fault::validation(path, format!("unexpected null value for type '{name}'"))
            }
            Misfit::Kind(message) => Fault::new("parse-failed", path, message),
        })
    }

    fn plain(self, name: &str, value: Written<'a>, path: &str) -> Result<Json, Fault> {
        let json = self.json(value);
        let bare = matches!(value, Written::Literal(Value::Enum(_)));
        let expected = match name {
            "Boolean" => match json {
                Json::Bool(_) => return Ok(json),
                _ => "a boolean",
            },
            "String" => match json {
                Json::String(_) if !bare => return Ok(json),
                _ => "a string",
            },
            "ID" => match json {
                Json::String(_) | Json::Number(_) if !bare => return Ok(json),
                _ => "a String or a 32-bit integer",
            },
            "Float" => match json {
                Json::Number(_) => return Ok(json),
                _ => "a float",
            },
            "Int" => match &json {
                Json::Number(digits) => {
                    return whole_number(digits)
                        .filter(|number| i32::try_from(*number).is_ok())
                        .map(|number| Json::Number(number.to_string()))
                        .ok_or_else(|| Fault::new("parse-failed", path, out_of_bounds(digits)));
                }
                _ => "a 32-bit integer",
            },
            // A scalar of an action's own takes anything.
            _ if json.is_null() => {
                return Err(Fault::validation(
                    path,
                    format!("unexpected null value for type '{name}'"),
                ));
            }
            _ => return Ok(json),
        };
        Err(mismatch(path, expected, name, value))
    }

    /// The value as JSON, variables inside it followed.
    fn json(self, value: Written<'a>) -> Json {
        let literal = match value {
            Written::Given(json) => return json.clone(),
            Written::Literal(literal) => literal,
        };
        match literal {
            Value::Variable(name) => self
                .variables
                .get(name.as_str())
                .and_then(|variable| variable.value.clone())
                .unwrap_or_default(),
            Value::List(items) => {
                Json::List(items.iter().map(|one| self.json(Written::Literal(one))).collect())
            }
            Value::Object(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, one)| (key.to_string(), self.json(Written::Literal(one))))
                    .collect(),
            ),
            other => super::document::literal(other),
        }
    }
}

fn holds_list(ty: &TypeRef) -> bool {
    matches!(ty.nullable(), TypeRef::List(_))
}

/// Whether a variable of type `given` can stand where `wanted` is.
fn compatible(wanted: &TypeRef, given: &TypeRef) -> bool {
    match (wanted, given) {
        (TypeRef::NonNull(wanted), TypeRef::NonNull(given)) => compatible(wanted, given),
        (TypeRef::NonNull(_), _) => false,
        (_, TypeRef::NonNull(given)) => compatible(wanted, given),
        (TypeRef::List(wanted), TypeRef::List(given)) => compatible(wanted, given),
        (TypeRef::Named(wanted), TypeRef::Named(given)) => wanted == given,
        _ => false,
    }
}

fn limit(value: Written<'_>, path: &str) -> Result<Json, Fault> {
    let number = match value {
        Written::Literal(Value::Int(number)) => number.as_str(),
        Written::Given(Json::Number(number)) => number,
        other => return Err(mismatch(path, "a non-negative 32-bit integer", "Int", other)),
    };
    match whole_number(number).map(i32::try_from) {
        Some(Ok(number)) if number >= 0 => Ok(Json::Number(number.to_string())),
        Some(Ok(_)) => Err(mismatch(path, "a non-negative 32-bit integer", "Int", value)),
        _ => Err(Fault::new("parse-failed", path, out_of_bounds(number))),
    }
}

fn offset(value: Written<'_>, path: &str) -> Result<Json, Fault> {
    let number = match value {
        Written::Literal(Value::Int(number)) => whole(number.as_str(), path)?,
        Written::Given(Json::Number(number)) => whole(number, path)?,
        Written::Literal(Value::String(text)) => digits(text.as_str()),
        Written::Given(Json::String(text)) => digits(text),
        _ => None,
    };
    number.map(|number| Json::Number(number.to_string())).ok_or_else(|| {
        mismatch(
            path,
            "a 32-bit integer, or a 64-bit integer represented as a string",
            "Int",
            value,
        )
    })
}

fn whole(number: &str, path: &str) -> Result<Option<i64>, Fault> {
    let fits = whole_number(number);
    fits.map(Some).ok_or_else(|| Fault::new("parse-failed", path, out_of_bounds(number)))
}

/// A number that stands in a string has digits and nothing else, no sign either.
fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn is_null(value: Written<'_>) -> bool {
    matches!(value, Written::Literal(Value::Null) | Written::Given(Json::Null))
}

fn mismatch(path: &str, expected: &str, name: &str, found: Written<'_>) -> Fault {
    let found = match found {
        Written::Literal(value) => match value {
            Value::Null | Value::Variable(_) => "null",
            Value::Enum(_) => "an enum value",
            Value::String(_) => "a string",
            Value::Float(_) => "a float",
            Value::Int(_) => "an integer",
            Value::Boolean(_) => "a boolean",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        },
        Written::Given(value) => match value {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        },
    };
    Fault::validation(path, format!("expected {expected} for type '{name}', but found {found}"))
}
