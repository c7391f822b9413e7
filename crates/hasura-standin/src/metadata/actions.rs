//! Actions and their types, as metadata writes them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Action {
    /// Its root field.
    pub name: String,
    /// What it does.
    pub definition: ActionDefinition,
    /// Who may call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<ActionPermission>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A role that may call an action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActionPermission {
    /// The role.
    pub role: String,
}

/// What an action does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActionDefinition {
    /// Where it is sent, with `{{VARIABLES}}` of the environment.
    pub handler: String,
    /// `synchronous` (served) or `asynchronous` (refused).
    #[serde(default = "synchronous")]
    pub kind: String,
    /// `mutation` or `query`.
    #[serde(default = "mutation", rename = "type")]
    pub operation: String,
    /// What it takes.
    #[serde(default)]
    pub arguments: Vec<Argument>,
    /// What it gives.
    pub output_type: String,
    /// Headers of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// Whether the caller's headers go along.
    #[serde(default)]
    pub forward_client_headers: bool,
    /// Seconds until it is given up.
    #[serde(default = "thirty")]
    pub timeout: u64,
    /// Everything else; a transformation is refused.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn synchronous() -> String {
    "synchronous".to_owned()
}

fn mutation() -> String {
    "mutation".to_owned()
}

fn thirty() -> u64 {
    30
}

/// An argument, or a field of an input object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its type: `[uuid!]!`.
    #[serde(rename = "type")]
    pub ty: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A header that an action's handler gets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// …or the variable of the environment that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_from_env: Option<String>,
}

/// Types that actions take and give.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CustomTypes {
    /// Objects they take.
    #[serde(default)]
    pub input_objects: Vec<InputObject>,
    /// Objects they give.
    #[serde(default)]
    pub objects: Vec<ObjectType>,
    /// Scalars.
    #[serde(default)]
    pub scalars: Vec<ScalarType>,
    /// Enums.
    #[serde(default)]
    pub enums: Vec<EnumType>,
}

impl CustomTypes {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.input_objects.is_empty()
            && self.objects.is_empty()
            && self.scalars.is_empty()
            && self.enums.is_empty()
    }
}

/// An object that an action takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InputObject {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<Argument>,
}

/// An object that an action gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObjectType {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<ObjectField>,
    /// Links to tables; using one is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Value>,
}

/// A field of an object that an action gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObjectField {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A scalar of an action's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScalarType {
    /// Its name.
    pub name: String,
}

/// An enum of an action's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<EnumValue>,
}

/// One value of an enum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnumValue {
    /// Its name.
    pub value: String,
}
