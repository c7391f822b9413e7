//! Creates voters and brings existing ones up to date; one request per voter that differs.

use serde_json::{Map, Value, json};

use super::Voter;
use crate::admin::{Admin, Error, Write};
use crate::desired::flow::DobFormats;
use crate::desired::{RealmName, mappers, profile, roles};
use crate::planning::dob_formats;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// New voters.
    pub created: usize,
    /// Voters that differed.
    pub updated: usize,
    /// Voters that did not.
    pub unchanged: usize,
}

/// Why the import ended.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The realm is not for development.
    #[error("realm {0} was not made with --development; real voters come from the platform")]
    NotForDevelopment(String),
    /// The realm would drop the attributes.
    #[error("realm {0} drops attributes such as area-id; run `realm apply --realm-wide` first")]
    DropsAttributes(String),
    /// The realm has no role `user`.
    #[error("realm {0} has no role user; run `realm apply` first")]
    NoRole(String),
    /// A voter was refused.
    #[error("line {line}: {cause}")]
    Voter {
        /// The line of the file.
        line: u64,
        /// Keycloak's answer.
        cause: Error,
    },
    /// Another request failed.
    #[error(transparent)]
    Request(#[from] Error),
}

const USERS: &str = "/admin/realms/{realm}/users";

/// Imports voters. A PIN is always set anew, because Keycloak does not show whether it is the same.
///
/// # Errors
/// Before anything is written: the realm is not fit. Later: the line that failed; `done` says how
/// far it came, and repeating is safe.
pub fn import(
    admin: &Admin,
    realm: &RealmName,
    voters: &[Voter],
    done: &mut Imported,
) -> Result<(), ImportError> {
    let name = realm.full.as_str();
    let of_realm = admin.must_get("/admin/realms/{realm}", &[name])?;
    if of_realm["attributes"]["ivr.development"] != "true" {
        return Err(ImportError::NotForDevelopment(name.to_owned()));
    }
    let policy = admin.must_get("/admin/realms/{realm}/users/profile", &[name])?;
    if policy["unmanagedAttributePolicy"] != profile::POLICY {
        return Err(ImportError::DropsAttributes(name.to_owned()));
    }
    let role = admin
        .get("/admin/realms/{realm}/roles/{role}", &[name, roles::VOTER])?
        .ok_or_else(|| ImportError::NoRole(name.to_owned()))?;
    let fixed = Fixed { realm, dates: dob_formats(admin, name)?, role };
    for voter in voters {
        let line = voter.line;
        one(admin, &fixed, voter, done).map_err(|cause| ImportError::Voter { line, cause })?;
    }
    Ok(())
}

/// What is the same for every voter of the realm.
struct Fixed<'a> {
    realm: &'a RealmName,
    dates: DobFormats,
    role: Value,
}

fn one(admin: &Admin, fixed: &Fixed<'_>, voter: &Voter, done: &mut Imported) -> Result<(), Error> {
    let name = fixed.realm.full.as_str();
    let username = voter.username.expose().to_lowercase();
    let query =
        [("username", username.as_str()), ("exact", "true"), ("briefRepresentation", "false")];
    let found = admin.get_where(USERS, &[name], &query)?.unwrap_or_default();
    let user = match found.get(0) {
        None => {
            let mut body = wanted(fixed.realm, fixed.dates, voter, &Value::Null);
            body["username"] = json!(username);
            done.created += 1;
            let created = admin.write(&Write::post(USERS, &[name], body))?;
            created.unwrap_or_default()
        }
        Some(existing) => {
            let body = wanted(fixed.realm, fixed.dates, voter, existing);
            let id = existing["id"].as_str().unwrap_or_default().to_owned();
            let same =
                body.as_object().into_iter().flatten().all(|(key, value)| existing[key] == *value);
            if same {
                done.unchanged += 1;
            } else {
                done.updated += 1;
                let path = "/admin/realms/{realm}/users/{user}";
                admin.write(&Write::put(path, &[name, &id], body))?;
            }
            id
        }
    };
    give_role(admin, name, &user, &fixed.role)
}

fn give_role(admin: &Admin, realm: &str, user: &str, role: &Value) -> Result<(), Error> {
    let path = "/admin/realms/{realm}/users/{user}/role-mappings/realm";
    let have = admin.must_get(path, &[realm, user])?;
    if !have.as_array().into_iter().flatten().any(|r| r["name"] == role["name"]) {
        admin.write(&Write::post(path, &[realm, user], json!([role])))?;
    }
    Ok(())
}

/// The representation to send. Attributes are merged with those that the voter has, because
/// Keycloak replaces the whole map.
fn wanted(realm: &RealmName, dates: DobFormats, voter: &Voter, existing: &Value) -> Value {
    let mut attributes = existing["attributes"].as_object().cloned().unwrap_or_default();
    let mut set = |key: &str, values: Value| attributes.insert(key.to_owned(), values);
    set("tenant-id", json!([realm.tenant]));
    set("area-id", json!([voter.area_id]));
    if let Some(date) = voter.date_of_birth.as_ref().and_then(|d| dates.store(d.expose())) {
        set("dateOfBirth", json!([date]));
    }
    if let Some(elections) = &voter.elections {
        set("authorized-election-ids", json!(elections));
        set(mappers::ELECTIONS_TEXT, json!([hasura_text(elections)]));
    }
    let mut body = Map::new();
    body.insert("enabled".to_owned(), json!(voter.enabled));
    body.insert("attributes".to_owned(), Value::Object(attributes));
    for (key, value) in
        [("email", &voter.email), ("firstName", &voter.first_name), ("lastName", &voter.last_name)]
    {
        if let Some(value) = value {
            body.insert(key.to_owned(), json!(value.expose()));
        }
    }
    if let Some(pin) = &voter.password {
        let credential = json!({"type": "password", "value": pin.expose(), "temporary": false});
        body.insert("credentials".to_owned(), json!([credential]));
    }
    Value::Object(body)
}

/// Hasura's form of a list: `{"id", "id"}`.
fn hasura_text(ids: &[String]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("{id:?}")).collect();
    format!("{{{}}}", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_of_others_stay() {
        let realm = "tenant-t-event-e".parse().unwrap();
        let voters = super::super::read("username,area_id\n1,a2\n".as_bytes()).unwrap();
        let existing = json!({"attributes": {"area-id": ["a1"], "badge": ["7"]}});
        let body = wanted(&realm, DobFormats::default(), &voters[0], &existing);
        assert_eq!(
            body["attributes"],
            json!({"area-id": ["a2"], "badge": ["7"], "tenant-id": ["t"]})
        );
        assert!(body.get("credentials").is_none());
    }

    #[test]
    fn a_date_is_stored_as_the_realm_stores_dates() {
        let realm = "tenant-t-event-e".parse().unwrap();
        let file = "username,area_id,date_of_birth\n1,a,1980-01-02\n";
        let voters = super::super::read(file.as_bytes()).unwrap();
        let dates = DobFormats::named("DD.MM.YYYY", "DDMMYYYY").unwrap();
        let body = wanted(&realm, dates, &voters[0], &Value::Null);
        assert_eq!(body["attributes"]["dateOfBirth"], json!(["02.01.1980"]));
    }

    #[test]
    fn a_list_as_hasura_reads_it() {
        assert_eq!(hasura_text(&["a".into(), "b".into()]), r#"{"a", "b"}"#);
        assert_eq!(hasura_text(&[]), "{}");
    }
}
