//! Conditions on rows: those of permissions and those of callers, in one language.
//!
//! [`permission`] reads what metadata says, [`request`] what a caller's `where` says, and [`sql`] is
//! the one place where either becomes SQL. Values are always bound, never written into the text.

pub mod permission;
pub mod request;
pub mod sql;

use crate::catalogue::{PgType, TableName};

/// A condition on one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoolExp {
    /// All of these; of none: true.
    And(Vec<BoolExp>),
    /// One of these; of none: false.
    Or(Vec<BoolExp>),
    /// Not this.
    Not(Box<BoolExp>),
    /// This, and `$` in it is the row that it is about: the permission of a table behind a
    /// relationship.
    Rooted(Box<BoolExp>),
    /// A column compared.
    Column(ColumnRef, Comparison),
    /// A row of `target` that is joined to this one, and for which the condition holds.
    Related {
        /// The table on the other side.
        target: TableName,
        /// Pairs: column here, column there.
        join: Vec<(String, String)>,
        /// What holds there.
        condition: Box<BoolExp>,
    },
    /// Any row of `table`.
    Exists {
        /// The table looked into.
        table: TableName,
        /// What holds there.
        condition: Box<BoolExp>,
    },
    /// How many rows of `target` are joined to this one.
    Counted {
        /// The table on the other side.
        target: TableName,
        /// Pairs: column here, column there.
        join: Vec<(String, String)>,
        /// Which rows are counted.
        condition: Box<BoolExp>,
        /// Count rows in which these are not NULL; none: every row.
        columns: Vec<String>,
        /// Count different ones.
        distinct: bool,
        /// What holds for the number.
        number: Vec<Comparison>,
    },
}

impl BoolExp {
    /// Always true.
    #[must_use]
    pub fn always() -> Self {
        Self::And(Vec::new())
    }

    /// This condition, about a row of its own: `$` in it is not the row asked for.
    #[must_use]
    pub fn rooted(self) -> Self {
        Self::Rooted(Box::new(self))
    }

    /// This and that.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::And(none), one) | (one, Self::And(none)) if none.is_empty() => one,
            (one, other) => Self::And(vec![one, other]),
        }
    }
}

/// A column as a condition sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRef {
    /// Its name in the database.
    pub name: String,
    /// Its type.
    pub ty: PgType,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Compared as text (`_cast`).
    pub as_text: bool,
}

/// What a column is compared with, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// With one value.
    Value {
        /// How.
        op: Op,
        /// With what.
        value: Operand,
        /// Two NULLs are equal, and a column that is not NULL differs from NULL: so in permissions
        /// (facts 8.2), not in a caller's `where`.
        null_aware: bool,
    },
    /// With a list: one of them, or none of them.
    In {
        /// None of them.
        negated: bool,
        /// The list.
        values: Operands,
    },
    /// NULL, or not.
    IsNull(bool),
    /// Any or all of some keys of a `jsonb`.
    HasKeys {
        /// All of them; else any.
        all: bool,
        /// The keys.
        keys: Operands,
    },
    /// With another column.
    Other {
        /// How.
        op: Op,
        /// The other column.
        column: String,
        /// It belongs to the table that the permission is of (`["$", column]`).
        of_root: bool,
    },
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// Its text, as PostgreSQL reads it.
    Text(String),
    /// What the session variable of this (lower-case) name holds.
    Session(String),
}

/// Several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operands {
    /// These.
    List(Vec<Operand>),
    /// What the session variable of this (lower-case) name holds: `{a,b}`.
    Session(String),
}

/// A comparison with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named as its operator is (facts 6.6)")]
pub enum Op {
    Eq,
    Neq,
    Gt,
    Lt,
    Gte,
    Lte,
    Like,
    NotLike,
    ILike,
    NotILike,
    Similar,
    NotSimilar,
    Regex,
    NotRegex,
    IRegex,
    NotIRegex,
    Contains,
    ContainedIn,
    HasKey,
}

impl Op {
    /// The operator called `name` (`_eq`).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "_eq" => Self::Eq,
            "_neq" | "_ne" => Self::Neq,
            "_gt" => Self::Gt,
            "_lt" => Self::Lt,
            "_gte" => Self::Gte,
            "_lte" => Self::Lte,
            "_like" => Self::Like,
            "_nlike" => Self::NotLike,
            "_ilike" => Self::ILike,
            "_nilike" => Self::NotILike,
            "_similar" => Self::Similar,
            "_nsimilar" => Self::NotSimilar,
            "_regex" => Self::Regex,
            "_nregex" => Self::NotRegex,
            "_iregex" => Self::IRegex,
            "_niregex" => Self::NotIRegex,
            "_contains" => Self::Contains,
            "_contained_in" => Self::ContainedIn,
            "_has_key" => Self::HasKey,
            _ => return None,
        })
    }

    /// How SQL writes it.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Neq => "<>",
            Self::Gt => ">",
            Self::Lt => "<",
            Self::Gte => ">=",
            Self::Lte => "<=",
            Self::Like => "LIKE",
            Self::NotLike => "NOT LIKE",
            Self::ILike => "ILIKE",
            Self::NotILike => "NOT ILIKE",
            Self::Similar => "SIMILAR TO",
            Self::NotSimilar => "NOT SIMILAR TO",
            Self::Regex => "~",
            Self::NotRegex => "!~",
            Self::IRegex => "~*",
            Self::NotIRegex => "!~*",
            Self::Contains => "@>",
            Self::ContainedIn => "<@",
            Self::HasKey => "?",
        }
    }

    /// Whether a column of type `ty` can be compared so.
    #[must_use]
    pub fn fits(self, ty: &PgType) -> bool {
        match self {
            Self::Eq | Self::Neq | Self::Gt | Self::Lt | Self::Gte | Self::Lte => true,
            Self::Contains | Self::ContainedIn => ty.array || ty.plain() == Some("jsonb"),
            Self::HasKey => ty.plain() == Some("jsonb"),
            _ => ty.is_text(),
        }
    }

    /// The type of the value, of a column of type `ty`.
    #[must_use]
    pub fn operand_type(self, ty: &PgType) -> PgType {
        match self {
            Self::Eq | Self::Neq | Self::Gt | Self::Lt | Self::Gte | Self::Lte => ty.clone(),
            Self::Contains | Self::ContainedIn => ty.clone(),
            _ => PgType::builtin("text"),
        }
    }
}
