//! [`Snapshot`]: what the plan is made from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::desired::flow;

/// What the server itself has.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// Its version.
    pub version: String,
    /// Ids of authenticators.
    pub authenticators: BTreeSet<String>,
    /// Types of protocol mappers.
    pub mappers: BTreeSet<String>,
    /// Ids of resources under `/realms/{realm}/`.
    pub resources: BTreeSet<String>,
}

/// A realm as it is now.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// The server.
    pub server: Server,
    /// The realm; `None` if there is none.
    pub realm: Option<Value>,
    /// Realm roles by name, those that matter to us.
    pub roles: BTreeMap<String, Value>,
    /// Composites of those roles, by the role's name.
    pub composites: BTreeMap<String, Vec<Value>>,
    /// Client scopes: name to id.
    pub scopes: BTreeMap<String, String>,
    /// Top-level flows.
    pub flows: Vec<Value>,
    /// Executions of our flow, flattened as Keycloak lists them.
    pub executions: Vec<Value>,
    /// Executions of the flow that `ivr-voting` uses now, if that is another one.
    pub effective: Option<Vec<Value>>,
    /// The configuration of our date-of-birth execution.
    pub dob_config: Option<Value>,
    /// `ivr-voting`.
    pub voting: Option<ClientState>,
    /// `ivr-service`.
    pub service: Option<ClientState>,
    /// Mappers of `voting-portal`.
    pub portal_mappers: Vec<Value>,
    /// The user profile.
    pub profile: Value,
    /// Names of top-level groups.
    pub groups: BTreeSet<String>,
}

/// A client, and what Keycloak keeps apart from it.
#[derive(Clone, Default)]
pub struct ClientState {
    /// Its representation, with the secret.
    pub client: Value,
    /// Realm roles in its scope.
    pub scope_roles: Vec<Value>,
    /// Client roles in its scope: client id (internal) to roles.
    pub scope_client_roles: BTreeMap<String, Vec<Value>>,
    /// Id of its service user.
    pub service_user: Option<String>,
    /// Realm roles of its service user.
    pub service_roles: Vec<Value>,
    /// Whether its service user has roles of other clients.
    pub service_client_roles: Vec<String>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({})", if self.realm.is_some() { "realm" } else { "no realm" })
    }
}

impl std::fmt::Debug for ClientState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientState({})", self.id())
    }
}

impl ClientState {
    /// The internal id.
    pub fn id(&self) -> &str {
        self.client["id"].as_str().unwrap_or_default()
    }

    /// Whether it is enabled.
    pub fn is_enabled(&self) -> bool {
        self.client["enabled"] == true
    }

    /// The flow it is bound to for Direct Grant.
    pub fn bound_flow(&self) -> Option<&str> {
        let bound = self.client["authenticationFlowBindingOverrides"]["direct_grant"].as_str();
        bound.filter(|id| !id.is_empty())
    }
}

impl Snapshot {
    /// Our flow.
    pub fn flow(&self) -> Option<&Value> {
        self.flows.iter().find(|f| f["alias"] == flow::ALIAS)
    }

    /// The id of our flow.
    pub fn flow_id(&self) -> Option<&str> {
        self.flow().and_then(|f| f["id"].as_str())
    }

    /// Whether the realm says that this tool created it for development.
    pub fn is_development(&self) -> bool {
        self.realm.as_ref().is_some_and(|r| r["attributes"]["ivr.development"] == "true")
    }

    /// Whether somebody could get a voter's token with a bare user name now, as far as the top of
    /// the flow shows; when in doubt, yes.
    pub fn lets_bare_username_in(&self) -> bool {
        let open = self
            .voting
            .as_ref()
            .filter(|c| c.is_enabled() && c.client["directAccessGrantsEnabled"] == true);
        let Some(client) = open else { return false };
        if client.bound_flow().is_some() && client.bound_flow() == self.flow_id() {
            return !flow::asks_a_credential(&self.executions);
        }
        !self.effective.as_deref().is_some_and(flow::asks_a_credential)
    }
}
