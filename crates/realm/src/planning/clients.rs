//! What is to change in the two clients. `enabled` and the secret come last: a client that can be
//! used is one that is complete.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change::{Action, Change};
use super::{ClientState, Snapshot};
use crate::admin::Write;
use crate::desired::clients::Scopes;
use crate::desired::{RealmName, flow, mappers};
use crate::secrets::{ClientSecret, Standing, is_hidden};

const CLIENT: &str = "/admin/realms/{realm}/clients/{client}";
const MAPPERS: &str = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models";
const MAPPER: &str = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models/{mapper}";

/// A client as it is to be.
pub(super) struct Wanted<'a> {
    pub(super) id: &'static str,
    pub(super) settings: Value,
    pub(super) mappers: Vec<Value>,
    pub(super) scopes: Scopes,
    pub(super) roles: &'static [&'static str],
    pub(super) has_service_account: bool,
    pub(super) is_bound: bool,
    pub(super) secret: Option<&'a ClientSecret>,
}

pub(super) fn changes(realm: &RealmName, s: &Snapshot, wanted: &Wanted<'_>, out: &mut Vec<Change>) {
    let subject = format!("client {}", wanted.id);
    missing_mappers(&subject, s, wanted, out);
    missing_scopes(&subject, s, wanted, out);
    let state = if wanted.is_bound { &s.voting } else { &s.service };
    match state {
        None => create(&realm.full, &subject, s, wanted, out),
        Some(state) => {
            let mut part = Part { realm: &realm.full, subject, s, wanted, state, out };
            part.settings();
            part.mappers();
            part.scopes();
            part.scope_roles();
            part.service_roles();
            part.binding();
            part.opening();
        }
    }
}

fn missing_mappers(subject: &str, s: &Snapshot, wanted: &Wanted<'_>, out: &mut Vec<Change>) {
    let kinds: BTreeSet<&str> =
        wanted.mappers.iter().filter_map(|m| m["protocolMapper"].as_str()).collect();
    for kind in kinds.into_iter().filter(|k| !s.server.mappers.contains(*k)) {
        let remedy = match kind {
            mappers::PLATFORM_ELECTIONS => {
                "the platform's extension conditional-authenticators brings it (a realm made with \
                 --development does without)"
            }
            _ => "put the keycloak-extensions jars into the server's providers folder",
        };
        let why = format!("the server has no mapper type {kind:?}: {remedy}");
        out.push(Change::ours(subject, format!("mapper of type {kind}"), Action::Impossible(why)));
    }
}

fn missing_scopes(subject: &str, s: &Snapshot, wanted: &Wanted<'_>, out: &mut Vec<Change>) {
    if s.realm.is_none() {
        return;
    }
    for scope in wanted.scopes.required.iter().filter(|n| !s.scopes.contains_key(**n)) {
        let why = format!("the realm has no client scope {scope:?}: create Keycloak's stock one");
        out.push(Change::ours(subject, format!("client scope {scope}"), Action::Impossible(why)));
    }
}

fn create(realm: &str, subject: &str, s: &Snapshot, wanted: &Wanted<'_>, out: &mut Vec<Change>) {
    let action = if s.realm.is_none() || (wanted.is_bound && s.flow_id().is_none()) {
        Action::Later
    } else {
        let mut body = wanted.settings.clone();
        body["enabled"] = json!(false);
        body["protocolMappers"] = json!(wanted.mappers);
        body["defaultClientScopes"] = json!(wanted.scopes.required);
        body["optionalClientScopes"] = json!([]);
        if wanted.is_bound {
            body["authenticationFlowBindingOverrides"] = json!({"direct_grant": s.flow_id()});
        }
        Action::Write(Write::post("/admin/realms/{realm}/clients", &[realm], body))
    };
    let bound = if wanted.is_bound { ", bound to its flow" } else { "" };
    let what = format!("created, disabled{bound}, with {} mappers", wanted.mappers.len());
    out.push(Change::ours(subject, what, action));
    let roles = wanted.roles.join(", ");
    out.push(Change::ours(subject, format!("only {roles} in its scope"), Action::Later));
    if wanted.has_service_account {
        out.push(Change::ours(subject, format!("service account has {roles}"), Action::Later));
    }
    out.push(Change::ours(subject, "enabled, secret: set", Action::Later));
}

