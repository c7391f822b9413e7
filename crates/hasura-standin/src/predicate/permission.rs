//! The conditions that metadata writes (facts 8.1).

use serde_json::Value;

use super::{BoolExp, ColumnRef, Comparison, Op, Operand, Operands};
use crate::catalogue::PgType;
use crate::json::Json;
use crate::model::{Table, Tables};
use crate::scalars::text_of;

/// Why a condition cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The metadata is wrong; Hasura too would refuse it.
    Wrong(String),
    /// The stand-in does not know it; requests that need it are refused.
    Unsupported(String),
}

/// Reads the condition `value` on rows of `table`.
///
/// # Errors
/// [`Problem`], in words.
pub fn read(tables: &Tables, table: &Table, value: &Value) -> Result<BoolExp, Problem> {
    Reader { tables, root: table }.object(table, value)
}

/// A string that stands for a session variable: its lower-case name.
#[must_use]
pub fn session_variable(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if lower == "req_user_id" {
        return Some("x-hasura-user-id".to_owned());
    }
    lower.starts_with("x-hasura-").then_some(lower)
}

struct Reader<'a> {
    tables: &'a Tables,
    root: &'a Table,
}

impl Reader<'_> {
    fn object(&self, table: &Table, value: &Value) -> Result<BoolExp, Problem> {
        let Value::Object(entries) = value else {
            return Err(Problem::Wrong(format!(
                "expected an object for a condition, found {value}"
            )));
        };
        let mut parts = entries
            .iter()
            .map(|(key, value)| self.entry(table, key, value))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => BoolExp::And(parts),
        })
    }

    fn entry(&self, table: &Table, key: &str, value: &Value) -> Result<BoolExp, Problem> {
        match operator(key).as_str() {
            "_and" => return Ok(BoolExp::And(self.list(table, value)?)),
            "_or" => return Ok(BoolExp::Or(self.list(table, value)?)),
            "_not" => return Ok(BoolExp::Not(Box::new(self.object(table, value)?))),
            "_exists" => return self.exists(value),
            _ => {}
        }
        if let Some(column) = table.relation.column(key) {
            let column = ColumnRef {
                name: column.name.clone(),
                ty: column.ty.clone(),
                nullable: column.nullable,
                as_text: false,
            };
            return self.column(table, &column, value);
        }
        if let Some(relationship) = table.relationship(key) {
            let target = self.table(&relationship.target)?;
            return Ok(BoolExp::Related {
                target: relationship.target.clone(),
                join: relationship.join.clone(),
                condition: Box::new(self.object(target, value)?),
            });
        }
        if table.computed.iter().any(|name| name == key) {
            return Err(Problem::Unsupported(format!(
                "the computed field \"{key}\" in a condition"
            )));
        }
        Err(Problem::Wrong(format!("column \"{key}\" does not exist in table {}", table.name)))
    }

    fn table(&self, name: &crate::catalogue::TableName) -> Result<&Table, Problem> {
        self.tables.get(name).ok_or_else(|| {
            Problem::Wrong(format!("no such table/view exists in source: \"{name}\""))
        })
    }

    fn list(&self, table: &Table, value: &Value) -> Result<Vec<BoolExp>, Problem> {
        match value {
            Value::Array(items) => items.iter().map(|item| self.object(table, item)).collect(),
            one => Ok(vec![self.object(table, one)?]),
        }
    }

    fn exists(&self, value: &Value) -> Result<BoolExp, Problem> {
        let wrong = || Problem::Wrong("_exists takes _table and _where".to_owned());
        let table = value.get("_table").or_else(|| value.get("$table")).ok_or_else(wrong)?;
        let condition = value.get("_where").or_else(|| value.get("$where")).ok_or_else(wrong)?;
        let name = serde_json::from_value(table.clone()).map_err(|_| wrong())?;
        let target = self.table(&name)?;
        let condition = self.object(target, condition)?;
        Ok(BoolExp::Exists { table: name, condition: Box::new(condition) })
    }

    fn column(&self, table: &Table, column: &ColumnRef, value: &Value) -> Result<BoolExp, Problem> {
        let one = |comparison| BoolExp::Column(column.clone(), comparison);
        let Value::Object(operators) = value else {
            let value = operand(&column.ty, value)?;
            return Ok(one(Comparison::Value { op: Op::Eq, value, null_aware: true }));
        };
        let mut parts = Vec::new();
        for (key, value) in operators {
            let key = operator(key);
            if key == "_cast" {
                parts.push(self.cast(table, column, value)?);
            } else {
                parts.push(one(self.comparison(table, column, &key, value)?));
            }
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => BoolExp::And(parts),
        })
    }

    fn cast(&self, table: &Table, column: &ColumnRef, value: &Value) -> Result<BoolExp, Problem> {
        match value.as_object().map(|object| object.iter().collect::<Vec<_>>()).as_deref() {
            Some([(ty, operators)]) if *ty == "String" && column.ty.plain() == Some("jsonb") => {
                let text =
                    ColumnRef { as_text: true, ty: PgType::builtin("text"), ..column.clone() };
                self.column(table, &text, operators)
            }
            _ => Err(Problem::Unsupported(format!("_cast of \"{}\" to {value}", column.name))),
        }
    }

    fn comparison(
        &self,
        table: &Table,
        column: &ColumnRef,
        key: &str,
        value: &Value,
    ) -> Result<Comparison, Problem> {
        let unknown = || {
            let text = format!("Unknown operator: {key}");
            if key.starts_with("_st_")
                || key.starts_with("_ancestor")
                || key.starts_with("_matches")
            {
                Problem::Unsupported(format!("the operator {key}"))
            } else {
                Problem::Wrong(text)
            }
        };
        Ok(match key {
            "_is_null" => match value {
                Value::Bool(wanted) => Comparison::IsNull(*wanted),
                _ => return Err(Problem::Unsupported(format!("_is_null: {value}"))),
            },
            "_in" | "_nin" => {
                Comparison::In { negated: key == "_nin", values: operands(&column.ty, value)? }
            }
            "_has_keys_any" | "_has_keys_all" if column.ty.plain() == Some("jsonb") => {
                Comparison::HasKeys {
                    all: key == "_has_keys_all",
                    keys: operands(&PgType::builtin("text"), value)?,
                }
            }
            _ => {
                if let Some(op) = Op::named(key) {
                    if !op.fits(&column.ty) {
                        return Err(unknown());
                    }
                    let value = operand(&op.operand_type(&column.ty), value)?;
                    return Ok(Comparison::Value { op, value, null_aware: true });
                }
                let op = key
                    .strip_prefix("_c")
                    .and_then(|rest| Op::named(&format!("_{rest}")))
                    .filter(|op| {
                        matches!(op, Op::Eq | Op::Neq | Op::Gt | Op::Lt | Op::Gte | Op::Lte)
                    })
                    .ok_or_else(unknown)?;
                self.other_column(table, op, value)?
            }
        })
    }

    fn other_column(&self, table: &Table, op: Op, value: &Value) -> Result<Comparison, Problem> {
        let known = |owner: &Table, name: &str| {
            owner.relation.column(name).map(|_| name.to_owned()).ok_or_else(|| {
                Problem::Wrong(format!("column \"{name}\" does not exist in table {}", owner.name))
            })
        };
        let (column, of_root) = match value {
            Value::String(name) => (known(table, name)?, false),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(dollar), Value::String(name)] if dollar == "$" => {
                    (known(self.root, name)?, true)
                }
                [Value::String(name)] => (known(table, name)?, false),
                _ => return Err(Problem::Unsupported(format!("the column path {value}"))),
            },
            _ => return Err(Problem::Wrong(format!("{value} is no column"))),
        };
        Ok(Comparison::Other { op, column, of_root })
    }
}

