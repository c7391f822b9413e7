//! Conditions become SQL here, and nowhere else.

use super::{BoolExp, ColumnRef, Comparison, Op, Operand, Operands};
use crate::catalogue::{PgType, ident};
use crate::fault::Fault;
use crate::session::Session;

/// What is bound to a statement while it is written: values, and names not yet used in it.
#[derive(Debug)]
pub struct Binder<'a> {
    session: &'a Session,
    values: Vec<Option<String>>,
    aliases: usize,
}

impl<'a> Binder<'a> {
    /// Nothing is bound yet.
    #[must_use]
    pub fn new(session: &'a Session) -> Self {
        Self { session, values: Vec::new(), aliases: 0 }
    }

    /// Binds `value` as text; SQL casts it to `ty`.
    pub fn bind(&mut self, value: Option<&str>, ty: &PgType) -> String {
        self.bind_as(value, &ty.sql())
    }

    /// Binds `value` as text; SQL casts it to what it calls `ty`.
    pub fn bind_as(&mut self, value: Option<&str>, ty: &str) -> String {
        self.values.push(value.map(ToOwned::to_owned));
        format!("(${}::text)::{ty}", self.values.len())
    }

    /// An alias that the statement does not have yet, and that no GraphQL name can be.
    pub fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("\"%{}\"", self.aliases)
    }

    /// What is bound, in order.
    #[must_use]
    pub fn into_values(self) -> Vec<Option<String>> {
        self.values
    }

    /// The caller.
    #[must_use]
    pub fn session(&self) -> &'a Session {
        self.session
    }

    /// Binds one value of type `ty`.
    ///
    /// # Errors
    /// `not-found` when it is a session variable that the caller has not.
    pub fn operand(&mut self, operand: &Operand, ty: &PgType) -> Result<String, Fault> {
        match operand {
            Operand::Text(text) => Ok(self.bind(Some(text), ty)),
            Operand::Session(name) => {
                let value = self.session.variable(name)?;
                Ok(self.bind(Some(value), ty))
            }
        }
    }

    /// Binds several values of type `ty`, as an array.
    fn operands(&mut self, operands: &Operands, ty: &PgType) -> Result<String, Fault> {
        match operands {
            Operands::Session(name) => {
                let value = self.session.variable(name)?;
                Ok(self.bind_as(Some(value), &ty.sql_array()))
            }
            Operands::List(items) => {
                let items = items
                    .iter()
                    .map(|item| self.operand(item, ty))
                    .collect::<Result<Vec<_>, _>>()?
                    .join(", ");
                Ok(format!("ARRAY[{items}]::{}", ty.sql_array()))
            }
        }
    }
}

/// The condition `exp` on the row called `alias`, in a statement about the row called `root`.
///
/// # Errors
/// `not-found` when it needs a session variable that the caller has not.
pub fn condition(
    exp: &BoolExp,
    alias: &str,
    root: &str,
    binder: &mut Binder<'_>,
) -> Result<String, Fault> {
    match exp {
        BoolExp::And(parts) => joined(parts, "AND", "true", alias, root, binder),
        BoolExp::Or(parts) => joined(parts, "OR", "false", alias, root, binder),
        BoolExp::Not(part) => Ok(format!("(NOT {})", condition(part, alias, root, binder)?)),
        BoolExp::Rooted(part) => condition(part, alias, alias, binder),
        BoolExp::Column(column, comparison) => {
            let left = left(column, alias);
            compared(&left, column, comparison, alias, root, binder)
        }
        BoolExp::Related { target, join, condition: inner } => {
            let there = binder.alias();
            let on = joint(join, alias, &there);
            let inner = condition(inner, &there, root, binder)?;
            Ok(format!("EXISTS (SELECT 1 FROM {} AS {there} WHERE {on} AND {inner})", target.sql()))
        }
        BoolExp::Exists { table, condition: inner } => {
            let there = binder.alias();
            let inner = condition(inner, &there, root, binder)?;
            Ok(format!("EXISTS (SELECT 1 FROM {} AS {there} WHERE {inner})", table.sql()))
        }
        BoolExp::Counted { target, join, condition: inner, columns, distinct, number } => {
            let there = binder.alias();
            let on = joint(join, alias, &there);
            let inner = condition(inner, &there, root, binder)?;
            let count = counted(columns, *distinct, &there);
            let total =
                format!("(SELECT {count} FROM {} AS {there} WHERE {on} AND {inner})", target.sql());
            let column = ColumnRef {
                name: String::new(),
                ty: PgType::builtin("int8"),
                nullable: false,
                as_text: false,
            };
            let parts = number
                .iter()
                .map(|one| compared(&total, &column, one, alias, root, binder))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(if parts.is_empty() {
                "true".to_owned()
            } else {
                format!("({})", parts.join(" AND "))
            })
        }
    }
}

