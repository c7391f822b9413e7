//! What a condition means, said a second time and without SQL: on rows in memory, by the
//! three-valued logic of facts 8.2. Shares nothing with the code that writes SQL.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use hasura_standin::predicate::{BoolExp, ColumnRef, Comparison, Op, Operand, Operands};

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    /// An object whose values are not looked at: its keys.
    Keys(BTreeSet<String>),
}

/// Columns by name.
pub(crate) type Row = BTreeMap<String, Value>;

/// What is in the database.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// Rows by table.
    pub(crate) tables: BTreeMap<String, Vec<Row>>,
    /// Session variables; a list is `{1,NULL}`.
    pub(crate) variables: BTreeMap<String, String>,
}

/// Unknown is `None`; a missing session variable is its name.
pub(crate) type Truth = Result<Option<bool>, String>;

impl World {
    /// Whether `exp` holds for `row`, in a question about `root`.
    pub(crate) fn holds(&self, exp: &BoolExp, row: &Row, root: &Row) -> Truth {
        match exp {
            BoolExp::And(parts) => {
                let parts = self.all(parts, row, root)?;
                Ok(if parts.contains(&Some(false)) {
                    Some(false)
                } else if parts.contains(&None) {
                    None
                } else {
                    Some(true)
                })
            }
            BoolExp::Or(parts) => {
                let parts = self.all(parts, row, root)?;
                Ok(if parts.contains(&Some(true)) {
                    Some(true)
                } else if parts.contains(&None) {
                    None
                } else {
                    Some(false)
                })
            }
            BoolExp::Not(part) => Ok(self.holds(part, row, root)?.map(|truth| !truth)),
            BoolExp::Rooted(part) => self.holds(part, row, row),
            BoolExp::Column(column, comparison) => self.compared(column, comparison, row, root),
            BoolExp::Related { target, join, condition } => {
                let linked = self.linked(&target.name, join, row);
                self.any(condition, linked, root)
            }
            BoolExp::Exists { table, condition } => {
                self.any(condition, self.rows(&table.name).iter(), root)
            }
            BoolExp::Counted { target, join, condition, columns, distinct, number } => {
                let mut counted = Vec::new();
                for there in self.linked(&target.name, join, row) {
                    if self.holds(condition, there, root)? == Some(true) {
                        let key: Vec<Value> =
                            columns.iter().map(|name| there[name].clone()).collect();
                        // Of one column its NULLs do not count; a pair is never NULL.
                        if key.len() != 1 || key[0] != Value::Null {
                            counted.push(key);
                        }
                    }
                }
                if *distinct && !columns.is_empty() {
                    let mut once: Vec<Vec<Value>> = Vec::new();
                    for key in counted {
                        if !once.contains(&key) {
                            once.push(key);
                        }
                    }
                    counted = once;
                }
                let total =
                    Row::from([("n".to_owned(), Value::Int(counted.len().try_into().unwrap()))]);
                let column = ColumnRef {
                    name: "n".to_owned(),
                    ty: hasura_standin::catalogue::PgType::builtin("int8"),
                    nullable: false,
                    as_text: false,
                };
                let mut truth = Some(true);
                for one in number {
                    match self.compared(&column, one, &total, root)? {
                        Some(false) => truth = Some(false),
                        None if truth == Some(true) => truth = None,
                        _ => {}
                    }
                }
                Ok(truth)
            }
        }
    }

