//! The questions to a Keycloak.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ivr_core::ports::{
    AuthPort as _, Credential, IvrConfigPort as _, LoginOutcome, ServiceTokenPort as _, VoterTokens,
};

use super::asking::{Asking, Outcome, Rounds, login, read, told};
use super::claims::redacted;
use super::report::{Finding, Report};
use crate::adapters::keycloak::{VotingProbe, claims};
use crate::live::{KeycloakSection, LiveKeycloak};
use crate::world::At;

/// Why a voter's questions are not asked.
pub(super) const NO_VOTER: &str = "not tried: no \"test_voter\" in the file";

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
    voter: Option<&[Credential]>,
    rounds: Rounds,
    report: &mut Report,
) -> anyhow::Result<()> {
    let asking = Asking { http: Arc::clone(&keycloak.http), rounds };
    let asking = Questions { keycloak, asking };
    report.say(&asking.often("service token", service_token).await)?;
    report.say(&asking.often("signature of the service token", signature).await)?;
    report.say(&asking.often("what the realm asks", steps).await)?;
    report.say(&asking.often("client of the voters", voting_client).await)?;
    let finding = match voter {
        None => Finding::not_tried("login of a voter", NO_VOTER),
        Some(credentials) => asking.login(credentials).await,
    };
    report.say(&finding)
}

struct Questions {
    keycloak: Arc<LiveKeycloak>,
    asking: Asking,
}

impl Questions {
    async fn often<F>(&self, question: &'static str, ask: fn(Arc<LiveKeycloak>) -> F) -> Finding
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.asking.often(question, || ask(Arc::clone(&self.keycloak))).await
    }

    /// One voter after the other: the server answers two logins of one voter at a time as if the
    /// PIN were wrong.
    async fn login(&self, credentials: &[Credential]) -> Finding {
        let before = self.asking.http.sent();
        let mut outcomes = Vec::new();
        for _ in 0..self.asking.rounds.repeat {
            let began = Instant::now();
            let outcome = log_in(&self.keycloak, credentials).await;
            let wrong = outcome.is_err();
            outcomes.push((outcome, began.elapsed()));
            if wrong {
                // Never towards a lock.
                break;
            }
        }
        self.asking.finding("login of a voter", before, outcomes)
    }
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
    let tokens = tokens(keycloak, credentials).await?;
    let checked = check_voter(keycloak, &tokens).await;
    log_out(keycloak, &tokens).await?;
    checked
}

/// A voter's tokens.
pub(super) async fn tokens(
    keycloak: &LiveKeycloak,
    credentials: &[Credential],
) -> Result<VoterTokens, String> {
    let outcome = keycloak.login(&keycloak.route, credentials, login()).await;
    match outcome.map_err(|e| told(&e))? {
        LoginOutcome::Granted(tokens) => Ok(tokens),
        LoginOutcome::WrongCredentials => {
            Err("wrong credentials, or the account is locked".to_owned())
        }
        LoginOutcome::AccountDisabled => Err("the account is disabled".to_owned()),
        LoginOutcome::ActionRequired => {
            Err("the account is not fully set up: profile or required action".to_owned())
        }
        LoginOutcome::Locked => Err("the account is locked".to_owned()),
    }
}

/// Ends what [`tokens`] began.
pub(super) async fn log_out(keycloak: &LiveKeycloak, tokens: &VoterTokens) -> Result<(), String> {
    let Some(refresh) = &tokens.refresh_token else { return Ok(()) };
    keycloak.logout(&keycloak.route, refresh, login()).await.map_err(|e| told(&e))
}

async fn check_voter(keycloak: &LiveKeycloak, tokens: &VoterTokens) -> Outcome {
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
