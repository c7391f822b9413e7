//! [`PhaseCtx`]: what an executor may use, and what it answers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::error::IvrError;
use super::phase::FlowPhase;
use crate::line::Line;
use crate::menu::Action;
use crate::ports::{Deadline, Ports, RefreshFailure, TelemetryEvent, TelemetryRecord};
use crate::publication::{OrderSeed, Publication};
use crate::session::{Ending, IvrSession};
use crate::settings::Settings;

/// What Connect reports of the caller (design 12.1).
#[derive(Clone, PartialEq, Eq)]
pub enum LambdaInput {
    /// The call begins.
    Init,
    /// An answer without input was played to its end.
    NoInput,
    /// Keys.
    Dtmf(String),
    /// Silence until the time-out.
    Timeout,
    /// Connect could not take input.
    Error,
}

impl std::fmt::Debug for LambdaInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Init => "Init",
            Self::NoInput => "NoInput",
            // Keys may be a PIN or a vote.
            Self::Dtmf(_) => "Dtmf(…)",
            Self::Timeout => "Timeout",
            Self::Error => "Error",
        })
    }
}

/// What an executor is called with: the dispatcher has matched keys against the menu already, so
/// no executor ever sees `*`, a stray `#`, an invalid key or a charged silence.
#[derive(Clone, Copy)]
pub enum PhaseInput<'a> {
    /// Begin, or go on where the stored state says.
    Enter,
    /// A menu entry.
    Action {
        /// What it means.
        action: &'a Action,
        /// The digits of a credential, else empty.
        digits: &'a str,
    },
}

/// What an executor answers.
pub struct Outcome {
    /// What is said before whatever comes next.
    pub lines: Vec<Line>,
    /// What comes next.
    pub next: Next,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The question of the position, read from its beginning.
    Ask,
    /// The question of the position, at the part that was being read.
    AskSamePart,
    /// Play what was said; the call then goes on at the position by itself.
    GoOn,
    /// Play what was said; the call then goes on with the next phase.
    GoOnToNextPhase,
    /// Run the position again at once: nothing to wait for.
    Enter,
    /// The phase is over: run the next one at once.
    Advance,
    /// Save the session now, then run the position again (DECISIONS 4).
    Checkpoint,
    /// The call ends.
    End(Ending),
}

/// Result of an executor.
pub type PhaseResult = Result<Outcome, IvrError>;

impl Outcome {
    /// Says nothing.
    pub fn silent(next: Next) -> Self {
        Self { lines: Vec::new(), next }
    }

    /// Says something.
    pub fn say(lines: impl IntoIterator<Item = Line>, next: Next) -> Self {
        Self { lines: lines.into_iter().collect(), next }
    }
}

/// What became of the one refresh that a turn may try.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Refresh {
    /// Not tried.
    #[default]
    NotTried,
    /// The token is fresh.
    Done,
    /// It failed.
    Failed(RefreshFailure),
}

/// What an executor may use: borrowed ports and the turn's surroundings (design 3.5.3).
pub struct PhaseCtx<'a> {
    /// The outside.
    pub ports: Ports<'a>,
    /// The pinned document.
    pub publication: &'a Publication,
    /// What random orders of this call come from.
    pub seed: OrderSeed,
    /// When the turn began.
    pub started: DateTime<Utc>,
    /// When the turn must have answered.
    pub deadline: Deadline,
    /// The engine's own settings.
    pub settings: &'a Settings,
    /// What became of this turn's refresh: there is never a second one (DECISIONS 62).
    pub refresh: Mutex<Refresh>,
    /// Whether the session was saved in this turn for a ballot that is about to be sent.
    pub checkpointed: AtomicBool,
}

impl PhaseCtx<'_> {
    /// The phases of the call.
    pub fn flow(&self) -> &[FlowPhase] {
        &self.publication.event.flow
    }

    /// The deadline of one question: its own limit or what is left of the turn.
    pub fn within(&self, limit_ms: i64) -> Deadline {
        let limit = chrono::TimeDelta::milliseconds(limit_ms);
        self.deadline.at_most(limit, self.ports.clock.now())
    }

    /// The deadline of a question that another one must be able to follow in this turn.
    pub fn within_leaving(&self, limit_ms: i64, reserve_ms: i64) -> Deadline {
        let now = self.ports.clock.now();
        let reserve = chrono::TimeDelta::milliseconds(reserve_ms);
        let limit = chrono::TimeDelta::milliseconds(limit_ms);
        self.deadline.leaving(reserve, now).at_most(limit, now)
    }

    /// Whether there is time for anything more in this turn.
    pub fn has_time(&self) -> bool {
        self.deadline.left(self.ports.clock.now()) > chrono::TimeDelta::milliseconds(200)
    }

    /// What became of this turn's refresh.
    pub fn refresh(&self) -> Refresh {
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what became of it.
    pub fn set_refresh(&self, refresh: Refresh) {
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = refresh;
    }

    /// Whether this turn has just saved the session for a send; asked once.
    pub fn take_checkpoint(&self) -> bool {
        self.checkpointed.swap(false, Ordering::Relaxed)
    }

    /// Takes note of something.
    pub fn record(&self, session: &IvrSession, event: TelemetryEvent) {
        record(self.ports, self.started, self.flow(), session, event);
    }
}

/// Takes note of something in a call.
pub fn record(
    ports: Ports<'_>,
    started: DateTime<Utc>,
    flow: &[FlowPhase],
    session: &IvrSession,
    event: TelemetryEvent,
) {
    let now = ports.clock.now();
    let phase = super::position::phase_at(flow, session.position.phase_index).name();
    ports.telemetry.record(TelemetryRecord {
        at: now,
        contact_id: session.contact_id.clone(),
        caller: session.caller_hash.as_ref().map(Into::into),
        tenant_id: Some(session.route.tenant_id),
        election_event_id: Some(session.route.election_event_id),
        phase: Some(phase.as_str()),
        sub_phase: session.position.ballot_loop().map(|s| s.sub_phase.as_str()),
        latency_ms: (now - started).num_milliseconds(),
        event,
    });
}
