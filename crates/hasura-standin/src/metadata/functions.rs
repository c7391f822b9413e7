//! Tracked functions as metadata writes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalogue::TableName;

/// One tracked function.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FunctionEntry {
    /// Its name in the database.
    pub function: TableName,
    /// Its names in GraphQL, and how it is called.
    #[serde(default, skip_serializing_if = "FunctionConfiguration::is_empty")]
    pub configuration: FunctionConfiguration,
    /// Who may call it, beside those who may by inference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<FunctionPermission>,
    /// Everything else: `comment`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A function's names in GraphQL, and how it is called.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FunctionConfiguration {
    /// Instead of `<schema>_<function>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_name: Option<String>,
    /// Root fields with names of their own: `function`, `function_aggregate`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_root_fields: BTreeMap<String, Value>,
    /// The argument that is given the caller's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_argument: Option<String>,
    /// `query` or `mutation`; none: as its volatility says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed_as: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FunctionConfiguration {
    fn is_empty(&self) -> bool {
        self.custom_name.is_none()
            && self.custom_root_fields.is_empty()
            && self.session_argument.is_none()
            && self.exposed_as.is_none()
            && self.other.is_empty()
    }
}

/// A role that may call a function.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FunctionPermission {
    /// The role.
    pub role: String,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
