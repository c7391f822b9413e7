//! Inserts, updates and deletes (facts 8.5 to 8.7).
//!
//! Each is one statement that gives back the rows it touched, as JSON, and the verdict of the check
//! on them; what the caller wants to see of them is selected afterwards, in the same transaction.

use std::collections::BTreeMap;

use super::Planner;
use crate::catalogue::{Column, PgType, ident};
use crate::fault::Fault;
use crate::json::Json;
use crate::model::Table;
use crate::predicate::sql::{Binder, condition};
use crate::predicate::{BoolExp, Operand, request};

/// Column, and the SQL of its new value.
type Assignment = (String, String);

impl Planner<'_> {
    /// Inserts `objects`; gives one row: touched rows, their number, the verdict. `path` is that of
    /// the field's arguments.
    pub(crate) fn insert(
        &self,
        table: &Table,
        objects: &[Json],
        on_conflict: Option<&Json>,
        path: &str,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let access =
            table.insert.get(self.role).ok_or_else(|| Fault::unexpected("no insert permission"))?;
        let alias = binder.alias();
        let mut columns: Vec<&Column> = table
            .relation
            .columns
            .iter()
            .filter(|column| {
                access.set.contains_key(&column.name)
                    || objects
                        .iter()
                        .any(|object| object.get(table.graphql_name(&column.name)).is_some())
            })
            .collect();
        if columns.is_empty() {
            // Empty objects: every column by its default, said of one of them.
            columns.extend(table.relation.columns.first());
        }
        let mut rows = Vec::new();
        for object in objects {
            let mut values = Vec::new();
            for column in &columns {
                values.push(match access.set.get(&column.name) {
                    Some(preset) => self::preset(preset.as_ref(), &column.ty, binder)?,
                    None => match object.get(table.graphql_name(&column.name)) {
                        None => "DEFAULT".to_owned(),
                        Some(value) => binder.bind(value.as_str(), &column.ty),
                    },
                });
            }
            rows.push(format!("({})", values.join(", ")));
        }
        let names: Vec<_> = columns.iter().map(|column| ident(&column.name)).collect();
        let values = format!("({}) VALUES {}", names.join(", "), rows.join(", "));
        let check = condition(access.check.get()?, &alias, &alias, binder)?;
        let conflict = match on_conflict {
            Some(conflict) => self.conflict(table, &alias, conflict, path, binder)?,
            None => Conflict { clause: String::new(), check: None },
        };
        let verdict = match conflict.check {
            // A row just inserted has no transaction that ended it.
            Some(update) => format!("CASE WHEN {alias}.xmax = 0 THEN {check} ELSE {update} END"),
            None => check,
        };
        Ok(reported(
            &format!("INSERT INTO {} AS {alias} {values}{}", table.name.sql(), conflict.clause),
            &alias,
            &verdict,
        ))
    }

    fn conflict(
        &self,
        table: &Table,
        alias: &str,
        conflict: &Json,
        path: &str,
        binder: &mut Binder<'_>,
    ) -> Result<Conflict, Fault> {
        let constraint = conflict.get("constraint").and_then(Json::as_str).unwrap_or_default();
        let target = format!(" ON CONFLICT ON CONSTRAINT {}", ident(constraint));
        let columns = conflict.get("update_columns").map_or(&[] as &[Json], Json::items);
        if columns.iter().any(|column| column.as_str() == Some("_PLACEHOLDER")) {
            return Err(Fault::validation(format!("{path}.on_conflict"), "erroneous column name"));
        }
        let names: Vec<String> =
            columns.iter().filter_map(|name| table.database_name(name)).collect();
        let update = table.update.get(self.role);
        let Some(access) = update.filter(|_| !names.is_empty()) else {
            return Ok(Conflict { clause: format!("{target} DO NOTHING"), check: None });
        };
        let mut assigned: BTreeMap<String, String> =
            names.iter().map(|name| (name.clone(), format!("EXCLUDED.{}", ident(name)))).collect();
        for (name, preset) in &access.set {
            let Some(column) = table.relation.column(name) else { continue };
            assigned.insert(name.clone(), self::preset(preset.as_ref(), &column.ty, binder)?);
        }
        let assigned: Vec<_> =
            assigned.iter().map(|(name, value)| format!("{} = {value}", ident(name))).collect();
        let mut filter = access.filter.get()?.clone();
        if let Some(wanted) = conflict.get("where") {
            filter = filter.and(request::read(self.model, self.role, table, wanted)?);
        }
        let filter = condition(&filter, alias, alias, binder)?;
        let check = match &access.check {
            Some(check) => Some(condition(check.get()?, alias, alias, binder)?),
            None => None,
        };
        Ok(Conflict {
            clause: format!("{target} DO UPDATE SET {} WHERE {filter}", assigned.join(", ")),
            check,
        })
    }

    /// Updates the permitted rows that `wanted` holds for, by the operators in `args`.
    ///
    /// `Ok(None)`: there is nothing to set, so no row is touched.
    pub(crate) fn update(
        &self,
        table: &Table,
        wanted: BoolExp,
        args: &Json,
        path: &str,
        binder: &mut Binder<'_>,
    ) -> Result<Option<String>, Fault> {
        let access =
            table.update.get(self.role).ok_or_else(|| Fault::unexpected("no update permission"))?;
        let alias = binder.alias();
        let mut assigned = assignments(table, &alias, args, path, binder)?;
        for (name, preset) in &access.set {
            let Some(column) = table.relation.column(name) else { continue };
            let value = self::preset(preset.as_ref(), &column.ty, binder)?;
            assigned.retain(|(assigned, _)| assigned != name);
            assigned.push((name.clone(), value));
        }
        if assigned.is_empty() {
            return Ok(None);
        }
        let filter = access.filter.get()?.clone().and(wanted);
        let filter = condition(&filter, &alias, &alias, binder)?;
        let check = match &access.check {
            Some(check) => condition(check.get()?, &alias, &alias, binder)?,
            None => "true".to_owned(),
        };
        let assigned: Vec<_> =
            assigned.iter().map(|(name, value)| format!("{} = {value}", ident(name))).collect();
        let statement = format!(
            "UPDATE {} AS {alias} SET {} WHERE {filter}",
            table.name.sql(),
            assigned.join(", ")
        );
        Ok(Some(reported(&statement, &alias, &check)))
    }

    /// Deletes the permitted rows that `wanted` holds for.
    pub(crate) fn delete(
        &self,
        table: &Table,
        wanted: BoolExp,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let access =
            table.delete.get(self.role).ok_or_else(|| Fault::unexpected("no delete permission"))?;
        let alias = binder.alias();
        let filter = access.filter.get()?.clone().and(wanted);
        let filter = condition(&filter, &alias, &alias, binder)?;
        let statement = format!("DELETE FROM {} AS {alias} WHERE {filter}", table.name.sql());
        Ok(reported(&statement, &alias, "true"))
    }
}

