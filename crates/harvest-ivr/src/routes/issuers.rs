//! The realms whose tokens are accepted, each with the one tenant that it speaks for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use access_token::Unverified;
use chrono::Utc;
use serde::Deserialize;
use url::{Host, Url};
use uuid::Uuid;

use super::keys::Keys;
pub use super::keys::Reading;
use super::person::Person;
use super::refusal::Refusal;

/// Clients whose tokens are no person's at a desk.
const NEVER: [&str; 2] = ["ivr-voting", "ivr-service"];

/// A realm, as configuration names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Realm {
    /// `iss` of its tokens, to the letter.
    issuer: String,
    /// Where its public keys are.
    keys_url: Url,
    /// The tenant whose administrators log in there: a realm speaks for no other.
    tenant_id: Uuid,
    /// The clients through which they do (`azp`).
    clients: Vec<String>,
}

/// What is wrong with the configuration, in one line.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each says itself")]
pub enum IssuersError {
    #[error("the issuers are no JSON list of {{issuer, keys_url, tenant_id, clients}}: {0}")]
    Json(#[from] serde_json::Error),
    #[error("there is no issuer: name at least one")]
    None,
    #[error("issuer {0} is there twice")]
    Twice(String),
    #[error("issuer {0}: keys_url is to be https, or http on loopback, without user info")]
    KeysUrl(String),
    #[error("issuer {0}: clients names none")]
    NoClient(String),
    #[error("issuer {0}: {1} is not a client of administrators")]
    Client(String, String),
    #[error("no HTTP client: {0}")]
    Http(#[from] reqwest::Error),
}

/// All that are known.
pub struct Issuers(BTreeMap<String, Issuer>);

struct Issuer {
    keys: Arc<Keys>,
    tenant: Uuid,
    clients: Vec<String>,
}

impl Issuers {
    /// Reads a JSON list of realms: `issuer`, `keys_url`, `tenant_id`, `clients`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(json: &str, reading: Reading) -> Result<Self, IssuersError> {
        Self::new(serde_json::from_str(json)?, reading)
    }

    /// The issuers of these realms, or what is wrong with them.
    fn new(realms: Vec<Realm>, reading: Reading) -> Result<Self, IssuersError> {
        // A redirect, and a proxy that the environment names, would be an address that nobody
        // configured; and keys by plain HTTP would leave the machine.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .build()?;
        let mut issuers = BTreeMap::new();
        for Realm { issuer, keys_url, tenant_id, clients } in realms {
            if !trusted(&keys_url) {
                return Err(IssuersError::KeysUrl(issuer));
            }
            if clients.is_empty() {
                return Err(IssuersError::NoClient(issuer));
            }
            if let Some(client) = clients.iter().find(|client| NEVER.contains(&client.as_str())) {
                return Err(IssuersError::Client(issuer, client.clone()));
            }
            let keys = Keys::new(http.clone(), keys_url, reading);
            let known = Issuer { keys, tenant: tenant_id, clients };
            if issuers.insert(issuer.clone(), known).is_some() {
                return Err(IssuersError::Twice(issuer));
            }
        }
        match issuers.is_empty() {
            true => Err(IssuersError::None),
            false => Ok(Self(issuers)),
        }
    }

    /// Who brings a token.
    ///
    /// # Errors
    /// `Token` when it is not accepted, `Unavailable` when that cannot be told.
    pub(super) async fn person(&self, token: &str) -> Result<Person, Refusal> {
        let token = Unverified::read(token)?;
        let name = token.named_issuer().ok_or(Refusal::Token)?;
        let issuer = self.0.get(&name).ok_or(Refusal::Token)?;
        let key = issuer.keys.key(token.key_id()).await?;
        let verified = token.verify(&key, &name, Utc::now().timestamp())?;
        if !issuer.clients.contains(&verified.authorized_party) {
            return Err(Refusal::Token);
        }
        let person = Person::read(&verified.claims).ok_or(Refusal::Token)?;
        // One realm's keys with another tenant's claims (ADR 0054): not here.
        if person.tenant == issuer.tenant { Ok(person) } else { Err(Refusal::Token) }
    }
}

/// Keys come over TLS, or do not leave the machine.
fn trusted(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let secret = !url.username().is_empty() || url.password().is_some();
    !secret && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}

impl fmt::Debug for Issuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(keys_url: &str, clients: &str) -> Result<Issuers, String> {
        let tenant = Uuid::nil();
        let realm = format!(
            r#"{{"issuer":"https://login.example/realms/t","keys_url":"{keys_url}",
               "tenant_id":"{tenant}","clients":{clients}}}"#
        );
        Issuers::read(&format!("[{realm}]"), Reading::default()).map_err(|e| e.to_string())
    }

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        for good in [
            "https://login.example/certs",
            "http://127.0.0.1:8080/certs",
            "http://[::1]/certs",
            "http://localhost/certs",
        ] {
            assert!(read(good, r#"["admin-portal"]"#).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example/certs",
            "http://127.0.0.1.example/certs",
            "https://user:word@login.example/certs",
            "file:///certs",
        ] {
            let said = read(bad, r#"["admin-portal"]"#).unwrap_err();
            assert!(said.contains("keys_url"), "{bad}: {said}");
        }
    }

    #[test]
    fn machines_and_voters_are_no_administrators() {
        for client in ["ivr-voting", "ivr-service"] {
            let said = read("https://a.example/k", &format!(r#"["{client}"]"#)).unwrap_err();
            assert!(said.contains(client), "{said}");
        }
        assert!(read("https://a.example/k", "[]").unwrap_err().contains("clients"));
    }

    #[test]
    fn a_list_is_needed_without_repetition_and_without_unknown_keys() {
        assert!(Issuers::read("[]", Reading::default()).is_err());
        assert!(Issuers::read("{}", Reading::default()).is_err());
        let realm = Realm {
            issuer: "i".to_owned(),
            keys_url: "https://a.example/k".parse().unwrap(),
            tenant_id: Uuid::nil(),
            clients: vec!["admin-portal".to_owned()],
        };
        let twice = Issuers::new(vec![realm.clone(), realm], Reading::default());
        assert!(matches!(twice.unwrap_err(), IssuersError::Twice(_)));
        let extra = r#"[{"issuer":"i","keys_url":"https://a.example/k","tenant_id":
            "00000000-0000-0000-0000-000000000000","clients":["a"],"jwks":"x"}]"#;
        assert!(Issuers::read(extra, Reading::default()).is_err());
    }
}
