//! Metadata and catalogue together: the tables as GraphQL knows them, and who may do what.

mod access;
mod build;
mod functions;
mod relationships;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::catalogue::{Column, Relation, TableName};
use crate::json::Json;
use crate::metadata::{Action, CustomTypes, TableConfiguration};

pub use access::{DeleteAccess, Filter, InsertAccess, SelectAccess, UpdateAccess};
pub use build::build;
pub use functions::{Exposed, Function};

/// The tracked tables.
pub type Tables = BTreeMap<TableName, Table>;

/// Everything that answers depend on.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The tracked tables.
    pub tables: Tables,
    /// The actions.
    pub actions: Vec<Action>,
    /// Their types.
    pub custom_types: CustomTypes,
    /// The tracked functions, by name in the database.
    pub functions: BTreeMap<TableName, Function>,
    /// Whether who sees a table may call the functions that give its rows.
    pub inferred: bool,
    /// Roles made of others, which are refused.
    pub inherited: BTreeSet<String>,
    /// What does not fit the database.
    pub inconsistent: Vec<Inconsistent>,
}

/// Something in the metadata that does not fit the database (facts 4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistent {
    /// `table`, `object_relation`, `select_permission`…
    pub kind: String,
    /// `table foobar in source default`.
    pub name: String,
    /// Why.
    pub reason: String,
    /// What was written.
    pub definition: Value,
}

impl Inconsistent {
    /// As the metadata API lists it.
    #[must_use]
    pub fn listed(&self) -> Value {
        json!({
            "type": self.kind,
            "name": self.name,
            "reason": self.reason,
            "definition": self.definition,
        })
    }
}

/// One tracked table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name in the database.
    pub name: TableName,
    /// Its name in GraphQL.
    pub graphql: String,
    /// What the database says of it.
    pub relation: Relation,
    /// Its relationships.
    pub relationships: Vec<Relationship>,
    /// Its computed fields, which are refused.
    pub computed: BTreeSet<String>,
    /// Who may read.
    pub select: BTreeMap<String, SelectAccess>,
    /// Who may insert.
    pub insert: BTreeMap<String, InsertAccess>,
    /// Who may update.
    pub update: BTreeMap<String, UpdateAccess>,
    /// Who may delete.
    pub delete: BTreeMap<String, DeleteAccess>,
    configuration: TableConfiguration,
}

/// A link to another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// Its name.
    pub name: String,
    /// To many rows; else to one.
    pub many: bool,
    /// The table on the other side.
    pub target: TableName,
    /// Pairs: column here, column there.
    pub join: Vec<(String, String)>,
    /// There is always a row on the other side (before permissions).
    pub total: bool,
}

impl Table {
    /// The name of root field `kind` (`select`, `insert_one`…; facts 6.2).
    #[must_use]
    pub fn root(&self, kind: &str) -> String {
        let custom =
            self.configuration.custom_root_fields.get(kind).and_then(|value| {
                value.as_str().or_else(|| value.get("name").and_then(Value::as_str))
            });
        if let Some(name) = custom {
            return name.to_owned();
        }
        let t = &self.graphql;
        match kind {
            "select" => t.clone(),
            "select_by_pk" => format!("{t}_by_pk"),
            "select_aggregate" => format!("{t}_aggregate"),
            "select_stream" => format!("{t}_stream"),
            "insert_one" => format!("insert_{t}_one"),
            "update_by_pk" => format!("update_{t}_by_pk"),
            "update_many" => format!("update_{t}_many"),
            "delete_by_pk" => format!("delete_{t}_by_pk"),
            other => format!("{other}_{t}"),
        }
    }

    /// The GraphQL name of column `name`.
    #[must_use]
    pub fn graphql_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.configuration
            .column_config
            .get(name)
            .and_then(|config| config.custom_name.as_deref())
            .or_else(|| self.configuration.custom_column_names.get(name).map(String::as_str))
            .unwrap_or(name)
    }

    /// The column whose GraphQL name is `name`.
    #[must_use]
    pub fn column_called(&self, name: &str) -> Option<&Column> {
        self.relation.columns.iter().find(|column| self.graphql_name(&column.name) == name)
    }

    /// The database name of the column whose GraphQL name is `name`.
    #[must_use]
    pub fn database_name(&self, name: &Json) -> Option<String> {
        self.column_called(name.as_str()?).map(|column| column.name.clone())
    }

    /// The relationship `name`.
    #[must_use]
    pub fn relationship(&self, name: &str) -> Option<&Relationship> {
        self.relationships.iter().find(|relationship| relationship.name == name)
    }

    /// Whether `role` sees every column of the primary key, and there is one.
    #[must_use]
    pub fn sees_key(&self, role: &str) -> bool {
        let key = self.relation.primary_key();
        !key.is_empty()
            && self
                .select
                .get(role)
                .is_some_and(|access| key.iter().all(|name| access.columns.contains(name)))
    }
}
