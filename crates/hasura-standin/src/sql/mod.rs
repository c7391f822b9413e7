//! Selections and mutations become SQL: one JSON document a root field, keys in selection order.

pub mod aggregate;
pub mod mutation;
pub mod order;
pub mod select;

use crate::catalogue::ident;
use crate::fault::Fault;
use crate::graphql::collect::Selected;
use crate::model::{Function, Model, Table};
use crate::predicate::sql::Binder;

/// One statement and what is bound to it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its parameters, all text.
    pub values: Vec<Option<String>>,
}

/// What a statement is planned from.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// The model.
    pub model: &'a Model,
    /// The role that asks.
    pub role: &'a str,
    /// Whether numbers beyond 32 bits are answered as strings.
    pub stringify: bool,
}

impl<'a> Planner<'a> {
    /// The table `name`.
    pub(crate) fn table(&self, name: &crate::catalogue::TableName) -> Result<&'a Table, Fault> {
        self.model
            .tables
            .get(name)
            .ok_or_else(|| Fault::unexpected(format!("table {name} is not tracked")))
    }

    /// The function `name`, and the table whose rows it gives.
    pub(crate) fn function(
        &self,
        name: &crate::catalogue::TableName,
    ) -> Result<(&'a Function, &'a Table), Fault> {
        let function = self
            .model
            .functions
            .get(name)
            .ok_or_else(|| Fault::unexpected(format!("function {name} is not tracked")))?;
        Ok((function, self.table(&function.table)?))
    }

    /// Writes a statement.
    ///
    /// # Errors
    /// What `write` finds wrong, or more values than a statement can have.
    pub fn statement(
        session: &crate::session::Session,
        write: impl FnOnce(&mut Binder<'_>) -> Result<String, Fault>,
    ) -> Result<Statement, Fault> {
        let mut binder = Binder::new(session);
        let sql = write(&mut binder)?;
        let values = binder.into_values();
        if values.len() > usize::from(u16::MAX) {
            return Err(Fault::unsupported("$", "a request with more than 65535 values"));
        }
        Ok(Statement { sql, values })
    }
}

/// A row whose columns are `fields`, as JSON in that order.
///
/// # Errors
/// A refusal of a key that PostgreSQL would cut off.
pub(crate) fn row(fields: &[(String, String)]) -> Result<String, Fault> {
    let mut columns = Vec::new();
    for (key, expression) in fields {
        if key.len() > 63 {
            return Err(Fault::unsupported(
                "$",
                format!("the alias \"{key}\", longer than 63 bytes"),
            ));
        }
        columns.push(format!("{expression} AS {}", ident(key)));
    }
    // The row's name is none that a caller can give to a field: a column would hide the row.
    Ok(format!("row_to_json((SELECT \"%e\" FROM (SELECT {}) AS \"%e\"))", columns.join(", ")))
}

/// The value of `__typename`.
pub(crate) fn type_name(selected: &Selected) -> String {
    format!("'{}'::text", selected.of.replace('\'', "''"))
}
