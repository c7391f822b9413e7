//! The conditions that callers write: a `where` that has already been held against the schema.

use super::{BoolExp, ColumnRef, Comparison, Op, Operand, Operands};
use crate::catalogue::PgType;
use crate::fault::Fault;
use crate::json::Json;
use crate::model::{Model, Table};

/// Reads the condition `value` of a caller of role `role` on rows of `table`.
///
/// # Errors
/// A refusal, when a permission on the way is one that the stand-in does not know.
pub fn read(model: &Model, role: &str, table: &Table, value: &Json) -> Result<BoolExp, Fault> {
    let mut parts = Vec::new();
    for (key, value) in value.entries() {
        // `null` is "no condition" for a column or relationship that is named.
        if value.is_null() {
            continue;
        }
        parts.push(match key.as_str() {
            "_and" => BoolExp::And(list(model, role, table, value)?),
            "_or" => BoolExp::Or(list(model, role, table, value)?),
            "_not" => BoolExp::Not(Box::new(read(model, role, table, value)?)),
            _ => entry(model, role, table, key, value)?,
        });
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => BoolExp::And(parts),
    })
}

fn list(model: &Model, role: &str, table: &Table, value: &Json) -> Result<Vec<BoolExp>, Fault> {
    value.items().iter().map(|item| read(model, role, table, item)).collect()
}

fn entry(
    model: &Model,
    role: &str,
    table: &Table,
    key: &str,
    value: &Json,
) -> Result<BoolExp, Fault> {
    if let Some(column) = table.column_called(key) {
        let column = ColumnRef {
            name: column.name.clone(),
            ty: column.ty.clone(),
            nullable: column.nullable,
            as_text: false,
        };
        return Ok(column_conditions(&column, value));
    }
    if let Some(relationship) = table.relationship(key) {
        let (target, filter) = permitted(model, role, &relationship.target)?;
        return Ok(BoolExp::Related {
            target: relationship.target.clone(),
            join: relationship.join.clone(),
            condition: Box::new(filter.rooted().and(read(model, role, target, value)?)),
        });
    }
    if let Some(relationship) =
        key.strip_suffix("_aggregate").and_then(|name| table.relationship(name))
    {
        let (target, filter) = permitted(model, role, &relationship.target)?;
        let count = value.get("count").unwrap_or(&Json::Null);
        let inner = count.get("filter").unwrap_or(&Json::Null);
        let columns = count.get("arguments").map_or(&[] as &[Json], Json::items);
        return Ok(BoolExp::Counted {
            target: relationship.target.clone(),
            join: relationship.join.clone(),
            condition: Box::new(filter.rooted().and(read(model, role, target, inner)?)),
            columns: columns.iter().filter_map(|name| target.database_name(name)).collect(),
            distinct: count.get("distinct").is_some_and(Json::is_true),
            number: comparisons(count.get("predicate").unwrap_or(&Json::Null)),
        });
    }
    Err(Fault::unsupported("$", format!("\"{key}\" in a condition on {}", table.graphql)))
}

/// The table `name` and the rows of it that `role` may see.
///
/// # Errors
/// A refusal, when the permission is one that the stand-in does not know.
pub fn permitted<'a>(
    model: &'a Model,
    role: &str,
    name: &crate::catalogue::TableName,
) -> Result<(&'a Table, BoolExp), Fault> {
    let table = model
        .tables
        .get(name)
        .ok_or_else(|| Fault::unexpected(format!("table {name} is not tracked")))?;
    let filter = match table.select.get(role) {
        Some(access) => access.filter.get()?.clone(),
        None => return Err(Fault::unexpected(format!("{role} may not read {name}"))),
    };
    Ok((table, filter))
}

fn column_conditions(column: &ColumnRef, value: &Json) -> BoolExp {
    let mut parts: Vec<BoolExp> =
        comparisons(value).into_iter().map(|one| BoolExp::Column(column.clone(), one)).collect();
    if let Some(cast) = value.get("_cast").and_then(|cast| cast.get("String")) {
        let text = ColumnRef { as_text: true, ty: PgType::builtin("text"), ..column.clone() };
        parts.push(column_conditions(&text, cast));
    }
    match parts.len() {
        1 => parts.remove(0),
        _ => BoolExp::And(parts),
    }
}

/// The operators of one column; their values are text by now.
fn comparisons(value: &Json) -> Vec<Comparison> {
    let text = |value: &Json| Operand::Text(value.as_str().unwrap_or_default().to_owned());
    let texts = |value: &Json| Operands::List(value.items().iter().map(text).collect());
    value
        .entries()
        .iter()
        .filter_map(|(key, value)| {
            Some(match key.as_str() {
                "_is_null" => Comparison::IsNull(value.is_true()),
                "_in" | "_nin" => Comparison::In { negated: key == "_nin", values: texts(value) },
                "_has_keys_any" | "_has_keys_all" => {
                    Comparison::HasKeys { all: key == "_has_keys_all", keys: texts(value) }
                }
                _ => {
                    Comparison::Value { op: Op::named(key)?, value: text(value), null_aware: false }
                }
            })
        })
        .collect()
}
