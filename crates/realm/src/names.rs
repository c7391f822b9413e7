//! Which realms a run is about.

use crate::admin::{Admin, Error};
use crate::desired::RealmName;

/// Every realm of the server whose name fits the pattern and is that of an event, sorted.
///
/// # Errors
/// Those of the request.
pub fn matching(admin: &Admin, pattern: &str) -> Result<Vec<RealmName>, Error> {
    let query = [("briefRepresentation", "true")];
    let realms = admin.get_where("/admin/realms", &[], &query)?.unwrap_or_default();
    let names = realms.as_array().into_iter().flatten().filter_map(|r| r["realm"].as_str());
    let mut found: Vec<RealmName> =
        names.filter(|n| fits(pattern, n)).filter_map(|n| n.parse().ok()).collect();
    found.sort_by(|a, b| a.full.cmp(&b.full));
    Ok(found)
}

/// Whether a name fits a pattern in which `*` stands for anything.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars() {
        assert!(fits("tenant-*-event-*", "tenant-a-event-b"));
        assert!(fits("tenant-a-event-*", "tenant-a-event-"));
        assert!(fits("*", ""));
        assert!(fits("tenant-a-event-b", "tenant-a-event-b"));
        assert!(!fits("tenant-a-event-b", "tenant-a-event-bc"));
        assert!(!fits("tenant-*-event-*", "tenant-a"));
        assert!(!fits("ab*ba", "aba"), "the parts do not overlap");
    }
}
