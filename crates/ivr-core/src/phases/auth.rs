//! auth: collects the credentials that the realm asks for, and logs in (design 5.1; DECISIONS 8,
//! 25, 26, 34).

use super::goodbye::disconnect;
use crate::flow::context::{Next, Outcome, PhaseCtx, PhaseInput, PhaseResult};
use crate::flow::error::IvrError;
use crate::flow::position::{AuthState, PhaseState, SimpleState};
use crate::flow::question::Question;
use crate::line::Line;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::ports::{
    Alert, AuthError, AuthFailure, AuthStep, Backend, Credential, LoginOutcome, TelemetryEvent,
    VoterTokens,
};
use crate::prompts::key::IvrPromptKey;
use crate::prompts::name::PromptName;
use crate::session::{Charge, IvrSession, Login};

/// The prompt of a step: its own, else the well-known one of its parameter (design 5.1.3).
pub fn prompt_of(step: &AuthStep) -> Option<PromptName> {
    if let Some(key) = &step.prompt_key {
        return Some(PromptName::from(key.as_str()));
    }
    let key = match step.maps_to.as_str() {
        "username" => IvrPromptKey::AuthEnterUsername,
        "password" => IvrPromptKey::AuthEnterPassword,
        "dob" => IvrPromptKey::AuthEnterDob,
        _ => return None,
    };
    Some(PromptName::Known(key))
}

/// What is wrong with the pinned steps, if anything: found when the session is created.
pub fn check_steps(steps: &[AuthStep]) -> Result<(), String> {
    if steps.is_empty() {
        return Err("the realm asks for no credential".into());
    }
    for step in steps {
        let field = &step.field;
        if !(1..=20).contains(&step.max_digits) {
            return Err(format!("step {field}: max_digits is {}, not 1 to 20", step.max_digits));
        }
        if !matches!(step.terminator.as_str(), "#" | "") {
            return Err(format!("step {field}: the terminator is # or nothing"));
        }
        if prompt_of(step).is_none() {
            return Err(format!("step {field}: no prompt for parameter {}", step.maps_to));
        }
        // The second value would take the place of the first (DECISIONS 23).
        if steps.iter().filter(|other| other.maps_to == step.maps_to).count() > 1 {
            return Err(format!("two steps map to {}", step.maps_to));
        }
    }
    Ok(())
}

/// The entry of the current step.
pub fn question(state: &AuthState, session: &IvrSession) -> Option<Question> {
    let step = session.auth_steps.get(state.step_index)?;
    let (max_digits, terminated) = (step.max_digits, step.terminator == "#");
    let mut menu = Menu::new(InputKind::Entry { max_digits, terminated });
    menu.offer(Keys::Entry { max_digits, terminated }, Action::Enter(step.field.clone()));
    Some(Question::plain(menu, vec![Line::named(prompt_of(step)?)]))
}

/// Asks the next step, or logs in after the last.
pub async fn run(
    session: &mut IvrSession,
    input: PhaseInput<'_>,
    ctx: &PhaseCtx<'_>,
) -> PhaseResult {
    let PhaseState::Auth(state) = session.position.state else {
        return Err(IvrError::PhaseStateMismatch);
    };
    let PhaseInput::Action { digits, .. } = input else {
        return Ok(ask_from_the_first_step(session, []));
    };
    let step = session
        .auth_steps
        .get(state.step_index)
        .ok_or(IvrError::InvalidState("no such authentication step"))?;
    session.credentials.push(Credential::new(&step.maps_to, digits.to_owned()));
    if state.step_index + 1 < session.auth_steps.len() {
        ask_step(session, state.step_index + 1);
        return Ok(Outcome::silent(Next::Ask));
    }
    log_in(session, ctx).await
}