    fn rows(&self, table: &str) -> &[Row] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    fn linked<'w>(
        &'w self,
        table: &str,
        join: &'w [(String, String)],
        row: &'w Row,
    ) -> impl Iterator<Item = &'w Row> {
        self.rows(table).iter().filter(move |there| {
            join.iter()
                .all(|(local, remote)| row[local] != Value::Null && row[local] == there[remote])
        })
    }

    fn any<'w>(
        &'w self,
        condition: &BoolExp,
        rows: impl Iterator<Item = &'w Row>,
        root: &Row,
    ) -> Truth {
        // A missing variable is missing whether or not there are rows.
        self.missing(condition)?;
        let mut found = false;
        for row in rows {
            found |= self.holds(condition, row, root)? == Some(true);
        }
        Ok(Some(found))
    }

    fn all(&self, parts: &[BoolExp], row: &Row, root: &Row) -> Result<Vec<Option<bool>>, String> {
        parts.iter().map(|part| self.holds(part, row, root)).collect()
    }

    /// The first variable that `exp` needs and that is not there.
    pub(crate) fn missing(&self, exp: &BoolExp) -> Result<(), String> {
        match exp {
            BoolExp::And(parts) | BoolExp::Or(parts) => {
                parts.iter().try_for_each(|part| self.missing(part))
            }
            BoolExp::Not(part) | BoolExp::Rooted(part) => self.missing(part),
            BoolExp::Related { condition, .. } | BoolExp::Exists { condition, .. } => {
                self.missing(condition)
            }
            BoolExp::Counted { condition, .. } => self.missing(condition),
            BoolExp::Column(_, comparison) => {
                let mut names: Vec<&String> = Vec::new();
                match comparison {
                    Comparison::Value { value: Operand::Session(name), .. }
                    | Comparison::In { values: Operands::Session(name), .. }
                    | Comparison::HasKeys { keys: Operands::Session(name), .. } => names.push(name),
                    Comparison::In { values: Operands::List(items), .. }
                    | Comparison::HasKeys { keys: Operands::List(items), .. } => {
                        for item in items {
                            if let Operand::Session(name) = item {
                                names.push(name);
                            }
                        }
                    }
                    _ => {}
                }
                match names.into_iter().find(|name| !self.variables.contains_key(*name)) {
                    Some(name) => Err(name.clone()),
                    None => Ok(()),
                }
            }
        }
    }

    fn text(&self, operand: &Operand) -> Result<String, String> {
        match operand {
            Operand::Text(text) => Ok(text.clone()),
            Operand::Session(name) => self.variables.get(name).cloned().ok_or_else(|| name.clone()),
        }
    }

    fn texts(&self, operands: &Operands) -> Result<Vec<Option<String>>, String> {
        match operands {
            Operands::List(items) => items.iter().map(|item| self.text(item).map(Some)).collect(),
            Operands::Session(name) => {
                let text = self.variables.get(name).ok_or_else(|| name.clone())?;
                let inner = text.trim_start_matches('{').trim_end_matches('}');
                Ok(inner
                    .split(',')
                    .filter(|item| !item.is_empty())
                    .map(|item| (item != "NULL").then(|| item.trim_matches('"').to_owned()))
                    .collect())
            }
        }
    }

    fn compared(
        &self,
        column: &ColumnRef,
        comparison: &Comparison,
        row: &Row,
        root: &Row,
    ) -> Truth {
        let left = &row[&column.name];
        Ok(match comparison {
            Comparison::IsNull(wanted) => Some((*left == Value::Null) == *wanted),
            Comparison::Value { op, value, null_aware } => {
                let text = self.text(value)?;
                let _ = null_aware; // It is about values that are NULL, and no value here is.
                match (op, left) {
                    (_, Value::Null) => None,
                    (Op::HasKey, Value::Keys(keys)) => Some(keys.contains(&text)),
                    (Op::Like, Value::Text(left)) => Some(like(left, &text)),
                    (Op::NotLike, Value::Text(left)) => Some(!like(left, &text)),
                    (Op::ILike, Value::Text(left)) => {
                        Some(like(&left.to_lowercase(), &text.to_lowercase()))
                    }
                    (Op::NotILike, Value::Text(left)) => {
                        Some(!like(&left.to_lowercase(), &text.to_lowercase()))
                    }
                    (op, left) => ordered(*op, order(left, &parsed(left, &text))),
                }
            }
            Comparison::In { negated, values } => {
                let values = self.texts(values)?;
                if values.is_empty() {
                    return Ok(Some(*negated));
                }
                if *left == Value::Null {
                    return Ok(None);
                }
                let found = values
                    .iter()
                    .flatten()
                    .any(|text| order(left, &parsed(left, text)) == Ordering::Equal);
                let unknown = values.iter().any(Option::is_none);
                let one_of = if found {
                    Some(true)
                } else if unknown {
                    None
                } else {
                    Some(false)
                };
                one_of.map(|truth| truth != *negated)
            }
            Comparison::HasKeys { all, keys } => {
                let keys = self.texts(keys)?;
                let Value::Keys(there) = left else { return Ok(None) };
                let has = |key: &Option<String>| key.as_ref().is_none_or(|key| there.contains(key));
                // A NULL key is passed over by PostgreSQL.
                Some(if *all {
                    keys.iter().all(has)
                } else {
                    keys.iter().flatten().any(|key| there.contains(key))
                })
            }
            Comparison::Other { op, column, of_root } => {
                let right = if *of_root { &root[column] } else { &row[column] };
                if *left == Value::Null || *right == Value::Null {
                    return Ok(None);
                }
                ordered(*op, order(left, right))
            }
        })
    }
}

fn parsed(like: &Value, text: &str) -> Value {
    match like {
        Value::Int(_) => Value::Int(text.parse().unwrap()),
        _ => Value::Text(text.to_owned()),
    }
}

fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        other => panic!("{other:?} cannot be compared"),
    }
}

fn ordered(op: Op, order: Ordering) -> Option<bool> {
    Some(match op {
        Op::Eq => order == Ordering::Equal,
        Op::Neq => order != Ordering::Equal,
        Op::Gt => order == Ordering::Greater,
        Op::Lt => order == Ordering::Less,
        Op::Gte => order != Ordering::Less,
        Op::Lte => order != Ordering::Greater,
        other => panic!("{other:?} is no order"),
    })
}

/// SQL's LIKE, without escapes.
fn like(text: &str, pattern: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '%' => (0..=text.len())
            .filter(|start| text.is_char_boundary(*start))
            .any(|start| like(&text[start..], rest)),
        '_' => text.chars().next().is_some_and(|one| like(&text[one.len_utf8()..], rest)),
        one => text.strip_prefix(one).is_some_and(|text| like(text, rest)),
    }
}
