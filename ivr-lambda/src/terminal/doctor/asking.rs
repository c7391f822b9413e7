//! Questions asked often, so many at a time, and what comes of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use ivr_core::ports::{Clock as _, Deadline};
use ivr_core::settings::Settings;
use serde_json::Value;
use tokio::task::JoinSet;

use super::report::Finding;
use crate::adapters::http::Http;
use crate::live::SystemClock;

/// How often, and how many at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    pub(super) repeat: u32,
    pub(super) concurrency: u32,
}

/// What came of one question: a line, and a token's claims.
pub(super) type Outcome = Result<(String, Option<Value>), String>;

/// Asks over one HTTP client.
pub(super) struct Asking {
    pub(super) http: Arc<Http>,
    pub(super) rounds: Rounds,
}

impl Asking {
    /// Asks as often as wanted, so many at a time.
    pub(super) async fn often<F>(&self, question: &'static str, ask: impl Fn() -> F) -> Finding
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let before = self.http.sent();
        let mut running = JoinSet::new();
        let mut outcomes = Vec::new();
        for _ in 0..self.rounds.repeat {
            if running.len() >= self.rounds.concurrency as usize {
                outcomes.extend(running.join_next().await);
            }
            let asked = ask();
            running.spawn(async move {
                let began = Instant::now();
                (asked.await, began.elapsed())
            });
        }
        while let Some(outcome) = running.join_next().await {
            outcomes.push(outcome);
        }
        let broke = || (Err("the question could not be asked".to_owned()), Duration::ZERO);
        let outcomes = outcomes.into_iter().map(|joined| joined.unwrap_or_else(|_| broke()));
        self.finding(question, before, outcomes.collect())
    }

    /// What came of a question since so many requests.
    pub(super) fn finding(
        &self,
        question: &'static str,
        before: u64,
        outcomes: Vec<(Outcome, Duration)>,
    ) -> Finding {
        let mut times: Vec<u128> = outcomes.iter().map(|(_, time)| time.as_millis()).collect();
        times.sort_unstable();
        let asked = u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
        let failed = outcomes.iter().filter(|(outcome, _)| outcome.is_err()).count();
        let first_bad = outcomes.iter().find_map(|(outcome, _)| outcome.as_ref().err());
        let last_good = outcomes.iter().rev().find_map(|(outcome, _)| outcome.as_ref().ok());
        let (outcome, claims) = match (first_bad, last_good) {
            (Some(bad), _) if asked > 1 => (format!("{failed} of {asked}: {bad}"), None),
            (Some(bad), _) => (bad.clone(), None),
            (None, Some((good, claims))) => (good.clone(), claims.clone()),
            (None, None) => ("not asked".to_owned(), None),
        };
        Finding {
            question,
            ok: Some(failed == 0),
            outcome,
            asked,
            requests: self.http.sent() - before,
            median_ms: times.get(times.len() / 2).copied().unwrap_or(0),
            slowest_ms: times.last().copied().unwrap_or(0),
            claims,
            bytes: None,
        }
    }
}

fn within(milliseconds: i64) -> Deadline {
    Deadline(SystemClock.now() + TimeDelta::milliseconds(milliseconds))
}

/// As much as a call gives to a read.
pub(super) fn read() -> Deadline {
    within(Settings::default().read_ms)
}

/// As much as a call gives to a login.
pub(super) fn login() -> Deadline {
    within(Settings::default().auth_ms)
}

/// An error and what lies behind it.
pub(super) fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// As much as a call gives to a cast.
pub(super) fn cast() -> Deadline {
    within(Settings::default().cast_ms)
}

/// As much as a call gives to its record.
pub(super) fn record() -> Deadline {
    within(Settings::default().call_log_ms)
}
