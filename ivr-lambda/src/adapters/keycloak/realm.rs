//! [`Realm`]: the addresses of one realm, all below one base URL (DECISIONS 56).

use ivr_core::route::Route;
use url::Url;

use crate::adapters::request;

/// A realm on a server. Two clusters may have the same realm name, so both make the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Realm {
    /// Keycloak's base URL, without a trailing slash.
    pub base: String,
    /// The realm's name.
    pub name: String,
}

impl Realm {
    /// The realm of a route.
    pub fn of(route: &Route) -> Self {
        Self::new(&route.keycloak_url, &route.keycloak_realm)
    }

    /// A realm by name.
    pub fn new(base: &str, name: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), name: name.to_owned() }
    }

    /// The issuer of its tokens.
    pub fn issuer(&self) -> String {
        format!("{}/realms/{}", self.base, self.name)
    }

    /// Where grants are asked.
    pub fn token_url(&self) -> Option<Url> {
        self.below(&["protocol", "openid-connect", "token"])
    }

    /// Where sessions are ended.
    pub fn logout_url(&self) -> Option<Url> {
        self.below(&["protocol", "openid-connect", "logout"])
    }

    /// Its signing keys.
    pub fn jwks_url(&self) -> Option<Url> {
        self.below(&["protocol", "openid-connect", "certs"])
    }

    /// What it asks of voters.
    pub fn ivr_config_url(&self) -> Option<Url> {
        self.below(&["ivr-config"])
    }

    fn below(&self, path: &[&str]) -> Option<Url> {
        request::below(&self.base, &[&["realms", self.name.as_str()], path].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_below_one_base_url() {
        let realm = Realm::new("https://keycloak.example.org/auth/", "tenant-a-event-b");
        assert_eq!(realm.issuer(), "https://keycloak.example.org/auth/realms/tenant-a-event-b");
        let token = realm.token_url().unwrap();
        assert_eq!(token.as_str(), format!("{}/protocol/openid-connect/token", realm.issuer()));
        assert_eq!(
            realm.ivr_config_url().unwrap().path(),
            "/auth/realms/tenant-a-event-b/ivr-config"
        );
    }

    #[test]
    fn a_name_is_one_segment() {
        let realm = Realm::new("https://keycloak.example.org", "../master?x=#");
        let url = realm.token_url().unwrap();
        assert!(url.path().starts_with("/realms/..%2Fmaster%3Fx=%23/"), "{url}");
        assert_eq!(Realm::new("no url", "r").token_url(), None);
    }
}
