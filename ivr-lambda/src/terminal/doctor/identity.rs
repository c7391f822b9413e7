//! The questions to a Keycloak.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use ivr_core::ports::{
    AuthPort as _, Clock as _, Credential, Deadline, IvrConfigPort as _, LoginOutcome,
    ServiceTokenPort as _,
};
use ivr_core::settings::Settings;
use serde_json::Value;
use tokio::task::JoinSet;

use super::claims::redacted;
use super::report::{Finding, Report};
use crate::adapters::keycloak::{VotingProbe, claims};
use crate::live::{KeycloakSection, LiveKeycloak, SystemClock};
use crate::world::At;

/// How often, and how many at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    pub(super) repeat: u32,
    pub(super) concurrency: u32,
}

/// What came of one question: a line, and a token's claims.
type Outcome = Result<(String, Option<Value>), String>;

/// The voter of the file, if it has one.
pub(super) fn test_voter(
    file: &Path,
    section: &KeycloakSection,
) -> anyhow::Result<Option<Vec<Credential>>> {
    if section.test_voter.is_empty() {
        return Ok(None);
    }
    let mut credentials = Vec::new();
    for (maps_to, at) in &section.test_voter {
        let path = format!("$.keycloak.test_voter.{maps_to}");
        let value = at.read().map_err(|error| At::new(file, path, error.to_string()))?;
        credentials.push(Credential::new(maps_to, value.expose().clone()));
    }
    Ok(Some(credentials))
}

/// Asks everything that a call asks of Keycloak.
pub(super) async fn ask(
    keycloak: Arc<LiveKeycloak>,
    voter: Option<Vec<Credential>>,
    rounds: Rounds,
    report: &mut Report,
) -> anyhow::Result<()> {
    let asking = Asking { keycloak, rounds };
    report.say(&asking.often("service token", service_token).await)?;
    report.say(&asking.often("signature of the service token", signature).await)?;
    report.say(&asking.often("what the realm asks", steps).await)?;
    report.say(&asking.often("client of the voters", voting_client).await)?;
    let finding = match voter {
        None => Finding {
            question: "login of a voter",
            ok: None,
            outcome: "not tried: no \"test_voter\" in the file".into(),
            asked: 0,
            requests: 0,
            slowest_ms: 0,
            median_ms: 0,
            claims: None,
        },
        Some(credentials) => asking.login(&credentials).await,
    };
    report.say(&finding)
}

struct Asking {
    keycloak: Arc<LiveKeycloak>,
    rounds: Rounds,
}

impl Asking {
    /// Asks as often as wanted, so many at a time.
    async fn often<F>(&self, question: &'static str, ask: fn(Arc<LiveKeycloak>) -> F) -> Finding
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let before = self.keycloak.http.sent();
        let mut running = JoinSet::new();
        let mut outcomes = Vec::new();
        for _ in 0..self.rounds.repeat {
            if running.len() >= self.rounds.concurrency as usize {
                outcomes.extend(running.join_next().await);
            }
            let keycloak = Arc::clone(&self.keycloak);
            running.spawn(async move {
                let began = Instant::now();
                (ask(keycloak).await, began.elapsed())
            });
        }
        while let Some(outcome) = running.join_next().await {
            outcomes.push(outcome);
        }
        let broke = || (Err("the question could not be asked".to_owned()), Duration::ZERO);
        let outcomes = outcomes.into_iter().map(|joined| joined.unwrap_or_else(|_| broke()));
        self.finding(question, before, outcomes.collect())
    }

    /// One voter after the other: the server answers two logins of one voter at a time as if the
    /// PIN were wrong.
    async fn login(&self, credentials: &[Credential]) -> Finding {
        let before = self.keycloak.http.sent();
        let mut outcomes = Vec::new();
        for _ in 0..self.rounds.repeat {
            let began = Instant::now();
            let outcome = log_in(&self.keycloak, credentials).await;
            let wrong = outcome.is_err();
            outcomes.push((outcome, began.elapsed()));
            if wrong {
                // Never towards a lock.
                break;
            }
        }
        self.finding("login of a voter", before, outcomes)
    }

