//! What the database holds: tables, views, columns, keys.

mod functions;
mod read;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

pub use functions::{Argument, Function};
pub use read::read;

/// A table's or view's full name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TableName {
    /// Its schema.
    pub schema: String,
    /// Its name there.
    pub name: String,
}

impl TableName {
    /// The table `name` of schema `schema`.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// How SQL writes it.
    #[must_use]
    pub fn sql(&self) -> String {
        format!("{}.{}", ident(&self.schema), ident(&self.name))
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema == "public" {
            out.write_str(&self.name)
        } else {
            write!(out, "{}.{}", self.schema, self.name)
        }
    }
}

/// Metadata writes a table as `"t"` (schema `public`) or `{schema, name}` (facts 4.1).
impl<'de> Deserialize<'de> for TableName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Name(String),
            Full {
                #[serde(default = "public")]
                schema: String,
                name: String,
            },
        }
        fn public() -> String {
            "public".to_owned()
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Name(name) => Self::new("public", name),
            Written::Full { schema, name } => Self { schema, name },
        })
    }
}

/// `name` as an SQL identifier.
#[must_use]
pub fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PgType {
    /// Its schema, mostly `pg_catalog`.
    pub schema: String,
    /// Its name there; of an array the name of its elements.
    pub name: String,
    /// Whether it is an array of that.
    pub array: bool,
}

impl PgType {
    /// A type of `pg_catalog`.
    #[must_use]
    pub fn builtin(name: &str) -> Self {
        Self { schema: "pg_catalog".to_owned(), name: name.to_owned(), array: false }
    }

    /// How SQL writes it in a cast.
    #[must_use]
    pub fn sql(&self) -> String {
        let brackets = if self.array { "[]" } else { "" };
        format!("{}.{}{brackets}", ident(&self.schema), ident(&self.name))
    }

    /// How SQL writes an array of it.
    #[must_use]
    pub fn sql_array(&self) -> String {
        format!("{}.{}[]", ident(&self.schema), ident(&self.name))
    }

    /// Its name when it is a plain type of `pg_catalog`.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        (!self.array && self.schema == "pg_catalog").then_some(self.name.as_str())
    }

    /// `json` or `jsonb`.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self.plain(), Some("json" | "jsonb"))
    }

    /// What `sum` and `avg` take.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        matches!(
            self.plain(),
            Some("int2" | "int4" | "int8" | "float4" | "float8" | "numeric" | "money")
        )
    }

    /// What `max` and `min` take (in the generated schema).
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        self.array
            || self.is_numeric()
            || matches!(
                self.plain(),
                Some(
                    "text"
                        | "varchar"
                        | "bpchar"
                        | "uuid"
                        | "date"
                        | "time"
                        | "timetz"
                        | "timestamp"
                        | "timestamptz"
                )
            )
            || self.name == "citext"
    }

    /// What the `LIKE` family takes.
    #[must_use]
    pub fn is_text(&self) -> bool {
        !self.array
            && (matches!(self.plain(), Some("text" | "varchar" | "bpchar"))
                || self.name == "citext")
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: PgType,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Whether a statement may give it a value: not when it is stored GENERATED or an identity
    /// GENERATED ALWAYS.
    pub writable: bool,
    /// Its comment.
    pub comment: Option<String>,
}

/// A primary key or unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// Its name.
    pub name: String,
    /// Its columns, in key order.
    pub columns: Vec<String>,
    /// Whether it is the primary key.
    pub primary: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The table pointed at.
    pub target: TableName,
    /// Pairs: column here, column there.
    pub columns: Vec<(String, String)>,
}

/// One table or view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// Whether it is a table; else a view of some kind.
    pub is_table: bool,
    /// Whether rows can be inserted.
    pub insertable: bool,
    /// Whether rows can be updated and deleted.
    pub updatable: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// Its columns, by position.
    pub columns: Vec<Column>,
    /// Its keys.
    pub uniques: Vec<Unique>,
    /// Its foreign keys.
    pub foreign: Vec<ForeignKey>,
}

impl Relation {
    /// The column `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of the primary key, in key order; none when there is none.
    #[must_use]
    pub fn primary_key(&self) -> &[String] {
        self.uniques.iter().find(|unique| unique.primary).map_or(&[], |unique| &unique.columns)
    }
}

/// The database's tables, views and functions, without PostgreSQL's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    /// Its tables and views.
    pub relations: BTreeMap<TableName, Relation>,
    /// Its functions; of one name there can be several.
    pub functions: BTreeMap<TableName, Vec<Function>>,
}

impl Catalogue {
    /// The table or view `name`.
    #[must_use]
    pub fn get(&self, name: &TableName) -> Option<&Relation> {
        self.relations.get(name)
    }
}
