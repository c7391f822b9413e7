//! Metadata as it is written (facts 5.2): what is tracked, and who may do what.
//!
//! Keys that the stand-in does not read are kept and exported again; where one would change an
//! answer, the model refuses its use in plain words.

pub mod operations;
pub mod store;
pub mod support;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalogue::TableName;

/// The whole document, version 3.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// Always 3.
    #[serde(default = "three")]
    pub version: u32,
    /// The databases; the stand-in serves one.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// Types that actions take and give.
    #[serde(default, skip_serializing_if = "CustomTypes::is_empty")]
    pub custom_types: CustomTypes,
    /// Roles made of others; requests of such a role are refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherited_roles: Vec<InheritedRole>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn three() -> u32 {
    3
}

/// One database.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// `postgres`.
    #[serde(default = "postgres")]
    pub kind: String,
    /// What is tracked there.
    #[serde(default)]
    pub tables: Vec<TableEntry>,
    /// Tracked functions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<FunctionEntry>,
    /// `configuration` and the like; the stand-in has one database, named at its start.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn postgres() -> String {
    "postgres".to_owned()
}

/// One tracked table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name in the database.
    pub table: TableName,
    /// Whether its rows are the values of an enum; not served.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_enum: bool,
    /// Its names in GraphQL.
    #[serde(default)]
    pub configuration: TableConfiguration,
    /// Relationships to one row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub object_relationships: Vec<RelationshipEntry>,
    /// Relationships to many rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub array_relationships: Vec<RelationshipEntry>,
    /// Computed fields; using one is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub computed_fields: Vec<ComputedField>,
    /// Who may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select_permissions: Vec<PermissionEntry<SelectPermission>>,
    /// Who may insert.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insert_permissions: Vec<PermissionEntry<InsertPermission>>,
    /// Who may update.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub update_permissions: Vec<PermissionEntry<UpdatePermission>>,
    /// Who may delete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delete_permissions: Vec<PermissionEntry<DeletePermission>>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl TableEntry {
    /// A table just tracked.
    #[must_use]
    pub fn new(table: TableName, configuration: TableConfiguration) -> Self {
        Self {
            table,
            is_enum: false,
            configuration,
            object_relationships: Vec::new(),
            array_relationships: Vec::new(),
            computed_fields: Vec::new(),
            select_permissions: Vec::new(),
            insert_permissions: Vec::new(),
            update_permissions: Vec::new(),
            delete_permissions: Vec::new(),
            other: Map::new(),
        }
    }
}

/// A table's names in GraphQL.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TableConfiguration {
    /// Instead of `<schema>_<table>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_name: Option<String>,
    /// Root fields with names of their own: a string, or `{name, comment}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_root_fields: BTreeMap<String, Value>,
    /// Columns with names of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub column_config: BTreeMap<String, ColumnConfiguration>,
    /// The old way to name columns.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_column_names: BTreeMap<String, String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A column's name in GraphQL.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ColumnConfiguration {
    /// Instead of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_name: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A relationship.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RelationshipEntry {
    /// Its name in GraphQL and in permissions.
    pub name: String,
    /// What it runs over.
    pub using: Value,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A computed field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ComputedField {
    /// Its name.
    pub name: String,
    /// Its function.
    pub definition: Value,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A permission of one role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PermissionEntry<P> {
    /// The role.
    pub role: String,
    /// What it may.
    pub permission: P,
    /// Everything else: `comment`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A list of columns, or `"*"`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Columns {
    /// These.
    Some(Vec<String>),
    /// `"*"`.
    All(String),
}

impl Columns {
    /// Whether `column` is one of them.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        match self {
            Self::Some(names) => names.iter().any(|name| name == column),
            Self::All(_) => true,
        }
    }
}

/// Which rows and columns may be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SelectPermission {
    /// The columns.
    pub columns: Columns,
    /// The rows.
    pub filter: Value,
    /// At most so many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Whether they may be counted and summed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_aggregations: bool,
    /// The root fields that exist; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_root_fields: Option<Vec<String>>,
    /// The same for subscriptions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_root_fields: Option<Vec<String>>,
    /// Everything else: `computed_fields`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Which rows may be inserted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InsertPermission {
    /// What holds for every row stored.
    pub check: Value,
    /// Columns the role does not choose.
    #[serde(default)]
    pub set: BTreeMap<String, Value>,
    /// Columns it chooses; none given: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Only for servers (facts 8.8).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backend_only: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Which rows may be changed, and into what.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdatePermission {
    /// Columns the role chooses.
    pub columns: Columns,
    /// Which rows.
    pub filter: Value,
    /// What holds for every row afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Value>,
    /// Columns it does not choose.
    #[serde(default)]
    pub set: BTreeMap<String, Value>,
    /// Only for servers (facts 8.8).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backend_only: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Which rows may be deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeletePermission {
    /// Which rows.
    pub filter: Value,
    /// Only for servers (facts 8.8).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backend_only: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A role made of others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InheritedRole {
    /// Its name.
    pub role_name: String,
    /// What it is made of.
    pub role_set: Vec<String>,
}

mod actions;
mod functions;
pub use functions::{FunctionConfiguration, FunctionEntry, FunctionPermission};

pub use actions::{
    Action, ActionDefinition, ActionPermission, Argument, CustomTypes, Header, ObjectField,
};