/// `count(…)` over the rows called `alias`.
#[must_use]
pub fn counted(columns: &[String], distinct: bool, alias: &str) -> String {
    let distinct = if distinct { "DISTINCT " } else { "" };
    let names: Vec<_> = columns.iter().map(|name| format!("{alias}.{}", ident(name))).collect();
    match names.as_slice() {
        [] => "count(*)".to_owned(),
        [one] => format!("count({distinct}{one})"),
        more => format!("count({distinct}({}))", more.join(", ")),
    }
}

/// Pairs of columns that join the row `here` with the row `there`.
#[must_use]
pub fn joint(join: &[(String, String)], here: &str, there: &str) -> String {
    let pairs: Vec<_> = join
        .iter()
        .map(|(local, remote)| format!("{here}.{} = {there}.{}", ident(local), ident(remote)))
        .collect();
    format!("({})", pairs.join(" AND "))
}

fn joined(
    parts: &[BoolExp],
    word: &str,
    of_none: &str,
    alias: &str,
    root: &str,
    binder: &mut Binder<'_>,
) -> Result<String, Fault> {
    let parts = parts
        .iter()
        .map(|part| condition(part, alias, root, binder))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(if parts.is_empty() {
        of_none.to_owned()
    } else {
        format!("({})", parts.join(&format!(" {word} ")))
    })
}

fn left(column: &ColumnRef, alias: &str) -> String {
    let name = format!("{alias}.{}", ident(&column.name));
    if column.as_text { format!("({name})::text") } else { name }
}

fn compared(
    left: &str,
    column: &ColumnRef,
    comparison: &Comparison,
    alias: &str,
    root: &str,
    binder: &mut Binder<'_>,
) -> Result<String, Fault> {
    let own = if column.as_text { PgType::builtin("text") } else { column.ty.clone() };
    Ok(match comparison {
        Comparison::Value { op, value, null_aware } => {
            let ty = op.operand_type(&own);
            let right = binder.operand(value, &ty)?;
            let plain = format!("({left} {} {right})", op.sql());
            match op {
                Op::Eq if *null_aware && column.nullable => {
                    format!("({plain} OR (({left} IS NULL) AND ({right} IS NULL)))")
                }
                // A NULL column is not different from a value: it is unknown.
                Op::Neq if *null_aware && column.nullable => {
                    format!("({plain} OR (({left} IS NOT NULL) AND ({right} IS NULL)))")
                }
                _ => plain,
            }
        }
        Comparison::In { negated: false, values } => {
            format!("({left} = ANY({}))", binder.operands(values, &own)?)
        }
        Comparison::In { negated: true, values } => {
            format!("({left} <> ALL({}))", binder.operands(values, &own)?)
        }
        Comparison::IsNull(true) => format!("({left} IS NULL)"),
        Comparison::IsNull(false) => format!("({left} IS NOT NULL)"),
        Comparison::HasKeys { all, keys } => {
            let keys = binder.operands(keys, &PgType::builtin("text"))?;
            format!("({left} {} {keys})", if *all { "?&" } else { "?|" })
        }
        Comparison::Other { op, column, of_root } => {
            let owner = if *of_root { root } else { alias };
            format!("({left} {} {owner}.{})", op.sql(), ident(column))
        }
    })
}