async fn log_in(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> PhaseResult {
    // Erased here, whatever the outcome (DECISIONS 8).
    let credentials = std::mem::take(&mut session.credentials);
    ctx.record(session, TelemetryEvent::AuthAttempt);
    let outcome =
        ctx.ports.auth.login(&session.route, &credentials, ctx.within(ctx.settings.auth_ms)).await;
    drop(credentials);
    match outcome {
        Ok(LoginOutcome::Granted(tokens)) => granted(session, tokens, ctx),
        Ok(LoginOutcome::WrongCredentials) => {
            Ok(refused(session, AuthFailure::WrongCredentials, ctx))
        }
        Ok(LoginOutcome::AccountDisabled) if ctx.publication.event.announce_disabled_account => {
            failed(session, AuthFailure::AccountDisabled, ctx);
            Ok(disconnect(session, IvrPromptKey::NotActive))
        }
        Ok(LoginOutcome::AccountDisabled) => {
            Ok(refused(session, AuthFailure::AccountDisabled, ctx))
        }
        Ok(LoginOutcome::ActionRequired) => {
            failed(session, AuthFailure::ActionRequired, ctx);
            ctx.record(session, TelemetryEvent::Alert { alert: Alert::AccountIncomplete });
            Ok(disconnect(session, IvrPromptKey::AccountIncomplete))
        }
        Ok(LoginOutcome::Locked) => {
            failed(session, AuthFailure::Locked, ctx);
            Ok(disconnect(session, IvrPromptKey::AuthLocked))
        }
        Err(AuthError::KeycloakUnavailable(outage)) => {
            failed(session, AuthFailure::Unavailable, ctx);
            session.logins_unavailable = session.logins_unavailable.saturating_add(1);
            if session.logins_unavailable >= ctx.publication.event.retry_limits.auth {
                return Err(IvrError::outage("login", outage));
            }
            // Not the voter's mistake: asked again without losing a try (DECISIONS 26).
            let again = Line::of(IvrPromptKey::AuthUnavailable);
            Ok(ask_from_the_first_step(session, [again]))
        }
        Err(error) => {
            failed(session, AuthFailure::Configuration, ctx);
            explain(session, "login", &error, ctx);
            Err(match error {
                // A login has no session that could have expired: the server refuses us.
                AuthError::SessionExpired => IvrError::ConfigurationError("login refused".into()),
                other => IvrError::auth("login", other),
            })
        }
    }
}

fn granted(session: &mut IvrSession, tokens: VoterTokens, ctx: &PhaseCtx<'_>) -> PhaseResult {
    if let Err(disagreement) = session.route.agrees_with(&tokens.claims) {
        ctx.record(session, TelemetryEvent::Alert { alert: Alert::TokenRouteMismatch });
        return Err(IvrError::ConfigurationError(disagreement.to_string()));
    }
    let now = ctx.ports.clock.now().timestamp();
    session.login = Some(Login { tokens, session_started_at: now });
    session.retries.logged_in();
    session.logins_unavailable = 0;
    ctx.record(session, TelemetryEvent::AuthSuccess);
    Ok(Outcome::silent(Next::Advance))
}

/// Costs a try; which factor was wrong is never said (DECISIONS 34).
fn refused(session: &mut IvrSession, reason: AuthFailure, ctx: &PhaseCtx<'_>) -> Outcome {
    failed(session, reason, ctx);
    match session.retries.charge_auth(&ctx.publication.event.retry_limits) {
        Charge::Exhausted => disconnect(session, IvrPromptKey::AuthMaxAttempts),
        Charge::Again | Charge::LastChance => {
            ask_from_the_first_step(session, [Line::of(IvrPromptKey::AuthFailed)])
        }
    }
}

fn failed(session: &IvrSession, reason: AuthFailure, ctx: &PhaseCtx<'_>) {
    ctx.record(session, TelemetryEvent::AuthFailed { reason });
}

/// What the server said, for the operator who gets the alert.
fn explain(session: &IvrSession, operation: &'static str, error: &AuthError, ctx: &PhaseCtx<'_>) {
    let detail = error.to_string();
    let said = TelemetryEvent::Error { backend: Backend::Keycloak, operation, detail };
    ctx.record(session, said);
}

fn ask_from_the_first_step(
    session: &mut IvrSession,
    lines: impl IntoIterator<Item = Line>,
) -> Outcome {
    session.credentials.clear();
    ask_step(session, 0);
    Outcome::say(lines, Next::Ask)
}

fn ask_step(session: &mut IvrSession, step_index: usize) {
    let state = AuthState { step_index, simple: SimpleState::WaitingForInput };
    session.position.state = PhaseState::Auth(state);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_parameter_of_its_own() {
        let step = |field: &str, maps_to: &str| AuthStep {
            field: field.into(),
            max_digits: 8,
            terminator: "#".into(),
            maps_to: maps_to.into(),
            prompt_key: None,
        };
        let (id, pin) = (step("voter_id", "username"), step("pin", "password"));
        assert_eq!(check_steps(&[id.clone(), pin.clone()]), Ok(()));
        let twice = check_steps(&[id, pin, step("date_of_birth", "password")]);
        assert_eq!(twice, Err("two steps map to password".to_owned()));
    }
}
