//! Tokens of the voter: refreshed in one place, at most once a turn (design 5.1.9, DECISIONS 62).
//!
//! Before a ballot is sealed a refresh must succeed if the token is about to expire. For anything
//! else the token at hand is tried first.

use crate::flow::context::{PhaseCtx, Refresh};
use crate::flow::error::IvrError;
use crate::flow::position::BallotSubPhase;
use crate::ports::{Alert, AuthError, Backend, Outage, RefreshFailure, TelemetryEvent};
use crate::session::IvrSession;

/// Whether the token expires within the margin.
pub fn needs_refresh(session: &IvrSession, ctx: &PhaseCtx<'_>) -> bool {
    session.login.as_ref().is_some_and(|login| {
        let left = login.tokens.claims.expires_at - ctx.ports.clock.now().timestamp();
        left <= ctx.settings.refresh_margin_s
    })
}

/// At the beginning of a turn: refreshes a token that is about to expire, and puts up with a
/// failure as long as the token at hand still serves. A session that is over and whose token has
/// expired too cannot vote any more: better said now than after fifteen contests.
pub async fn refresh_if_due(session: &mut IvrSession, ctx: &PhaseCtx<'_>) -> Result<(), IvrError> {
    if !needs_refresh(session, ctx) {
        return Ok(());
    }
    // Whoever hears the summary has a ballot that waits, and it is lost with the session.
    let ballot_waiting = expired(session, ctx) && at_summary(session);
    match refresh(session, ctx, ballot_waiting).await {
        // A ballot on its way is settled by its own protocol, whatever became of the session.
        Err(AuthError::SessionExpired) if expired(session, ctx) && !session.ballot_on_its_way() => {
            Err(IvrError::SessionExpired)
        }
        Err(_) | Ok(()) => Ok(()),
    }
}

/// Before a ballot is sealed: any failure is fatal, for a ballot is never sent with a token that
/// may be refused.
pub async fn fresh_for_casting(
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Result<(), IvrError> {
    if !needs_refresh(session, ctx) {
        return Ok(());
    }
    match ctx.refresh() {
        Refresh::NotTried => {
            refresh(session, ctx, true).await.map_err(|e| IvrError::auth("refresh", e))
        }
        // Fresh already; its lifetime is simply shorter than the margin.
        Refresh::Done => Ok(()),
        // Tried at the beginning of this very turn, in vain: now it matters.
        Refresh::Failed(class) => {
            note_failure(session, ctx, class, true);
            Err(match class {
                RefreshFailure::Expired => IvrError::SessionExpired,
                RefreshFailure::Transient => IvrError::outage(
                    "refresh",
                    Outage::Unavailable { backend: Backend::Keycloak, cause: None },
                ),
                RefreshFailure::Unauthorized => {
                    IvrError::ConfigurationError("no fresh token for a ballot".into())
                }
            })
        }
    }
}

/// After a read was refused for its token: one refresh, then the read is asked again.
pub async fn refresh_after_refusal(
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Result<(), IvrError> {
    match ctx.refresh() {
        Refresh::NotTried => {
            refresh(session, ctx, false).await.map_err(|e| IvrError::auth("refresh", e))
        }
        Refresh::Done | Refresh::Failed(_) => Err(IvrError::SessionExpired),
    }
}

fn at_summary(session: &IvrSession) -> bool {
    let state = session.position.ballot_loop();
    state.is_some_and(|state| state.sub_phase == BallotSubPhase::ElectionSummary)
}

fn expired(session: &IvrSession, ctx: &PhaseCtx<'_>) -> bool {
    let now = ctx.ports.clock.now().timestamp();
    session.login.as_ref().is_some_and(|login| login.tokens.claims.expires_at <= now)
}

/// The one place where tokens are refreshed.
async fn refresh(
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
    ballot_waiting: bool,
) -> Result<(), AuthError> {
    let Some(login) = &mut session.login else { return Ok(()) };
    let within = ctx.within(ctx.settings.auth_ms);
    let answer = match &login.tokens.refresh_token {
        Some(token) => ctx.ports.auth.refresh(&session.route, token, within).await,
        None => Err(AuthError::SessionExpired),
    };
    let failure = match answer {
        Ok(mut tokens) => {
            if let Err(disagreement) = session.route.agrees_with(&tokens.claims) {
                ctx.record(session, TelemetryEvent::Alert { alert: Alert::TokenRouteMismatch });
                AuthError::ConfigurationError(disagreement.to_string())
            } else {
                // Without a new refresh token the old one stays valid.
                if tokens.refresh_token.is_none() {
                    tokens.refresh_token = login.tokens.refresh_token.take();
                }
                login.tokens = tokens;
                ctx.set_refresh(Refresh::Done);
                ctx.record(session, TelemetryEvent::TokenRefreshed);
                return Ok(());
            }
        }
        Err(error) => error,
    };
    let class = match &failure {
        AuthError::SessionExpired => RefreshFailure::Expired,
        AuthError::KeycloakUnavailable(_) => RefreshFailure::Transient,
        AuthError::ConfigurationError(_) => RefreshFailure::Unauthorized,
    };
    ctx.set_refresh(Refresh::Failed(class));
    if class == RefreshFailure::Unauthorized {
        let detail = failure.to_string();
        let said =
            TelemetryEvent::Error { backend: Backend::Keycloak, operation: "refresh", detail };
        ctx.record(session, said);
    }
    note_failure(session, ctx, class, ballot_waiting);
    Err(failure)
}

fn note_failure(
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
    class: RefreshFailure,
    ballot_waiting: bool,
) {
    ctx.record(session, TelemetryEvent::TokenRefreshFailed { class, ballot_waiting });
    if class == RefreshFailure::Unauthorized {
        ctx.record(session, TelemetryEvent::Alert { alert: Alert::Misconfigured });
    }
}