/// One existing client.
struct Part<'a, 'o> {
    realm: &'a str,
    subject: String,
    s: &'a Snapshot,
    wanted: &'a Wanted<'a>,
    state: &'a ClientState,
    out: &'o mut Vec<Change>,
}

impl Part<'_, '_> {
    fn push(&mut self, what: impl Into<String>, action: Action) {
        self.out.push(Change::ours(&self.subject, what, action));
    }

    fn write(&mut self, what: impl Into<String>, write: Write) {
        self.push(what, Action::Write(write));
    }

    fn put(&mut self, what: String, mut body: Value) {
        body["clientId"] = json!(self.wanted.id);
        let write = Write::put(CLIENT, &[self.realm, self.state.id()], body);
        self.write(what, write);
    }

    fn settings(&mut self) {
        let (words, body) = super::diff::differing(&self.wanted.settings, &self.state.client);
        if !words.is_empty() {
            self.put(words.join(", "), Value::Object(body));
        }
    }

    fn mappers(&mut self) {
        let (realm, id) = (self.realm, self.state.id());
        let actual = list(&self.state.client["protocolMappers"]);
        for wanted in &self.wanted.mappers {
            let name = wanted["name"].as_str().unwrap_or_default();
            let Some(found) = actual.iter().find(|m| m["name"] == name) else {
                let write = Write::post(MAPPERS, &[realm, id], wanted.clone());
                self.write(format!("mapper {name} added"), write);
                continue;
            };
            let found_id = found["id"].as_str().unwrap_or_default();
            if found["protocolMapper"] != wanted["protocolMapper"] {
                let write = Write::delete(MAPPER, &[realm, id, found_id], None);
                self.write(format!("mapper {name} of another type removed"), write);
                self.push(format!("mapper {name} added"), Action::Later);
            } else if !same_config(&wanted["config"], &found["config"]) {
                let mut body = wanted.clone();
                body["id"] = json!(found_id);
                let write = Write::put(MAPPER, &[realm, id, found_id], body);
                self.write(format!("mapper {name} set right"), write);
            }
        }
        let ours = |m: &&Value| self.wanted.mappers.iter().any(|w| w["name"] == m["name"]);
        let foreign = actual.iter().filter(|m| !ours(m) && mappers::writes_hasura_claims(m));
        for mapper in foreign.collect::<Vec<_>>() {
            let name = mapper["name"].as_str().unwrap_or_default();
            let mapper_id = mapper["id"].as_str().unwrap_or_default();
            let write = Write::delete(MAPPER, &[realm, id, mapper_id], None);
            self.write(format!("mapper {name} removed: it writes Hasura's claims"), write);
        }
    }

    fn scopes(&mut self) {
        let (realm, id) = (self.realm, self.state.id());
        let default = "/admin/realms/{realm}/clients/{client}/default-client-scopes/{scope}";
        let optional = "/admin/realms/{realm}/clients/{client}/optional-client-scopes/{scope}";
        let names = |key: &str| -> Vec<String> {
            list(&self.state.client[key])
                .iter()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect()
        };
        let (have, have_optional) = (names("defaultClientScopes"), names("optionalClientScopes"));
        let id_of = |name: &str| self.s.scopes.get(name).cloned();
        for name in have_optional {
            if let Some(scope) = id_of(&name) {
                let write = Write::delete(optional, &[realm, id, &scope], None);
                self.write(format!("optional client scope {name} removed"), write);
            }
        }
        for name in self.wanted.scopes.required {
            if let Some(scope) = id_of(name).filter(|_| !have.iter().any(|h| h == name)) {
                let write = Write::put_empty(default, &[realm, id, &scope]);
                self.write(format!("default client scope {name} added"), write);
            }
        }
        let scopes = self.wanted.scopes;
        for name in have {
            let known = scopes.required.contains(&name.as_str())
                || scopes.tolerated.contains(&name.as_str());
            if let Some(scope) = id_of(&name).filter(|_| !known) {
                let write = Write::delete(default, &[realm, id, &scope], None);
                self.write(format!("default client scope {name} removed"), write);
            }
        }
    }

