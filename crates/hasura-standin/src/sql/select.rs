//! Rows as JSON.

use super::{Planner, order, row, type_name};
use crate::catalogue::{PgType, TableName, ident};
use crate::fault::{Fault, step};
use crate::graphql::collect::Selected;
use crate::json::Json;
use crate::model::{Function, Table};
use crate::predicate::sql::{Binder, condition, joint};
use crate::predicate::{BoolExp, ColumnRef, Comparison, Op, Operand, request};
use crate::schema::types::Means;

/// Columns of one row, and those of another that they equal.
type Pairs = [(String, String)];

/// Where permitted rows come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'o> {
    /// The whole table.
    Table,
    /// What these columns link to the row of that alias.
    Joined(&'o Pairs, &'o str),
    /// What a function gives.
    Call(&'o Function),
}

/// Which rows of a table are meant.
#[derive(Debug)]
pub(crate) struct Source<'s> {
    /// What stands after FROM, before the alias.
    pub(crate) from: String,
    /// Its alias.
    pub(crate) alias: String,
    /// Conditions beside the caller's own.
    pub(crate) conditions: Vec<String>,
    /// The caller's arguments.
    pub(crate) args: Option<&'s Json>,
    /// At most so many rows.
    pub(crate) limit: Option<u32>,
}

