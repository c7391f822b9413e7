//! [`RealmName`]: `tenant-{tenant}-event-{event}` (facts `sequent-platform.md` 6.1).

/// The name of an event realm, and the tenant and event in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealmName {
    /// The name.
    pub full: String,
    /// The tenant.
    pub tenant: String,
    /// The election event.
    pub event: String,
}

/// A name that says no tenant and event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "realm {0:?}: the name must be tenant-{{tenant}}-event-{{event}}, because the claims of \
     ivr-service are made from it"
)]
pub struct UnknownName(pub String);

impl std::str::FromStr for RealmName {
    type Err = UnknownName;

    fn from_str(full: &str) -> Result<Self, UnknownName> {
        let unknown = || UnknownName(full.chars().take(100).collect());
        let rest = full.strip_prefix("tenant-").ok_or_else(unknown)?;
        let (tenant, event) = rest.split_once("-event-").ok_or_else(unknown)?;
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        if !plain(tenant) || !plain(event) || event.contains("-event-") {
            return Err(unknown());
        }
        Ok(Self { full: full.to_owned(), tenant: tenant.to_owned(), event: event.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_and_event() {
        let name: RealmName = "tenant-90505c8a-event-33f18502".parse().unwrap();
        assert_eq!((name.tenant.as_str(), name.event.as_str()), ("90505c8a", "33f18502"));
    }

    #[test]
    fn anything_else_is_refused() {
        for name in [
            "master",
            "tenant-a",
            "tenant-a-event-",
            "tenant--event-b",
            "tenant-a/b-event-c",
            "tenant-a-event-b-event-c",
        ] {
            assert!(name.parse::<RealmName>().is_err(), "{name}");
        }
    }
}
