//! The types of one role's schema: what requests are held against and what introspection tells.

use std::collections::BTreeMap;
use std::fmt;

use crate::catalogue::{PgType, TableName};

/// A reference to a type: `[uuid!]!`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeRef {
    /// By name.
    Named(String),
    /// A list of it.
    List(Box<TypeRef>),
    /// Never null.
    NonNull(Box<TypeRef>),
}

impl TypeRef {
    /// The type called `name`.
    pub fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into())
    }

    /// The same, never null.
    #[must_use]
    pub fn required(self) -> Self {
        match self {
            Self::NonNull(_) => self,
            _ => Self::NonNull(Box::new(self)),
        }
    }

    /// The same, required or not.
    #[must_use]
    pub fn required_if(self, required: bool) -> Self {
        if required { self.required() } else { self }
    }

    /// A list of it.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// Whether null is none of its values.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self, Self::NonNull(_))
    }

    /// The same without its outermost `!`.
    #[must_use]
    pub fn nullable(&self) -> &Self {
        match self {
            Self::NonNull(inner) => inner,
            other => other,
        }
    }

    /// The name at its heart.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::List(inner) | Self::NonNull(inner) => inner.name(),
        }
    }

    /// Reads `[uuid!]!`; anything else is a name.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Some(inner) = text.strip_suffix('!') {
            return Self::parse(inner).required();
        }
        match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) => Self::parse(inner).list(),
            None => Self::named(text),
        }
    }
}

impl fmt::Display for TypeRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => out.write_str(name),
            Self::List(inner) => write!(out, "[{inner}]"),
            Self::NonNull(inner) => write!(out, "{inner}!"),
        }
    }
}

/// A type.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it is.
    pub kind: Kind,
}

/// What a type is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A scalar.
    Scalar,
    /// An object that is given.
    Object(Vec<FieldDef>),
    /// An object that is taken.
    Input(Vec<InputDef>),
    /// An enum.
    Enum(Vec<EnumDef>),
}

/// One value of an enum.
#[derive(Debug, Clone)]
pub struct EnumDef {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// A field of an object that is given.
#[derive(Debug, Clone)]
pub struct FieldDef {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it takes.
    pub args: Vec<InputDef>,
    /// What it gives.
    pub ty: TypeRef,
    /// What it stands for.
    pub means: Means,
}

/// An argument, or a field of an object that is taken.
#[derive(Debug, Clone)]
pub struct InputDef {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it takes.
    pub ty: TypeRef,
    /// What it is when it is not given, as GraphQL writes it.
    pub default: Option<String>,
    /// What an explicit null is (facts 7.3).
    pub null: OnNull,
    /// How a scalar is read.
    pub scalar: Reading,
}

/// What an explicit null is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnNull {
    /// The same as not given.
    Absent,
    /// A value.
    Kept,
    /// A mistake.
    Refused,
}

/// How a scalar is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// By GraphQL's rules.
    Plain,
    /// As a column's value: strings are left to PostgreSQL (facts 7.1).
    Column(PgType),
    /// A row count.
    Limit,
    /// A row offset, which may also be written as a string.
    Offset,
    /// Not at all: giving it is refused, for this reason.
    Unsupported(String),
}

/// What a field stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A root field of a table.
    Root(Root, TableName),
    /// The rows that a function gives.
    Call(TableName),
    /// What can be said of a function's rows together.
    CallAggregate(TableName),
    /// A column.
    Column(String),
    /// The rows, or the row, of a relationship.
    Related(String),
    /// What can be said of a relationship's rows together.
    RelatedAggregate(String),
    /// `aggregate` of an aggregate.
    Aggregate,
    /// `nodes` of an aggregate.
    Nodes,
    /// `count`.
    Count,
    /// `sum`, `max`…: the SQL function.
    Function(&'static str),
    /// A column that a function is applied to.
    Applied(String),
    /// `affected_rows`.
    AffectedRows,
    /// `returning`.
    Returning,
    /// `__typename`.
    TypeName,
    /// `__schema` or `__type`, or anything below.
    Introspection,
    /// An action.
    Action(String),
    /// A field of what an action gives.
    Given,
    /// Where there is nothing to query.
    Nothing,
    /// Nothing the stand-in knows; asking for it is refused, for this reason.
    Unsupported(String),
}

/// A root field's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named as facts 6.2 name it")]
pub enum Root {
    Select,
    ByPk,
    Aggregate,
    Stream,
    Insert,
    InsertOne,
    Update,
    UpdateByPk,
    UpdateMany,
    Delete,
    DeleteByPk,
}

/// One role's schema.
#[derive(Debug, Clone, Default)]
pub struct RoleSchema {
    /// Its types, by name.
    pub types: BTreeMap<String, TypeDef>,
    /// Whether there is a `mutation_root`.
    pub mutations: bool,
    /// Whether there is a `subscription_root`.
    pub subscriptions: bool,
}

impl RoleSchema {
    /// The fields of the object type `name`.
    #[must_use]
    pub fn fields(&self, name: &str) -> Option<&[FieldDef]> {
        match &self.types.get(name)?.kind {
            Kind::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// Adds a type; of two with one name the first stays.
    pub fn add(&mut self, name: impl Into<String>, description: Option<String>, kind: Kind) {
        let name = name.into();
        self.types.entry(name.clone()).or_insert(TypeDef { name, description, kind });
    }
}

impl FieldDef {
    /// A field without arguments.
    pub fn new(name: impl Into<String>, ty: TypeRef, means: Means) -> Self {
        Self { name: name.into(), description: None, args: Vec::new(), ty, means }
    }

    /// The same with arguments.
    #[must_use]
    pub fn taking(self, args: Vec<InputDef>) -> Self {
        Self { args, ..self }
    }

    /// The same with words for people.
    #[must_use]
    pub fn described(self, text: impl Into<String>) -> Self {
        Self { description: Some(text.into()), ..self }
    }
}

impl InputDef {
    /// An input whose null is the same as not given.
    pub fn new(name: impl Into<String>, ty: TypeRef) -> Self {
        Self {
            name: name.into(),
            description: None,
            ty,
            default: None,
            null: OnNull::Absent,
            scalar: Reading::Plain,
        }
    }

    /// The same with another meaning of null.
    #[must_use]
    pub fn null(self, null: OnNull) -> Self {
        Self { null, ..self }
    }

    /// The same, its scalars read in another way.
    #[must_use]
    pub fn read(self, scalar: Reading) -> Self {
        Self { scalar, ..self }
    }

    /// The same with words for people.
    #[must_use]
    pub fn described(self, text: impl Into<String>) -> Self {
        Self { description: Some(text.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::TypeRef;

    #[test]
    fn a_type_reads_as_it_is_written() {
        for text in ["uuid", "uuid!", "[uuid!]!", "[[Int]!]"] {
            assert_eq!(TypeRef::parse(text).to_string(), text);
        }
    }
}
