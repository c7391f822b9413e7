//! What a relationship runs over (facts 5.2).

use serde_json::Value;

use super::Relationship;
use crate::catalogue::{Catalogue, ForeignKey, Relation, TableName};

/// Resolves the relationship `name` of `table`.
///
/// # Errors
/// Why it fits nothing in the database.
pub(super) fn resolve(
    catalogue: &Catalogue,
    table: &TableName,
    relation: &Relation,
    name: &str,
    many: bool,
    using: &Value,
) -> Result<Relationship, String> {
    if relation.column(name).is_some() {
        return Err(format!(
            "field definitions have the same name as a column: \"{name}\" in table \"{table}\""
        ));
    }
    if let Some(manual) = using.get("manual_configuration") {
        return self::manual(catalogue, relation, name, many, manual);
    }
    let on = using.get("foreign_key_constraint_on").ok_or_else(|| {
        format!("relationship \"{name}\" has neither a foreign key nor a mapping")
    })?;
    if on.get("table").is_some() {
        return reverse(catalogue, table, name, many, on);
    }
    if many {
        return Err(format!("array relationship \"{name}\" needs the other table"));
    }
    let columns = names(on)?;
    let key = unique_key(relation, &columns, None)?;
    let total =
        columns.iter().all(|column| relation.column(column).is_some_and(|column| !column.nullable));
    Ok(Relationship {
        name: name.to_owned(),
        many: false,
        target: key.target.clone(),
        join: key.columns.clone(),
        total,
    })
}

fn manual(
    catalogue: &Catalogue,
    relation: &Relation,
    name: &str,
    many: bool,
    manual: &Value,
) -> Result<Relationship, String> {
    let target: TableName =
        serde_json::from_value(manual.get("remote_table").cloned().unwrap_or_default())
            .map_err(|_| format!("relationship \"{name}\" names no remote_table"))?;
    let there =
        catalogue.get(&target).ok_or_else(|| format!("table \"{target}\" does not exist"))?;
    let mapping = manual
        .get("column_mapping")
        .and_then(Value::as_object)
        .ok_or_else(|| format!("relationship \"{name}\" has no column_mapping"))?;
    let mut join = Vec::new();
    for (local, remote) in mapping {
        let remote = remote.as_str().unwrap_or_default();
        if relation.column(local).is_none() {
            return Err(format!("column \"{local}\" does not exist"));
        }
        if there.column(remote).is_none() {
            return Err(format!("column \"{remote}\" does not exist in table \"{target}\""));
        }
        join.push((local.clone(), remote.to_owned()));
    }
    Ok(Relationship { name: name.to_owned(), many, target, join, total: false })
}

/// Over a foreign key of the other table that points here.
fn reverse(
    catalogue: &Catalogue,
    table: &TableName,
    name: &str,
    many: bool,
    on: &Value,
) -> Result<Relationship, String> {
    let target: TableName = serde_json::from_value(on.get("table").cloned().unwrap_or_default())
        .map_err(|_| format!("relationship \"{name}\" names no table"))?;
    let there =
        catalogue.get(&target).ok_or_else(|| format!("table \"{target}\" does not exist"))?;
    let columns = names(on.get("column").or_else(|| on.get("columns")).unwrap_or(&Value::Null))?;
    let key = unique_key(there, &columns, Some(table))?;
    let join = key.columns.iter().map(|(theirs, ours)| (ours.clone(), theirs.clone())).collect();
    Ok(Relationship { name: name.to_owned(), many, target, join, total: false })
}

fn unique_key<'a>(
    relation: &'a Relation,
    columns: &[String],
    target: Option<&TableName>,
) -> Result<&'a ForeignKey, String> {
    let mut found = relation.foreign.iter().filter(|key| {
        key.columns.len() == columns.len()
            && key.columns.iter().all(|(local, _)| columns.contains(local))
            && target.is_none_or(|target| *target == key.target)
    });
    let key = found.next().ok_or_else(|| {
        format!("no foreign constraint exists on the given column(s): {}", columns.join(", "))
    })?;
    if found.next().is_some() {
        return Err(format!(
            "more than one foreign key constraint exists on the given column(s): {}",
            columns.join(", ")
        ));
    }
    Ok(key)
}

fn names(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::String(name) => Ok(vec![name.clone()]),
        Value::Array(items) => items
            .iter()
            .map(|item| {
                item.as_str().map(ToOwned::to_owned).ok_or_else(|| format!("{item} is no column"))
            })
            .collect(),
        other => Err(format!("{other} is no column")),
    }
}
