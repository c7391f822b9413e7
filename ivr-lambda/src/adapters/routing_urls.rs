//! Where a routing entry may send anybody (DECISIONS 59): https, nothing in the URL but host, port
//! and path, and a host of the cluster that the entry names.

use std::collections::BTreeMap;

use ivr_core::ports::PhoneConfig;
use url::{Host, Url};

/// Which hosts belong to which cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingUrls {
    suffixes: BTreeMap<String, Vec<String>>,
    loopback: Loopback,
}

/// Whether URLs may point to this machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Loopback {
    /// Never.
    #[default]
    Refused,
    /// Development: servers on this machine, plain HTTP, any cluster.
    Allowed,
}

/// An entry that is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("routing entry {number}: {field}: {why}")]
pub struct RefusedEntry {
    /// The dialled number of the entry.
    pub number: String,
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: RefusedUrl,
}

/// What is wrong with a URL. The URL itself is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedUrl {
    /// Not a URL.
    #[error("not a URL; write https://host/path")]
    NotAUrl,
    /// Not https.
    #[error("https only")]
    NotHttps,
    /// User name or password.
    #[error("no user name and no password in a URL")]
    UserInfo,
    /// A query or a fragment.
    #[error("a base URL has no ? and no #")]
    QueryOrFragment,
    /// This machine.
    #[error("this machine is for development only")]
    Loopback,
    /// No host, or a bare address.
    #[error("a host name is needed, not an address")]
    NotAName,
    /// A cluster that nobody configured.
    #[error("no host suffix is configured for cluster {0:?}")]
    UnknownCluster(String),
    /// A host of somebody else.
    #[error("host {host:?} is not of cluster {cluster:?}")]
    OtherHost {
        /// The host.
        host: String,
        /// The cluster of the entry.
        cluster: String,
    },
}

impl RoutingUrls {
    /// The hosts of each cluster, as suffixes of whole labels: `eu.example.org` stands for itself
    /// and everything that ends in `.eu.example.org`.
    pub fn new(
        suffixes: impl IntoIterator<Item = (String, Vec<String>)>,
        loopback: Loopback,
    ) -> Self {
        let clean = |suffix: String| suffix.trim_matches('.').to_ascii_lowercase();
        let suffixes = suffixes
            .into_iter()
            .map(|(cluster, of)| (cluster, of.into_iter().map(clean).collect()))
            .collect();
        Self { suffixes, loopback }
    }

    /// Checks every URL of an entry.
    pub fn check(&self, entry: &PhoneConfig) -> Result<(), RefusedEntry> {
        let urls = [
            ("keycloak_url", &entry.keycloak_url),
            ("harvest_url", &entry.harvest_url),
            ("hasura_url", &entry.hasura_url),
            ("s3_public_base_url", &entry.s3_public_base_url),
        ];
        for (field, url) in urls {
            self.check_url(&entry.cluster_id, url).map_err(|why| RefusedEntry {
                number: entry.phone_number.clone(),
                field,
                why,
            })?;
        }
        Ok(())
    }

