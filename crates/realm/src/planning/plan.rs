//! [`plan`]: from a snapshot to the changes, in the order in which they are safe.

use serde_json::json;

use super::change::{Action, Change, Class};
use super::clients::Wanted;
use super::{Options, Snapshot};
use crate::admin::Write;
use crate::desired::mappers::Elections;
use crate::desired::{RealmName, clients, mappers, roles};

/// The changes of one realm.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The realm.
    pub realm: RealmName,
    /// The changes, in order. Those for every channel are there also when they were not asked for.
    pub changes: Vec<Change>,
    /// What somebody added and this tool leaves alone.
    pub left_alone: Vec<String>,
    /// Whether changes for every channel are to be made.
    pub realm_wide: bool,
}

impl Plan {
    /// The changes that `apply` makes, in order.
    pub fn to_do(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|c| c.class == Class::Ours || self.realm_wide)
    }

    /// What keeps `apply` from beginning.
    pub fn obstacles(&self) -> impl Iterator<Item = (&Change, &str)> {
        self.to_do().filter_map(|change| match &change.action {
            Action::Impossible(why) => Some((change, why.as_str())),
            _ => None,
        })
    }

    /// Whether `apply` has nothing to do.
    pub fn is_done(&self) -> bool {
        self.to_do().next().is_none()
    }
}

/// What is to change in a realm. Sends nothing.
///
/// Order: what concerns every channel; a client that lets a bare user name in is disabled; roles;
/// the flow, complete; the clients, enabled last.
pub fn plan(realm: &RealmName, s: &Snapshot, options: &Options) -> Plan {
    let development = s.is_development() || (s.realm.is_none() && options.development);
    let mut changes = Vec::new();
    realm_itself(realm, s, options, &mut changes);
    if s.realm.is_some() || options.development {
        super::wide::changes(realm, s, &mut changes);
        pause(realm, s, &mut changes);
        roles(realm, s, development, &mut changes);
        super::flow::changes(realm, s, options, &mut changes);
        for wanted in wanted_clients(realm, s, options, development) {
            super::clients::changes(realm, s, &wanted, &mut changes);
        }
    }
    let realm_wide = options.realm_wide || development;
    Plan { realm: realm.clone(), changes, left_alone: left_alone(s), realm_wide }
}

fn realm_itself(realm: &RealmName, s: &Snapshot, options: &Options, out: &mut Vec<Change>) {
    let subject = "realm";
    let impossible = |why: &str| Action::Impossible(why.to_owned());
    match (&s.realm, options.development) {
        (None, true) => {
            let attributes = json!({"ivr.development": "true"});
            let body = json!({"realm": realm.full, "enabled": true, "attributes": attributes});
            let write = Write::post("/admin/realms", &[], body);
            out.push(Change::ours(subject, "created, for development", Action::Write(write)));
        }
        (None, false) => out.push(Change::ours(subject, "does not exist", impossible(
            "the platform creates event realms; check the name, or use --development for a realm to play with",
        ))),
        (Some(_), true) if !s.is_development() => out.push(Change::ours(subject, "is not for development", impossible(
            "--development is for realms that it created itself; leave it out",
        ))),
        _ => {}
    }
    if let Some(now) = s.realm.as_ref().filter(|r| r["enabled"] == false) {
        let name = now["realm"].as_str().unwrap_or_default();
        let why =
            format!("enable the realm {name} when it is to be used; nobody can log in until then");
        out.push(Change::ours(subject, "is disabled", Action::Impossible(why)));
    }
}

fn pause(realm: &RealmName, s: &Snapshot, out: &mut Vec<Change>) {
    let Some(client) = s.voting.as_ref().filter(|_| s.lets_bare_username_in()) else { return };
    let body = json!({"clientId": clients::VOTING, "enabled": false});
    let write =
        Write::put("/admin/realms/{realm}/clients/{client}", &[&realm.full, client.id()], body);
    out.push(Change::ours(
        format!("client {}", clients::VOTING),
        "disabled while its flow is made complete: it may give a token for a bare voter id",
        Action::Write(write),
    ));
}

fn roles(realm: &RealmName, s: &Snapshot, development: bool, out: &mut Vec<Change>) {
    let name = realm.full.as_str();
    let voter = (roles::VOTER, "Voters");
    for (role, description) in roles::OURS.into_iter().chain(development.then_some(voter)) {
        if !s.roles.contains_key(role) {
            let body = json!({"name": role, "description": description});
            let write = Write::post("/admin/realms/{realm}/roles", &[name], body);
            let action = if s.realm.is_some() { Action::Write(write) } else { Action::Later };
            out.push(Change::ours(format!("role {role}"), "created", action));
        }
    }
    for (role, parts) in s.composites.iter().filter(|(role, _)| *role != roles::VOTER) {
        let path = "/admin/realms/{realm}/roles/{role}/composites";
        let write = Write::delete(path, &[name, role], Some(json!(parts)));
        let what = "no longer includes other roles";
        out.push(Change::ours(format!("role {role}"), what, Action::Write(write)));
    }
    if !development && s.realm.is_some() && !s.roles.contains_key(roles::VOTER) {
        let why = "the realm has no role \"user\", so it is no event realm of the platform; check the name";
        out.push(Change::ours("role user", "is missing", Action::Impossible(why.to_owned())));
    }
    if development && !s.groups.contains("voter") {
        let write = Write::post("/admin/realms/{realm}/groups", &[name], json!({"name": "voter"}));
        let action = if s.realm.is_some() { Action::Write(write) } else { Action::Later };
        out.push(Change::ours("group voter", "created", action));
    }
}

fn wanted_clients<'a>(
    realm: &RealmName,
    s: &Snapshot,
    options: &'a Options,
    development: bool,
) -> [Wanted<'a>; 2] {
    let elections = if development && !s.server.mappers.contains(mappers::PLATFORM_ELECTIONS) {
        Elections::Substitute
    } else {
        Elections::Platform
    };
    [
        Wanted {
            id: clients::VOTING,
            settings: clients::voting(),
            mappers: mappers::voting(elections, &s.portal_mappers),
            scopes: clients::VOTING_SCOPES,
            roles: roles::OF_VOTING,
            has_service_account: false,
            is_bound: true,
            secret: options.voting_secret.as_ref(),
        },
        Wanted {
            id: clients::SERVICE,
            settings: clients::service(),
            mappers: mappers::service(realm),
            scopes: clients::SERVICE_SCOPES,
            roles: roles::OF_SERVICE,
            has_service_account: true,
            is_bound: false,
            secret: options.service_secret.as_ref(),
        },
    ]
}

/// What somebody added to our clients that does no harm, or that only they can judge.
fn left_alone(s: &Snapshot) -> Vec<String> {
    let mut found = Vec::new();
    let known = |name: &str| {
        let all = mappers::voting(Elections::Platform, &[]);
        let service = ["x-hasura-election-event-id"];
        all.iter().any(|m| m["name"] == name) || service.contains(&name)
    };
    for state in [&s.voting, &s.service].into_iter().flatten() {
        let client = state.client["clientId"].as_str().unwrap_or_default();
        for mapper in state.client["protocolMappers"].as_array().into_iter().flatten() {
            let name = mapper["name"].as_str().unwrap_or_default();
            if !known(name) && !mappers::writes_hasura_claims(mapper) {
                found.push(format!("client {client} has a mapper {name:?} of its own"));
            }
        }
        for other in &state.service_client_roles {
            found
                .push(format!("the service account of {client} has roles of the client {other:?}"));
        }
    }
    found
}