    fn finding(
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
            requests: self.keycloak.http.sent() - before,
            median_ms: times.get(times.len() / 2).copied().unwrap_or(0),
            slowest_ms: times.last().copied().unwrap_or(0),
            claims,
        }
    }
}

fn within(milliseconds: i64) -> Deadline {
    Deadline(SystemClock.now() + TimeDelta::milliseconds(milliseconds))
}

/// As much as a call would give.
fn read() -> Deadline {
    within(Settings::default().read_ms)
}

fn login() -> Deadline {
    within(Settings::default().auth_ms)
}

/// An error and what lies behind it.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
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

async fn service_token(keycloak: Arc<LiveKeycloak>) -> Outcome {
    let token = keycloak.get_service_token(&keycloak.route, read()).await.map_err(|e| told(&e))?;
    let claims = claims::payload(token.0.expose()).map_err(|e| told(&e))?;
    Ok(("granted".to_owned(), Some(redacted(&claims))))
}

async fn signature(keycloak: Arc<LiveKeycloak>) -> Outcome {
    let route = &keycloak.route;
    let token = keycloak.get_service_token(route, read()).await.map_err(|e| told(&e))?;
    let verified = keycloak.verifier.verify(&route.issuer(), token.0.expose(), read()).await;
    let verified = verified.map_err(|e| told(&e))?;
    if verified.authorized_party == "ivr-service" {
        Ok(("matches the realm's published keys".to_owned(), None))
    } else {
        Err("azp is not ivr-service".to_owned())
    }
}

async fn steps(keycloak: Arc<LiveKeycloak>) -> Outcome {
    let route = &keycloak.route;
    let token = keycloak.get_service_token(route, read()).await.map_err(|e| told(&e))?;
    let steps = keycloak.auth_steps(route, &token, read()).await.map_err(|e| told(&e))?;
    let steps = steps.iter().map(|step| {
        format!("{} ({} digits, sent as {})", step.field, step.max_digits, step.maps_to)
    });
    Ok((steps.collect::<Vec<_>>().join(", then "), None))
}

async fn voting_client(keycloak: Arc<LiveKeycloak>) -> Outcome {
    match keycloak.endpoint.probe_voting(&keycloak.route, login()).await.map_err(|e| told(&e))? {
        VotingProbe::Ready => Ok(("its secret is accepted, and it may log voters in".into(), None)),
        VotingProbe::Refused(why) => Err(why),
    }
}

async fn log_in(keycloak: &LiveKeycloak, credentials: &[Credential]) -> Outcome {
    let route = &keycloak.route;
    let outcome = keycloak.login(route, credentials, login()).await.map_err(|e| told(&e))?;
    let tokens = match outcome {
        LoginOutcome::Granted(tokens) => tokens,
        LoginOutcome::WrongCredentials => {
            return Err("wrong credentials, or the account is locked".to_owned());
        }
        LoginOutcome::AccountDisabled => return Err("the account is disabled".to_owned()),
        LoginOutcome::ActionRequired => {
            return Err("the account is not fully set up: profile or required action".to_owned());
        }
        LoginOutcome::Locked => return Err("the account is locked".to_owned()),
    };
    let checked = check_voter(keycloak, &tokens).await;
    if let Some(refresh) = &tokens.refresh_token {
        keycloak.logout(route, refresh, login()).await.map_err(|e| told(&e))?;
    }
    checked
}

async fn check_voter(keycloak: &LiveKeycloak, tokens: &ivr_core::ports::VoterTokens) -> Outcome {
    let route = &keycloak.route;
    route.agrees_with(&tokens.claims).map_err(|e| told(&e))?;
    let token = tokens.access_token.expose();
    let verified = keycloak.verifier.verify(&route.issuer(), token, read()).await;
    let verified = verified.map_err(|e| told(&e))?;
    if tokens.claims.area_id.is_none() {
        return Err("the token has no area: this voter is not eligible".to_owned());
    }
    Ok(("granted, complete and of this realm; logged out".into(), Some(redacted(&verified.claims))))
}
