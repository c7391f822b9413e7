//! The few requests that the fixture itself makes.

use std::time::Duration;

/// A client that never waits long, follows nothing and has answers for every status.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(10)))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into()
}

/// Whether this answers 200.
pub(crate) fn is_ok(agent: &ureq::Agent, url: &str) -> bool {
    agent.get(url).call().is_ok_and(|answer| answer.status() == 200)
}