/// What happens to a row that is there already.
struct Conflict {
    clause: String,
    /// The update's own check; without it the insert's holds for such a row too.
    check: Option<String>,
}

/// `statement`, and of the rows it touches: all of them as JSON, how many, whether none is false.
fn reported(statement: &str, alias: &str, verdict: &str) -> String {
    format!(
        "WITH \"_m\" AS ({statement} RETURNING row_to_json({alias}) AS \"row\", ({verdict}) AS \"ok\") \
         SELECT coalesce(json_agg(\"row\"), '[]'::json)::text, count(*), coalesce(bool_and(\"ok\"), true) \
         FROM \"_m\""
    )
}

fn preset(preset: Option<&Operand>, ty: &PgType, binder: &mut Binder<'_>) -> Result<String, Fault> {
    match preset {
        Some(operand) => binder.operand(operand, ty),
        None => Ok("NULL".to_owned()),
    }
}

fn assignments(
    table: &Table,
    alias: &str,
    args: &Json,
    path: &str,
    binder: &mut Binder<'_>,
) -> Result<Vec<Assignment>, Fault> {
    let mut assigned: Vec<Assignment> = Vec::new();
    let mut twice = Vec::new();
    for (operator, columns) in args.entries() {
        if !operator.starts_with('_') {
            continue;
        }
        for (name, value) in columns.entries() {
            let Some(column) = table.column_called(name) else { continue };
            let old = format!("{alias}.{}", ident(&column.name));
            let jsonb = PgType::builtin("jsonb");
            let text = value.as_str();
            let new = match operator.as_str() {
                "_set" => binder.bind(text, &column.ty),
                "_inc" => format!("({old} + {})", binder.bind(text, &column.ty)),
                "_append" => format!("({old} || {})", binder.bind(text, &jsonb)),
                "_prepend" => format!("({} || {old})", binder.bind(text, &jsonb)),
                "_delete_key" => format!("({old} - {})", binder.bind_as(text, "text")),
                "_delete_elem" => format!("({old} - {})", binder.bind_as(text, "integer")),
                "_delete_at_path" => {
                    let keys: Vec<_> = value
                        .items()
                        .iter()
                        .map(|key| binder.bind_as(key.as_str(), "text"))
                        .collect();
                    format!("({old} #- ARRAY[{}]::text[])", keys.join(", "))
                }
                _ => continue,
            };
            if assigned.iter().any(|(assigned, _)| *assigned == column.name) {
                twice.push(format!("'{name}'"));
            }
            assigned.push((column.name.clone(), new));
        }
    }
    if twice.is_empty() {
        return Ok(assigned);
    }
    let message = format!("Column found in multiple operators: [{}].", twice.join(", "));
    Err(Fault::validation(path, message))
}
