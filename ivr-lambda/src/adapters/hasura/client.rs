//! [`HasuraClient`]: one a process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use ivr_core::ports::Deadline;
use ivr_core::secret::Secret;
use url::Url;

use super::breaker::{Admitted, Breaker, BreakerSettings, Outcome, Turned};
use super::failure::Failure;
use super::question::Question;
use crate::adapters::http::Http;
use crate::adapters::meter::{Meter, Totals};
use crate::adapters::request;

/// The numbers of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewaySettings {
    /// Of the breaker of each host.
    pub breaker: BreakerSettings,
    /// A time-out of a question that had less time than this says nothing of the host.
    pub fair: TimeDelta,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self { breaker: BreakerSettings::default(), fair: TimeDelta::seconds(1) }
    }
}

/// Whether the breaker has a say (DECISIONS 69).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// It may refuse the question, and counts its outcome.
    Guarded,
    /// The question is always asked, and its outcome is not counted.
    Always,
}

/// Asks Hasura: one pool of connections, one breaker for each host, one meter.
pub struct HasuraClient {
    pub(super) http: Arc<Http>,
    pub(super) settings: GatewaySettings,
    meter: Arc<dyn Meter>,
    /// As many as clusters are routed to.
    breakers: Mutex<BTreeMap<String, Breaker>>,
}

impl std::fmt::Debug for HasuraClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HasuraClient").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl HasuraClient {
    /// A client on the process's HTTP client that keeps its totals to itself.
    pub fn new(http: Arc<Http>, settings: GatewaySettings) -> Self {
        Self::with_meter(http, settings, Arc::new(Totals::default()))
    }

    /// A client that tells a meter.
    pub fn with_meter(http: Arc<Http>, settings: GatewaySettings, meter: Arc<dyn Meter>) -> Self {
        Self { http, settings, meter, breakers: Mutex::default() }
    }

    /// Prepares questions to the gateway at a base URL, with one token, to be answered by `within`.
    ///
    /// Waits as long as the breaker asks for, and a quarter of the time at most.
    pub async fn question<'a>(
        &'a self,
        base: &str,
        token: &'a Secret<String>,
        cover: Cover,
        within: Deadline,
    ) -> Result<Question<'a>, Failure> {
        let url = endpoint(base).ok_or(Failure::NoUrl)?;
        let host = host_of(&url);
        let now = self.http.clock().now();
        let admitted = match cover {
            Cover::Always => None,
            Cover::Guarded => {
                let admitted = self.lock().entry(host.clone()).or_default().admit(now, within.0);
                if admitted.is_none() {
                    self.meter.refused(&host);
                }
                Some(admitted.ok_or(Failure::BreakerOpen)?)
            }
        };
        if admitted.is_some_and(|admitted| admitted.probe) {
            self.meter.breaker(&host, Turned::Probes);
        }
        // Whatever happens from here on, the breaker hears of it.
        let question = Question::new(self, url, host, token, admitted, within);
        let pause = admitted.map_or(TimeDelta::zero(), |admitted| admitted.pause);
        let pause = fitting(pause, within.left(now)).to_std().unwrap_or_default();
        if pause > Duration::ZERO {
            tokio::time::sleep(pause).await;
        }
        Ok(question)
    }

    /// Whether the breaker of a host keeps questions from it.
    pub fn is_open(&self, base: &str) -> bool {
        let host = endpoint(base).map(|url| host_of(&url)).unwrap_or_default();
        self.lock().get(&host).is_some_and(Breaker::is_open)
    }

    /// Where measurements go.
    pub fn meter(&self) -> &dyn Meter {
        self.meter.as_ref()
    }

    pub(super) fn settle(&self, host: &str, admitted: Admitted, outcome: Outcome) {
        let now = self.http.clock().now();
        let mut breakers = self.lock();
        let Some(breaker) = breakers.get_mut(host) else { return };
        let turned = breaker.settle(admitted, outcome, now, chance(), &self.settings.breaker);
        drop(breakers);
        if let Some(turned) = turned {
            self.meter.breaker(host, turned);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pause that leaves time for the question.
fn fitting(pause: TimeDelta, left: TimeDelta) -> TimeDelta {
    pause.min(left / 4)
}

/// Without randomness the pause is as long as it may be.
fn chance() -> u16 {
    getrandom::u32().map_or(u16::MAX, |word| (word >> 16) as u16)
}

fn endpoint(base: &str) -> Option<Url> {
    request::below(base, &["v1", "graphql"])
}

fn host_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn a_pause_leaves_time_for_the_question() {
        let ms = TimeDelta::milliseconds;
        assert_eq!(fitting(ms(400), ms(2000)), ms(400));
        assert_eq!(fitting(ms(400), ms(1000)), ms(250));
        assert_eq!(fitting(ms(400), ms(0)), ms(0));
    }

    #[test]
    fn a_host_is_scheme_name_and_port() {
        let host = |base| host_of(&endpoint(base).unwrap());
        assert_eq!(host("https://h.example.org/x/"), "https://h.example.org");
        assert_eq!(host("https://h.example.org:443"), "https://h.example.org");
        assert_eq!(host("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
    }
}
