//! Questions that are safe to repeat, repeated in one place (design 8.1): twice after a time-out,
//! once after an error, never past the turn's deadline. An expired token is refreshed, once.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::tokens;
use crate::flow::context::PhaseCtx;
use crate::flow::error::IvrError;
use crate::ports::{Availability, History, HistoryFor, Outage, ReadError, TelemetryEvent};
use crate::session::IvrSession;
use crate::settings::Settings;
use crate::sources::with_sources;

/// What is open.
pub async fn availability(
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Result<BTreeMap<Uuid, Availability>, IvrError> {
    let mut tries = Tries::default();
    loop {
        let token = session.access_token().ok_or(NOBODY)?;
        let within = ctx.within(ctx.settings.read_ms);
        match ctx.ports.election_status.availability(&session.route, token, within).await {
            Ok(answer) => return Ok(answer),
            Err(error) => again(&mut tries, session, ctx, "election_status", error).await?,
        }
    }
}

/// What the voter has cast.
pub async fn history(
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
    why: HistoryFor,
) -> Result<History, IvrError> {
    let mut tries = Tries::default();
    loop {
        let token = session.access_token().ok_or(NOBODY)?;
        let within = ctx.within(ctx.settings.read_ms);
        match ctx.ports.cast_vote_history.history(&session.route, token, why, within).await {
            Ok(answer) => return Ok(answer),
            Err(error) => again(&mut tries, session, ctx, "cast_vote_history", error).await?,
        }
    }
}

const NOBODY: IvrError = IvrError::InvalidState("nobody is logged in");

/// Failures of one question so far.
#[derive(Debug, Default)]
pub struct Tries {
    timeouts: u8,
    errors: u8,
}

impl Tries {
    /// Whether to ask again after this failure.
    pub fn allow(&mut self, outage: &Outage, settings: &Settings) -> bool {
        match outage {
            Outage::TimedOut { .. } => {
                self.timeouts += 1;
                self.timeouts <= settings.retries_after_timeout
            }
            Outage::Unavailable { .. } => {
                self.errors += 1;
                self.errors <= settings.retries_after_error
            }
            Outage::Misconfigured { .. } => false,
        }
    }
}

async fn again(
    tries: &mut Tries,
    session: &mut IvrSession,
    ctx: &PhaseCtx<'_>,
    operation: &'static str,
    error: ReadError,
) -> Result<(), IvrError> {
    match error {
        ReadError::TokenExpired => tokens::refresh_after_refusal(session, ctx).await,
        ReadError::Outage(outage) => {
            note_outage(session, ctx, operation, &outage);
            if ctx.has_time() && tries.allow(&outage, ctx.settings) {
                Ok(())
            } else {
                Err(IvrError::outage(operation, outage))
            }
        }
    }
}

/// One log line for a failed question.
pub fn note_outage(
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
    operation: &'static str,
    outage: &Outage,
) {
    // Causes are words of the adapters, made for the log.
    let detail = with_sources(outage);
    ctx.record(session, TelemetryEvent::Error { backend: outage.backend(), operation, detail });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Backend;

    #[test]
    fn the_log_has_the_cause() {
        let cause = Some("HTTP status 500, InternalServerError".into());
        let outage = Outage::Unavailable { backend: Backend::Harvest, cause };
        assert_eq!(
            with_sources(&outage),
            "Harvest is unavailable: HTTP status 500, InternalServerError"
        );
        let silent = Outage::TimedOut { backend: Backend::Harvest };
        assert_eq!(with_sources(&silent), "no answer from Harvest in time");
    }

    #[test]
    fn two_more_after_time_outs_one_more_after_an_error_none_after_a_misconfiguration() {
        let settings = Settings::default();
        let timed_out = Outage::TimedOut { backend: Backend::Hasura };
        let unavailable = Outage::Unavailable { backend: Backend::Hasura, cause: None };
        let wrong = Outage::Misconfigured { backend: Backend::Hasura, detail: String::new() };
        let allowed = |outage: &Outage| {
            let mut tries = Tries::default();
            (0..5).take_while(|_| tries.allow(outage, &settings)).count()
        };
        assert_eq!((allowed(&timed_out), allowed(&unavailable), allowed(&wrong)), (2, 1, 0));
    }
}