impl Planner<'_> {
    /// A list of rows of `table` as JSON: `selected` has the arguments and what is asked of a row.
    ///
    pub(crate) fn rows(
        &self,
        table: &Table,
        selected: &Selected,
        origin: Origin<'_>,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let source = self.permitted_rows(table, &selected.args, origin, true, binder)?;
        let list = self.listed(table, &source, &selected.children, &selected.path, binder)?;
        Ok(format!("({list})"))
    }

    /// The permitted rows of `table`, with the caller's arguments.
    pub(crate) fn permitted_rows<'s>(
        &self,
        table: &Table,
        args: &'s Json,
        origin: Origin<'_>,
        limited: bool,
        binder: &mut Binder<'_>,
    ) -> Result<Source<'s>, Fault> {
        let alias = binder.alias();
        let (_, filter) = request::permitted(self.model, self.role, &table.name)?;
        let mut conditions = Vec::new();
        let mut from = table.name.sql();
        match origin {
            Origin::Table => {}
            Origin::Joined(join, here) => conditions.push(joint(join, here, &alias)),
            Origin::Call(function) => from = call(function, args.get("args"), binder),
        }
        conditions.push(condition(&filter, &alias, &alias, binder)?);
        let limit = table.select.get(self.role).and_then(|access| access.limit);
        Ok(Source { from, alias, conditions, args: Some(args), limit: limit.filter(|_| limited) })
    }

    /// A query that gives one JSON list of the rows of `source`.
    pub(crate) fn listed(
        &self,
        table: &Table,
        source: &Source<'_>,
        children: &[Selected],
        path: &str,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let row = self.row(table, &source.alias, children, binder)?;
        let tail = self.tail(table, source, path, binder)?;
        Ok(format!(
            "SELECT coalesce(json_agg(\"_r\".\"row\"), '[]'::json) FROM \
             (SELECT {}{row} AS \"row\" {}) AS \"_r\"",
            tail.distinct, tail.rest
        ))
    }

    /// What follows the columns of a SELECT over `source`.
    pub(crate) fn tail(
        &self,
        table: &Table,
        source: &Source<'_>,
        path: &str,
        binder: &mut Binder<'_>,
    ) -> Result<Tail, Fault> {
        let none = Json::Null;
        let args = source.args.unwrap_or(&none);
        let alias = &source.alias;
        let mut conditions = source.conditions.clone();
        if let Some(wanted) = args.get("where") {
            let wanted = request::read(self.model, self.role, table, wanted)?;
            conditions.push(condition(&wanted, alias, alias, binder)?);
        }
        let keys = self.order(table, alias, args.get("order_by"), binder)?;
        let distinct = order::distinct(table, alias, args.get("distinct_on"), &keys, path)?;
        let mut rest = format!("FROM {} AS {alias}", source.from);
        if !conditions.is_empty() {
            rest.push_str(" WHERE ");
            rest.push_str(&conditions.join(" AND "));
        }
        if !keys.is_empty() {
            let keys: Vec<_> =
                keys.iter().map(|key| format!("{} {}", key.expression, key.direction)).collect();
            rest.push_str(" ORDER BY ");
            rest.push_str(&keys.join(", "));
        }
        if let Some(limit) = smaller(args.get("limit"), source.limit) {
            rest.push_str(&format!(" LIMIT {limit}"));
        }
        if let Some(Json::Number(offset)) = args.get("offset") {
            let offset = binder.bind(Some(offset), &PgType::builtin("int8"));
            rest.push_str(&format!(" OFFSET {offset}"));
        }
        Ok(Tail { distinct, rest })
    }

    /// One row as JSON.
    pub(crate) fn row(
        &self,
        table: &Table,
        alias: &str,
        children: &[Selected],
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let mut fields = Vec::new();
        for child in children {
            let expression = match &child.means {
                Means::TypeName => type_name(child),
                Means::Column(name) => self.column(table, alias, name, child, binder)?,
                Means::Related(name) => self.related(table, alias, name, child, binder)?,
                Means::RelatedAggregate(name) => {
                    let (join, target) = self.link(table, name)?;
                    self.aggregate(target, child, Origin::Joined(join, alias), binder)?
                }
                other => return Err(Fault::unexpected(format!("{other:?} is no field of a row"))),
            };
            fields.push((child.key.clone(), expression));
        }
        row(&fields)
    }

    fn link<'t>(&'t self, table: &'t Table, name: &str) -> Result<(&'t Pairs, &'t Table), Fault> {
        let relationship = table
            .relationship(name)
            .ok_or_else(|| Fault::unexpected(format!("no relationship {name}")))?;
        Ok((&relationship.join, self.table(&relationship.target)?))
    }

    fn related(
        &self,
        table: &Table,
        alias: &str,
        name: &str,
        child: &Selected,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let (join, target) = self.link(table, name)?;
        if table.relationship(name).is_some_and(|relationship| relationship.many) {
            return self.rows(target, child, Origin::Joined(join, alias), binder);
        }
        let source =
            self.permitted_rows(target, &child.args, Origin::Joined(join, alias), false, binder)?;
        let row = self.row(target, &source.alias, &child.children, binder)?;
        Ok(format!(
            "(SELECT {row} FROM {} AS {} WHERE {} LIMIT 1)",
            source.from,
            source.alias,
            source.conditions.join(" AND ")
        ))
    }

    fn column(
        &self,
        table: &Table,
        alias: &str,
        name: &str,
        child: &Selected,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let column = format!("{alias}.{}", ident(name));
        let ty = table.relation.column(name).map(|column| &column.ty);
        if let Some(path) = child.args.get("path").and_then(Json::as_str) {
            let keys = json_path(path).map_err(|why| {
                let at = step(&step(&child.path, "args"), "path");
                Fault::validation(at, format!("parse json path error: {why}"))
            })?;
            let keys = Json::List(keys.into_iter().map(Json::String).collect());
            let array = PgType { array: true, ..PgType::builtin("text") };
            let keys = crate::scalars::text_of(&array, &keys).unwrap_or_default();
            return Ok(format!("({column} #> {})", binder.bind_as(Some(&keys), "text[]")));
        }
        let big = ty.is_some_and(|ty| matches!(ty.plain(), Some("int8" | "numeric" | "float8")));
        Ok(if big && self.stringify { format!("({column})::text") } else { column })
    }

    /// The row whose primary key the arguments give; JSON null when there is none.
    pub(crate) fn by_key(
        &self,
        table: &Table,
        selected: &Selected,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let none = Json::Object(Vec::new());
        let source = self.permitted_rows(table, &none, Origin::Table, false, binder)?;
        let key = key_condition(table, &selected.args);
        let key = condition(&key, &source.alias, &source.alias, binder)?;
        let row = self.row(table, &source.alias, &selected.children, binder)?;
        Ok(format!(
            "SELECT coalesce((SELECT {row} FROM {} AS {} WHERE {} AND {key}), 'null'::json)",
            source.from,
            source.alias,
            source.conditions.join(" AND ")
        ))
    }

    /// The rows that a mutation has touched, given as JSON, as `table`'s rows.
    pub(crate) fn touched(
        table: &TableName,
        rows: &str,
        binder: &mut Binder<'_>,
    ) -> Source<'static> {
        let rows = binder.bind_as(Some(rows), "json");
        let alias = binder.alias();
        Source {
            from: format!("json_populate_recordset(NULL::{}, {rows})", table.sql()),
            alias,
            conditions: Vec::new(),
            args: None,
            limit: None,
        }
    }
}

