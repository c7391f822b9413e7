//! Reads a [`Snapshot`]. Only reads.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{ClientState, Server, Snapshot};
use crate::admin::{Admin, Error};
use crate::desired::flow::DobFormats;
use crate::desired::{RealmName, clients, flow, roles};

const EXECUTIONS: &str = "/admin/realms/{realm}/authentication/flows/{flow}/executions";

/// What the server has; once per run.
///
/// # Errors
/// Those of the requests.
pub fn server(admin: &Admin) -> Result<Server, Error> {
    let info = admin.must_get("/admin/serverinfo", &[])?;
    let ids = |spi: &str| -> BTreeSet<String> {
        let providers = info["providers"][spi]["providers"].as_object();
        providers.into_iter().flatten().map(|(id, _)| id.clone()).collect()
    };
    let mappers = info["protocolMapperTypes"]["openid-connect"].as_array();
    Ok(Server {
        version: text(&info["systemInfo"]["version"]),
        authenticators: ids("authenticator"),
        mappers: mappers.into_iter().flatten().map(|m| text(&m["id"])).collect(),
        resources: ids("realm-restapi-extension"),
    })
}

/// Reads a realm.
///
/// # Errors
/// Those of the requests.
pub fn read(admin: &Admin, server: &Server, name: &RealmName) -> Result<Snapshot, Error> {
    let realm = name.full.as_str();
    let mut snapshot = Snapshot { server: server.clone(), ..Snapshot::default() };
    snapshot.realm = admin.get("/admin/realms/{realm}", &[realm])?;
    let Some(of_realm) = &snapshot.realm else { return Ok(snapshot) };
    let default_flow = text(&of_realm["directGrantFlow"]);
    snapshot.profile = admin.must_get("/admin/realms/{realm}/users/profile", &[realm])?;
    read_roles(admin, realm, &mut snapshot)?;
    let list = |path| admin.must_get(path, &[realm]).map(into_list);
    for scope in list("/admin/realms/{realm}/client-scopes")? {
        snapshot.scopes.insert(text(&scope["name"]), text(&scope["id"]));
    }
    for group in list("/admin/realms/{realm}/groups")? {
        snapshot.groups.insert(text(&group["name"]));
    }
    snapshot.flows = list("/admin/realms/{realm}/authentication/flows")?;
    snapshot.voting = read_client(admin, realm, clients::VOTING)?;
    snapshot.service = read_client(admin, realm, clients::SERVICE)?;
    if let Some(portal) = find_client(admin, realm, "voting-portal")? {
        snapshot.portal_mappers = into_list(portal["protocolMappers"].clone());
    }
    read_flows(admin, realm, &default_flow, &mut snapshot)?;
    Ok(snapshot)
}

fn read_roles(admin: &Admin, realm: &str, snapshot: &mut Snapshot) -> Result<(), Error> {
    for name in roles::OURS.iter().map(|(name, _)| *name).chain([roles::VOTER]) {
        let Some(role) = admin.get("/admin/realms/{realm}/roles/{role}", &[realm, name])? else {
            continue;
        };
        if role["composite"] == true {
            let path = "/admin/realms/{realm}/roles/{role}/composites";
            let parts = into_list(admin.must_get(path, &[realm, name])?);
            snapshot.composites.insert(name.to_owned(), parts);
        }
        snapshot.roles.insert(name.to_owned(), role);
    }
    Ok(())
}

fn read_flows(
    admin: &Admin,
    realm: &str,
    default_flow: &str,
    snapshot: &mut Snapshot,
) -> Result<(), Error> {
    if snapshot.flow().is_some() {
        snapshot.executions = into_list(admin.must_get(EXECUTIONS, &[realm, flow::ALIAS])?);
    }
    snapshot.dob_config = dob_config(admin, realm, &snapshot.executions)?;
    let bound = snapshot.voting.as_ref().and_then(ClientState::bound_flow);
    if snapshot.voting.is_some() && (bound.is_none() || bound != snapshot.flow_id()) {
        let alias = match bound {
            None => default_flow.to_owned(),
            Some(id) => {
                let flow = snapshot.flows.iter().find(|f| f["id"] == id);
                flow.map(|f| text(&f["alias"])).unwrap_or_default()
            }
        };
        snapshot.effective = admin.get(EXECUTIONS, &[realm, &alias])?.map(into_list);
    }
    Ok(())
}

fn dob_config(admin: &Admin, realm: &str, executions: &[Value]) -> Result<Option<Value>, Error> {
    let dob = executions.iter().find(|e| e["providerId"] == flow::DOB && e["level"] == 0);
    match dob.and_then(|e| e["authenticationConfig"].as_str()) {
        None => Ok(None),
        Some(id) => admin.get("/admin/realms/{realm}/authentication/config/{config}", &[realm, id]),
    }
}

/// How the realm writes dates of birth; the usual way where it asks for none.
pub(crate) fn dob_formats(admin: &Admin, realm: &str) -> Result<DobFormats, Error> {
    let executions = admin.get(EXECUTIONS, &[realm, flow::ALIAS])?.map(into_list);
    let config = dob_config(admin, realm, &executions.unwrap_or_default())?;
    let named = config.as_ref().and_then(|c| {
        let of = |key: &str| c["config"][key].as_str();
        DobFormats::named(of("stored_format")?, of("keyed_format")?)
    });
    Ok(named.unwrap_or_default())
}

pub(crate) fn find_client(admin: &Admin, realm: &str, id: &str) -> Result<Option<Value>, Error> {
    let found = admin.get_where("/admin/realms/{realm}/clients", &[realm], &[("clientId", id)])?;
    Ok(found.map(into_list).unwrap_or_default().into_iter().find(|c| c["clientId"] == id))
}

fn read_client(admin: &Admin, realm: &str, client: &str) -> Result<Option<ClientState>, Error> {
    let Some(found) = find_client(admin, realm, client)? else { return Ok(None) };
    let mut state = ClientState { client: found, ..ClientState::default() };
    let id = state.id().to_owned();
    let path = "/admin/realms/{realm}/clients/{client}/scope-mappings";
    let mapped = admin.must_get(path, &[realm, &id])?;
    state.scope_roles = into_list(mapped["realmMappings"].clone());
    state.scope_client_roles = client_mappings(&mapped);
    if state.client["serviceAccountsEnabled"] == true {
        let path = "/admin/realms/{realm}/clients/{client}/service-account-user";
        let user = text(&admin.must_get(path, &[realm, &id])?["id"]);
        let path = "/admin/realms/{realm}/users/{user}/role-mappings";
        let mapped = admin.must_get(path, &[realm, &user])?;
        state.service_roles = into_list(mapped["realmMappings"].clone());
        state.service_client_roles = mapped["clientMappings"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, _)| k.clone())
            .collect();
        state.service_user = Some(user);
    }
    Ok(Some(state))
}

fn client_mappings(mapped: &Value) -> BTreeMap<String, Vec<Value>> {
    let clients = mapped["clientMappings"].as_object().into_iter().flatten();
    clients.map(|(_, c)| (text(&c["id"]), into_list(c["mappings"].clone()))).collect()
}

fn into_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        _ => Vec::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
