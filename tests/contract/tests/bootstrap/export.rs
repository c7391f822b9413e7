//! A realm as one document, for comparisons.

use anyhow::Context as _;
use realm::admin::Admin;
use realm::desired::{RealmName, clients, flow, roles};
use serde_json::{Value, json};

use crate::place::{Place, token_of_administrator};

/// Everything that Keycloak exports of a realm, the users, and the profile.
pub(crate) fn export(place: &Place, admin: &Admin, name: &RealmName) -> anyhow::Result<Value> {
    let realm = name.full.as_str();
    let exported = partial_export(place, realm)?;
    let users = admin
        .get_where(
            "/admin/realms/{realm}/users",
            &[realm],
            &[("briefRepresentation", "false"), ("max", "1000")],
        )?
        .context("no users")?;
    let mut users = users;
    for user in users.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        // Made from the profile at every reading.
        user.remove("userProfileMetadata");
    }
    let profile = admin.must_get("/admin/realms/{realm}/users/profile", &[realm])?;
    Ok(sorted(json!({"realm": exported, "users": users, "profile": profile})))
}

/// Without what is ours.
pub(crate) fn without_ours(mut document: Value) -> Value {
    let realm = &mut document["realm"];
    let ours = |v: &Value, key: &str, names: &[&str]| names.iter().any(|n| v[key] == *n);
    // Looked up by pointer: indexing would create what is not there.
    let drop = |realm: &mut Value, list: &str, key: &str, names: &[&str]| {
        if let Some(list) = realm.pointer_mut(list).and_then(Value::as_array_mut) {
            list.retain(|v| !ours(v, key, names));
        }
    };
    let clients = [clients::VOTING, clients::SERVICE];
    let names = roles::OURS.map(|(name, _)| name);
    drop(realm, "/clients", "clientId", &clients);
    drop(realm, "/scopeMappings", "client", &clients);
    drop(realm, "/roles/realm", "name", &names);
    drop(realm, "/authenticationFlows", "alias", &[flow::ALIAS]);
    drop(realm, "/authenticatorConfig", "alias", &[flow::DOB_CONFIG]);
    for place in ["/roles/client", "/clientScopeMappings"] {
        if let Some(map) = realm.pointer_mut(place).and_then(Value::as_object_mut) {
            map.retain(|key, _| !clients.contains(&key.as_str()));
        }
    }
    drop(realm, "/users", "username", &["service-account-ivr-service"]);
    for list in ["users", "scopeMappings", "authenticatorConfig"] {
        if realm[list].as_array().is_some_and(Vec::is_empty)
            && let Some(fields) = realm.as_object_mut()
        {
            fields.remove(list);
        }
    }
    document
}

/// Without what differs between two realms of the same making: ids, times, keys, the name.
pub(crate) fn alike(document: &Value, name: &RealmName) -> Value {
    match document {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| {
                !["id", "containerId", "createdTimestamp", "client.secret.creation.time", "_id"]
                    .contains(&key.as_str())
            })
            .map(|(key, value)| {
                let value = match key.as_str() {
                    "authenticationFlowBindingOverrides" => {
                        json!(value.as_object().map(serde_json::Map::len))
                    }
                    "org.keycloak.keys.KeyProvider" => json!(value.as_array().map(Vec::len)),
                    _ => alike(value, name),
                };
                (key.replace(&name.full, "REALM"), value)
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(list) => sorted(list.iter().map(|v| alike(v, name)).collect()),
        Value::String(text) => {
            text.replace(&name.full, "REALM").replace(&name.event, "EVENT").into()
        }
        other => other.clone(),
    }
}

/// Where two documents differ; short enough to read.
pub(crate) fn difference(one: &Value, other: &Value, path: &str, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                difference(&one[key], &other[key], &format!("{path}/{key}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                difference(a, b, &format!("{path}/{at}"), found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{path}: {} / {}", short(one), short(other))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(120).collect()
}

/// Lists in an order of their own: Keycloak's order of sets means nothing.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(list) => {
            let mut list: Vec<Value> = list.into_iter().map(sorted).collect();
            list.sort_by_cached_key(Value::to_string);
            Value::Array(list)
        }
        Value::Object(fields) => fields.into_iter().map(|(k, v)| (k, sorted(v))).collect(),
        other => other,
    }
}

/// A POST that writes nothing, so not among what the client counts.
fn partial_export(place: &Place, realm: &str) -> anyhow::Result<Value> {
    let url = format!(
        "{}/admin/realms/{realm}/partial-export?exportClients=true&exportGroupsAndRoles=true",
        place.url
    );
    let token = token_of_administrator(place)?;
    let mut answer =
        ureq::post(&url).header("Authorization", format!("Bearer {token}")).send_empty()?;
    Ok(answer.body_mut().read_json()?)
}