    fn scope_roles(&mut self) {
        let path = "/admin/realms/{realm}/clients/{client}/scope-mappings/realm";
        let what = "in its scope";
        self.roles(path, self.state.id(), &self.state.scope_roles, what, &[]);
        for (client, roles) in &self.state.scope_client_roles {
            let path = "/admin/realms/{realm}/clients/{client}/scope-mappings/clients/{other}";
            let body = Some(json!(roles));
            let write = Write::delete(path, &[self.realm, self.state.id(), client], body);
            self.write("roles of other clients out of its scope", write);
        }
    }

    fn service_roles(&mut self) {
        if !self.wanted.has_service_account {
            return;
        }
        let Some(user) = &self.state.service_user else {
            return self.push("service account has its roles", Action::Later);
        };
        let path = "/admin/realms/{realm}/users/{user}/role-mappings/realm";
        let default = format!("default-roles-{}", self.realm.to_lowercase());
        self.roles(path, user, &self.state.service_roles, "for its service account", &[&default]);
    }

    /// Adds the roles that are missing and removes the others.
    fn roles(
        &mut self,
        path: &'static str,
        owner: &str,
        have: &[Value],
        what: &str,
        tolerated: &[&str],
    ) {
        let wanted = self.wanted.roles;
        let missing: Vec<&str> =
            wanted.iter().copied().filter(|w| !have.iter().any(|h| h["name"] == **w)).collect();
        if !missing.is_empty() {
            let known: Option<Vec<&Value>> =
                missing.iter().map(|name| self.s.roles.get(*name)).collect();
            let action = match known {
                Some(roles) => Action::Write(Write::post(path, &[self.realm, owner], json!(roles))),
                None => Action::Later,
            };
            self.push(format!("role {} {what}", missing.join(", ")), action);
        }
        let extra: Vec<&Value> = have
            .iter()
            .filter(|h| {
                let name = h["name"].as_str().unwrap_or_default();
                !wanted.contains(&name) && !tolerated.contains(&name)
            })
            .collect();
        if !extra.is_empty() {
            let names: Vec<&str> = extra.iter().filter_map(|r| r["name"].as_str()).collect();
            let write = Write::delete(path, &[self.realm, owner], Some(json!(extra)));
            self.write(format!("role {} no longer {what}", names.join(", ")), write);
        }
    }

    fn binding(&mut self) {
        if !self.wanted.is_bound {
            return;
        }
        let what = format!("bound to the flow {:?}", flow::ALIAS);
        match self.s.flow_id() {
            None => self.push(what, Action::Later),
            Some(flow) if self.state.bound_flow() == Some(flow) => {}
            Some(flow) => {
                let body = json!({"authenticationFlowBindingOverrides": {"direct_grant": flow}});
                self.put(what, body);
            }
        }
    }

    fn opening(&mut self) {
        let mut words = Vec::new();
        let mut body = json!({});
        if let Some(secret) = self.wanted.secret {
            let held = self.state.client["secret"].as_str().unwrap_or_default();
            if is_hidden(&self.state.client) {
                let why = "this administrator is not shown the secret; it needs manage-clients";
                return self.push("secret: unknown", Action::Impossible(why.to_owned()));
            }
            match secret.standing(held) {
                Standing::Current => {}
                Standing::Previous => {
                    words.push("secret: the previous one, set to the current one");
                }
                Standing::Other => words.push("secret: differs, set"),
            }
            if !words.is_empty() {
                body["secret"] = json!(secret.current.expose());
            }
        }
        if !self.state.is_enabled() || (self.wanted.is_bound && self.s.lets_bare_username_in()) {
            words.insert(0, "enabled");
            body["enabled"] = json!(true);
        }
        if words.is_empty() {
            return;
        }
        let waits = self.wanted.is_bound && self.state.is_enabled() && body["enabled"] == true;
        if waits {
            self.push(words.join(", "), Action::Later);
        } else {
            self.put(words.join(", "), body);
        }
    }
}

/// Equal, but for keys that only the server adds.
fn same_config(wanted: &Value, actual: &Value) -> bool {
    const SERVERS_OWN: [&str; 2] = ["introspection.token.claim", "lightweight.claim"];
    let keys = |v: &Value| -> BTreeSet<String> {
        v.as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect()
    };
    keys(wanted).union(&keys(actual)).all(|key| {
        wanted[key] == actual[key] || (wanted[key].is_null() && SERVERS_OWN.contains(&key.as_str()))
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
