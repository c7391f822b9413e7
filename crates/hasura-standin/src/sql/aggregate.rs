//! Counts, sums and their kind (facts 6.3, 6.7).

use super::select::{Origin, Source};
use super::{Planner, row, type_name};
use crate::catalogue::ident;
use crate::fault::Fault;
use crate::graphql::collect::Selected;
use crate::json::Json;
use crate::model::Table;
use crate::predicate::sql::{Binder, counted};
use crate::schema::types::Means;

impl Planner<'_> {
    /// `t_aggregate` as JSON; `origin` as in [`Planner::rows`].
    pub(crate) fn aggregate(
        &self,
        table: &Table,
        selected: &Selected,
        origin: Origin<'_>,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        let mut fields = Vec::new();
        for child in &selected.children {
            let expression = match child.means {
                Means::TypeName => type_name(child),
                Means::Nodes => {
                    let source =
                        self.permitted_rows(table, &selected.args, origin, true, binder)?;
                    let list =
                        self.listed(table, &source, &child.children, &selected.path, binder)?;
                    format!("({list})")
                }
                Means::Aggregate => {
                    let source =
                        self.permitted_rows(table, &selected.args, origin, false, binder)?;
                    self.figures(table, &source, child, &selected.path, binder)?
                }
                _ => return Err(Fault::unexpected("no field of an aggregate")),
            };
            fields.push((child.key.clone(), expression));
        }
        row(&fields)
    }

    fn figures(
        &self,
        table: &Table,
        source: &Source<'_>,
        selected: &Selected,
        path: &str,
        binder: &mut Binder<'_>,
    ) -> Result<String, Fault> {
        // Aggregates over the rows first, each a column; the object is built from those.
        let mut columns = Vec::new();
        let mut add = |expression: String| {
            columns.push(format!("{expression} AS \"c{}\"", columns.len()));
            format!("\"_g\".\"c{}\"", columns.len() - 1)
        };
        let rows = "\"_b\"";
        let mut fields = Vec::new();
        for child in &selected.children {
            let expression = match &child.means {
                Means::TypeName => type_name(child),
                Means::Count => {
                    let names: Vec<String> = child
                        .args
                        .get("columns")
                        .map_or(&[] as &[Json], Json::items)
                        .iter()
                        .filter_map(|name| table.database_name(name))
                        .collect();
                    let distinct = child.args.get("distinct").is_some_and(Json::is_true);
                    add(counted(&names, distinct, rows))
                }
                Means::Function(function) => {
                    let mut inner = Vec::new();
                    for applied in &child.children {
                        let expression = match &applied.means {
                            Means::TypeName => type_name(applied),
                            Means::Applied(name) => {
                                let figure = add(format!("{function}({rows}.{})", ident(name)));
                                if self.stringify {
                                    stringified(table, name, &figure)
                                } else {
                                    figure
                                }
                            }
                            _ => return Err(Fault::unexpected("no column of an aggregate")),
                        };
                        inner.push((applied.key.clone(), expression));
                    }
                    row(&inner)?
                }
                _ => return Err(Fault::unexpected("no figure of an aggregate")),
            };
            fields.push((child.key.clone(), expression));
        }
        let object = row(&fields)?;
        let tail = self.tail(table, source, path, binder)?;
        let columns =
            if columns.is_empty() { "1 AS \"none\"".to_owned() } else { columns.join(", ") };
        Ok(format!(
            "(SELECT {object} FROM (SELECT {columns} FROM (SELECT {}{}.* {}) AS {rows}) AS \"_g\")",
            tail.distinct, source.alias, tail.rest
        ))
    }
}

/// Figures of big numbers are strings too when numbers are answered as strings.
fn stringified(table: &Table, name: &str, figure: &str) -> String {
    let big = table
        .relation
        .column(name)
        .is_some_and(|column| matches!(column.ty.plain(), Some("int8" | "numeric" | "float8")));
    if big { format!("({figure})::text") } else { figure.to_owned() }
}