/// What follows the columns of a SELECT, and what comes before them.
#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) distinct: String,
    pub(crate) rest: String,
}

/// The condition that the primary key is what `args` say.
pub(crate) fn key_condition(table: &Table, args: &Json) -> BoolExp {
    let parts = table
        .relation
        .primary_key()
        .iter()
        .filter_map(|name| table.relation.column(name))
        .map(|column| {
            let value = args.get(table.graphql_name(&column.name)).and_then(Json::as_str);
            BoolExp::Column(
                ColumnRef {
                    name: column.name.clone(),
                    ty: column.ty.clone(),
                    nullable: false,
                    as_text: false,
                },
                Comparison::Value {
                    op: Op::Eq,
                    value: Operand::Text(value.unwrap_or_default().to_owned()),
                    null_aware: false,
                },
            )
        })
        .collect();
    BoolExp::And(parts)
}

/// `function` with what the caller gives, by name; what was not given is left to its default, or
/// is NULL.
fn call(function: &Function, given: Option<&Json>, binder: &mut Binder<'_>) -> String {
    let mut parts = Vec::new();
    for argument in &function.arguments {
        let value = match given.and_then(|given| given.get(&argument.name)) {
            None if argument.default => continue,
            value => value.and_then(Json::as_str),
        };
        let value = binder.bind(value, &argument.ty);
        parts.push(format!("{} => {value}", ident(&argument.name)));
    }
    if let Some(argument) = &function.session {
        let session = binder.session().json().to_string();
        let value = binder.bind(Some(&session), &argument.ty);
        parts.push(format!("{} => {value}", ident(&argument.name)));
    }
    format!("{}({})", function.name.sql(), parts.join(", "))
}

fn smaller(wanted: Option<&Json>, permitted: Option<u32>) -> Option<u32> {
    let wanted = match wanted {
        Some(Json::Number(digits)) => digits.parse::<u32>().ok(),
        _ => None,
    };
    match (wanted, permitted) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// `$.a[0]["b c"]` as its keys.
fn json_path(path: &str) -> Result<Vec<String>, String> {
    let mut keys = Vec::new();
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while !rest.is_empty() {
        // A point before a bracket is let go: `a.[0]`.
        let bracket = rest.strip_prefix('.').unwrap_or(rest).strip_prefix('[');
        if let Some(inner) = bracket {
            let end = inner.find(']').ok_or_else(|| "expected a ']'".to_owned())?;
            let (key, after) = inner.split_at(end);
            let quoted = |mark| key.strip_prefix(mark).and_then(|key: &str| key.strip_suffix(mark));
            let plain = quoted('"').or_else(|| quoted('\''));
            match plain {
                Some(key) => keys.push(key.to_owned()),
                None if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) => {
                    keys.push(key.to_owned());
                }
                None => return Err(format!("invalid key \"{key}\"")),
            }
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let start = rest.strip_prefix('.').unwrap_or(rest);
        let end = start.find(['.', '[']).unwrap_or(start.len());
        let (key, after) = start.split_at(end);
        let named = key.chars().all(|one| one.is_alphanumeric() || one == '_' || one == '-');
        if key.is_empty() || !named {
            return Err(format!("invalid key \"{key}\""));
        }
        keys.push(key.to_owned());
        rest = after;
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::json_path;

    #[test]
    fn a_json_path_is_its_keys() {
        for path in ["$.a[0].b", "a[0].b", "a[0][\"b\"]", "a.[0].['b']"] {
            assert_eq!(json_path(path), Ok(vec!["a".into(), "0".into(), "b".into()]), "{path}");
        }
        assert_eq!(json_path("[\"x y\"]"), Ok(vec!["x y".into()]));
        assert!(json_path("a[").is_err());
        assert!(json_path("a..b").is_err());
    }
}