    /// Checks one URL of a cluster.
    pub fn check_url(&self, cluster: &str, url: &str) -> Result<Url, RefusedUrl> {
        let url = Url::parse(url).map_err(|_| RefusedUrl::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RefusedUrl::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(RefusedUrl::QueryOrFragment);
        }
        if is_loopback(&url) {
            let plain_or_tls = matches!(url.scheme(), "http" | "https");
            return match self.loopback {
                Loopback::Allowed if plain_or_tls => Ok(url),
                Loopback::Allowed => Err(RefusedUrl::NotHttps),
                Loopback::Refused => Err(RefusedUrl::Loopback),
            };
        }
        if url.scheme() != "https" {
            return Err(RefusedUrl::NotHttps);
        }
        let Some(Host::Domain(host)) = url.host() else { return Err(RefusedUrl::NotAName) };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let Some(suffixes) = self.suffixes.get(cluster) else {
            return Err(RefusedUrl::UnknownCluster(cluster.to_owned()));
        };
        let belongs = suffixes.iter().any(|suffix| {
            !suffix.is_empty()
                && host
                    .strip_suffix(suffix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        if belongs {
            Ok(url)
        } else {
            Err(RefusedUrl::OtherHost { host, cluster: cluster.to_owned() })
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.to_ipv4_mapped().is_some_and(|mapped| mapped.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(loopback: Loopback) -> RoutingUrls {
        let suffixes = [("prod1".to_owned(), vec!["prod1.example.org".to_owned()])];
        RoutingUrls::new(suffixes, loopback)
    }

    #[test]
    fn only_https_on_a_host_of_the_cluster() {
        let other =
            |host: &str| RefusedUrl::OtherHost { host: host.into(), cluster: "prod1".into() };
        let rules = rules(Loopback::Refused);
        for (url, verdict) in [
            ("https://keycloak.qa.prod1.example.org", None),
            ("https://prod1.example.org:8443/auth", None),
            ("https://KEYCLOAK.Prod1.Example.Org.", None),
            ("http://keycloak.prod1.example.org", Some(RefusedUrl::NotHttps)),
            ("ftp://keycloak.prod1.example.org", Some(RefusedUrl::NotHttps)),
            ("https://evil-prod1.example.org", Some(other("evil-prod1.example.org"))),
            ("https://prod1.example.org.evil.test", Some(other("prod1.example.org.evil.test"))),
            ("https://prod2.example.org", Some(other("prod2.example.org"))),
            ("https://user@prod1.example.org", Some(RefusedUrl::UserInfo)),
            ("https://:word@prod1.example.org", Some(RefusedUrl::UserInfo)),
            ("https://prod1.example.org/?a=b", Some(RefusedUrl::QueryOrFragment)),
            ("https://prod1.example.org/#a", Some(RefusedUrl::QueryOrFragment)),
            ("https://192.0.2.7", Some(RefusedUrl::NotAName)),
            ("https://[2001:db8::7]", Some(RefusedUrl::NotAName)),
            ("https://127.0.0.1", Some(RefusedUrl::Loopback)),
            ("https://localhost", Some(RefusedUrl::Loopback)),
            ("https://[::ffff:127.0.0.1]", Some(RefusedUrl::Loopback)),
            ("https://0.0.0.0", Some(RefusedUrl::Loopback)),
            ("keycloak.prod1.example.org", Some(RefusedUrl::NotAUrl)),
            ("", Some(RefusedUrl::NotAUrl)),
        ] {
            assert_eq!(rules.check_url("prod1", url).err(), verdict, "{url}");
        }
        let unknown = rules.check_url("prod9", "https://prod1.example.org");
        assert_eq!(unknown.err(), Some(RefusedUrl::UnknownCluster("prod9".into())));
    }

    #[test]
    fn this_machine_is_for_development() {
        let rules = rules(Loopback::Allowed);
        for url in ["http://127.0.0.1:8080", "http://localhost:8080", "https://[::1]:8443/kc"] {
            assert!(rules.check_url("anything", url).is_ok(), "{url}");
        }
        assert_eq!(
            rules.check_url("prod1", "file://localhost/x").err(),
            Some(RefusedUrl::NotHttps)
        );
        let plain = rules.check_url("prod1", "http://keycloak.prod1.example.org");
        assert_eq!(plain.err(), Some(RefusedUrl::NotHttps), "the flag is for this machine alone");
    }

    #[test]
    fn a_refusal_names_entry_and_field_and_never_the_url() {
        let entry = serde_json::json!({
            "phone_number": "+18005550100",
            "tenant_id": "00000000-0000-0000-0000-000000000001",
            "election_event_id": "00000000-0000-0000-0000-000000000002",
            "cluster_id": "prod1", "region": "", "environment": "qa",
            "keycloak_url": "https://keycloak.prod1.example.org",
            "harvest_url": "https://ana:canary@harvest.prod1.example.org",
            "hasura_url": "https://hasura.prod1.example.org",
            "s3_public_base_url": "https://public.prod1.example.org",
            "default_language": "en", "enabled": true
        });
        let entry: PhoneConfig = serde_json::from_value(entry).unwrap();
        let refused = rules(Loopback::Refused).check(&entry).unwrap_err();
        let text = format!("{refused} {refused:?}");
        assert!(
            text.starts_with("routing entry +18005550100: harvest_url: no user name"),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
}
