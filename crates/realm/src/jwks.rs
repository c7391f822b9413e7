//! The union of the realms' signing keys, for whoever verifies the tokens of many realms with one
//! key set (DECISIONS 28).

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::admin::{Admin, Error};
use crate::desired::RealmName;

/// What of a key is needed to verify with it. Certificates stay out.
const MEMBERS: [&str; 6] = ["kid", "kty", "alg", "use", "n", "e"];

/// The keys of several realms.
#[derive(Debug, Default)]
pub struct Union {
    /// By key id, so that the order is always the same.
    keys: BTreeMap<String, Value>,
}

/// A key id that two realms use for different keys.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key id {0:?} stands for two different keys; generate a new key in one of the realms")]
pub struct Collision(pub String);

impl Union {
    /// Adds the keys of one realm's JWKS that sign with RS256; how many those are.
    ///
    /// # Errors
    /// [`Collision`].
    pub fn add(&mut self, jwks: &Value) -> Result<usize, Collision> {
        let keys = jwks["keys"].as_array().into_iter().flatten();
        let mut added = 0;
        for key in keys.filter(|k| k["use"] == "sig" && k["alg"] == "RS256" && k["kty"] == "RSA") {
            let Some(id) = key["kid"].as_str() else { continue };
            let bare: serde_json::Map<String, Value> =
                MEMBERS.iter().map(|m| ((*m).to_owned(), key[*m].clone())).collect();
            let bare = Value::Object(bare);
            match self.keys.get(id) {
                Some(other) if *other != bare => return Err(Collision(id.to_owned())),
                _ => self.keys.insert(id.to_owned(), bare),
            };
            added += 1;
        }
        Ok(added)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The document.
    pub fn document(&self) -> Value {
        json!({"keys": self.keys.values().collect::<Vec<_>>()})
    }

    /// Replaces the file in one step, so that a reader sees the old document or the new one.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".jwks").tempfile_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &self.document())?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        open_to_readers(file.as_file())?;
        file.persist(path).map(drop).map_err(|e| e.error)
    }
}

/// Public keys are for the gateway to read, whoever it runs as.
#[cfg(unix)]
fn open_to_readers(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// The JWKS that a realm publishes; `None` where the realm is disabled or gone.
///
/// # Errors
/// Those of the request.
pub fn of_realm(admin: &Admin, realm: &RealmName) -> Result<Option<Value>, Error> {
    // A disabled realm still publishes its keys.
    let state = admin.get("/admin/realms/{realm}", &[&realm.full])?;
    if state.is_none_or(|r| r["enabled"] == false) {
        return Ok(None);
    }
    let path = "/realms/{realm}/protocol/openid-connect/certs";
    let (status, body) = admin.public(path, &[&realm.full], None)?;
    match status {
        200 => Ok(Some(body)),
        _ => Err(Error::Refused {
            method: reqwest::Method::GET,
            path,
            status,
            message: "no keys".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, usage: &str, algorithm: &str) -> Value {
        json!({"kid": id, "kty": "RSA", "alg": algorithm, "use": usage, "n": id, "e": "AQAB",
               "x5c": ["…"], "x5t": "…", "x5t#S256": "…"})
    }

    #[test]
    fn signing_keys_only_sorted_and_bare() {
        let mut union = Union::default();
        let jwks = json!({"keys": [key("b", "sig", "RS256"), key("e", "enc", "RSA-OAEP"), key("p", "sig", "PS256")]});
        assert_eq!(union.add(&jwks), Ok(1));
        assert_eq!(union.add(&json!({"keys": [key("a", "sig", "RS256")]})), Ok(1));
        let document = union.document();
        let ids: Vec<&str> =
            document["keys"].as_array().unwrap().iter().filter_map(|k| k["kid"].as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(document["keys"][0].as_object().unwrap().len(), MEMBERS.len());
    }

    #[test]
    fn one_id_for_two_keys_is_refused() {
        let mut union = Union::default();
        union.add(&json!({"keys": [key("a", "sig", "RS256")]})).unwrap();
        let mut other = key("a", "sig", "RS256");
        assert_eq!(union.add(&json!({"keys": [other.clone()]})), Ok(1), "the same key again");
        other["n"] = json!("other");
        assert_eq!(union.add(&json!({"keys": [other]})), Err(Collision("a".into())));
    }

    #[test]
    fn saved_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("certs.json");
        std::fs::write(&path, "old").unwrap();
        Union::default().save(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\n  \"keys\": []\n}\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
