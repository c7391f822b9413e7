//! `order_by` and `distinct_on` (facts 6.7).

use super::Planner;
use crate::catalogue::ident;
use crate::fault::Fault;
use crate::json::Json;
use crate::model::Table;
use crate::predicate::request::permitted;
use crate::predicate::sql::{Binder, condition, joint};

/// One thing that rows are ordered by.
#[derive(Debug, Clone)]
pub struct Key {
    /// The column of the table itself, if it is one.
    pub column: Option<String>,
    /// The expression.
    pub expression: String,
    /// `ASC NULLS LAST`.
    pub direction: &'static str,
}

impl Planner<'_> {
    /// What rows of `table`, called `alias`, are ordered by.
    pub(crate) fn order(
        &self,
        table: &Table,
        alias: &str,
        order_by: Option<&Json>,
        binder: &mut Binder<'_>,
    ) -> Result<Vec<Key>, Fault> {
        let mut keys = Vec::new();
        for one in order_by.map_or(&[] as &[Json], Json::items) {
            self.keys(table, alias, one, None, binder, &mut keys)?;
        }
        Ok(keys)
    }

    /// `around` makes a scalar of an expression over a related row.
    fn keys(
        &self,
        table: &Table,
        alias: &str,
        order_by: &Json,
        around: Option<&dyn Fn(String) -> String>,
        binder: &mut Binder<'_>,
        keys: &mut Vec<Key>,
    ) -> Result<(), Fault> {
        let wrapped = |expression: String| match around {
            Some(around) => around(expression),
            None => expression,
        };
        for (name, value) in order_by.entries() {
            if let Some(column) = table.column_called(name) {
                let Some(direction) = value.as_str().and_then(direction) else { continue };
                keys.push(Key {
                    column: around.is_none().then(|| column.name.clone()),
                    expression: wrapped(format!("{alias}.{}", ident(&column.name))),
                    direction,
                });
            } else if let Some(relationship) = table.relationship(name) {
                let (target, filter) = permitted(self.model, self.role, &relationship.target)?;
                let there = binder.alias();
                let on = joint(&relationship.join, alias, &there);
                let filter = condition(&filter, &there, &there, binder)?;
                let from = target.name.sql();
                // At most one row: an object relationship; a manual one that is not is an error.
                let inner = |expression: String| {
                    wrapped(format!(
                        "(SELECT {expression} FROM {from} AS {there} WHERE {on} AND {filter})"
                    ))
                };
                self.keys(target, &there, value, Some(&inner), binder, keys)?;
            } else if let Some(relationship) =
                name.strip_suffix("_aggregate").and_then(|name| table.relationship(name))
            {
                let (target, filter) = permitted(self.model, self.role, &relationship.target)?;
                let there = binder.alias();
                let on = joint(&relationship.join, alias, &there);
                let filter = condition(&filter, &there, &there, binder)?;
                let from = target.name.sql();
                let mut add = |expression: String, value: &Json| {
                    if let Some(direction) = value.as_str().and_then(direction) {
                        let expression = wrapped(format!(
                            "(SELECT {expression} FROM {from} AS {there} WHERE {on} AND {filter})"
                        ));
                        keys.push(Key { column: None, expression, direction });
                    }
                };
                for (function, value) in value.entries() {
                    if function == "count" {
                        add("count(*)".to_owned(), value);
                    }
                    for (column, value) in value.entries() {
                        if let Some(column) = target.column_called(column) {
                            add(format!("{function}({there}.{})", ident(&column.name)), value);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

fn direction(name: &str) -> Option<&'static str> {
    Some(match name {
        "asc" | "asc_nulls_last" => "ASC NULLS LAST",
        "asc_nulls_first" => "ASC NULLS FIRST",
        "desc" | "desc_nulls_first" => "DESC NULLS FIRST",
        "desc_nulls_last" => "DESC NULLS LAST",
        _ => return None,
    })
}

/// `DISTINCT ON (…)` for `distinct_on`, which must begin `order_by`.
pub(crate) fn distinct(
    table: &Table,
    alias: &str,
    distinct_on: Option<&Json>,
    keys: &[Key],
    path: &str,
) -> Result<String, Fault> {
    let columns: Vec<String> = distinct_on
        .map_or(&[] as &[Json], Json::items)
        .iter()
        .filter_map(|name| table.database_name(name))
        .collect();
    if columns.is_empty() {
        return Ok(String::new());
    }
    let initial: Vec<_> =
        keys.iter().take(columns.len()).map(|key| key.column.as_deref()).collect();
    let fits = keys.is_empty()
        || initial.len() == columns.len()
            && columns.iter().all(|name| initial.contains(&Some(name.as_str())));
    if !fits {
        return Err(Fault::validation(
            format!("{path}.args"),
            "\"distinct_on\" columns must match initial \"order_by\" columns",
        ));
    }
    let columns: Vec<_> = columns.iter().map(|name| format!("{alias}.{}", ident(name))).collect();
    Ok(format!("DISTINCT ON ({}) ", columns.join(", ")))
}
