// SPDX-License-Identifier: Apache-2.0
//! Where a request below `/ivr/` goes.

/// The prefix of Harvest that the telephone's service does not have.
const PREFIX: &str = "/ivr/";

/// The address, from the service's and the request's path and query as they were sent.
///
/// Nothing if the path leaves the prefix, in whatever way it is written.
pub fn target(service: &str, path: &str, query: Option<&str>) -> Option<String> {
    let rest = path.strip_prefix(PREFIX)?;
    let lower = rest.to_ascii_lowercase();
    let plain = rest.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~' | b'%' | b'+')
    });
    // An encoded slash, backslash, dot or percent sign could mean another path to whoever decodes it.
    let hidden = ["%2f", "%5c", "%2e", "%25", "%00"].iter().any(|code| lower.contains(code));
    let climbs = rest.split('/').any(|part| part.is_empty() || part.bytes().all(|b| b == b'.'));
    if !plain || hidden || climbs {
        return None;
    }
    let mut address = format!("{}/{rest}", service.trim_end_matches('/'));
    if let Some(query) = query {
        if query.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'#') {
            return None;
        }
        address.push('?');
        address.push_str(query);
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "http://ivr.internal:8090/";

    #[test]
    fn what_is_below_the_prefix_goes_to_the_service() {
        assert_eq!(
            target(SERVICE, "/ivr/blacklist/%2B15195550123", None).as_deref(),
            Some("http://ivr.internal:8090/blacklist/%2B15195550123")
        );
        assert_eq!(
            target(SERVICE, "/ivr/calls", Some("limit=10&country=%2B1")).as_deref(),
            Some("http://ivr.internal:8090/calls?limit=10&country=%2B1")
        );
    }

    #[test]
    fn what_leaves_the_prefix_goes_nowhere() {
        for path in [
            "/other",
            "/ivr",
            "/ivr/",
            "/ivrx/a",
            "/ivr//a",
            "/ivr/../a",
            "/ivr/a/./b",
            "/ivr/a/",
            "/ivr/%2e%2E/a",
            "/ivr/a%2Fb",
            "/ivr/a%5cb",
            "/ivr/@host/a",
            "/ivr/a?b",
            "/ivr/a#b",
            "/ivr/a\\b",
            "/ivr/%252e/a",
        ] {
            assert_eq!(target(SERVICE, path, None), None, "{path}");
        }
        for query in ["a b", "a#b", "a\r\nb"] {
            assert_eq!(target(SERVICE, "/ivr/a", Some(query)), None, "{query}");
        }
    }
}