/// `$eq` is `_eq`.
fn operator(key: &str) -> String {
    key.strip_prefix('$').map_or_else(|| key.to_owned(), |rest| format!("_{rest}"))
}

/// One value of a column of type `ty`, as metadata writes it.
///
/// # Errors
/// [`Problem`] when it cannot be one.
pub fn operand(ty: &PgType, value: &Value) -> Result<Operand, Problem> {
    if let Some(name) = value.as_str().and_then(session_variable) {
        return Ok(Operand::Session(name));
    }
    text_of(ty, &Json::of_value(value)).map(Operand::Text).map_err(|_| match value {
        Value::Null => Problem::Unsupported("null as a value in a condition".to_owned()),
        _ => Problem::Wrong(format!("{value} does not fit type {}", ty.name)),
    })
}

fn operands(ty: &PgType, value: &Value) -> Result<Operands, Problem> {
    match value {
        Value::String(text) => session_variable(text).map(Operands::Session).ok_or_else(|| {
            Problem::Wrong(format!("expected a list or a session variable, found \"{text}\""))
        }),
        Value::Array(items) => {
            items.iter().map(|item| operand(ty, item)).collect::<Result<_, _>>().map(Operands::List)
        }
        _ => Err(Problem::Wrong(format!("expected a list, found {value}"))),
    }
}
