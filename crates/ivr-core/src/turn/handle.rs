//! [`Ivr::handle`]: one contact event in, one answer out, whatever happens.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;

use super::answering::{answer, answer_with, no_op, nowhere};
use super::create::{Opening, Refused};
use super::store::SessionStore;
use super::tokens;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::flow::context::{LambdaInput, PhaseCtx, Refresh};
use crate::flow::engine;
use crate::flow::error::IvrError;
use crate::flow::question::Question;
use crate::language::Language;
use crate::ports::{
    Alert, CallRecord, CallStage, Deadline, Ports, RaceDecision, TelemetryEvent, VoterTokens,
};
use crate::prompts::key::IvrPromptKey;
use crate::publication::{OrderSeed, Publication};
use crate::session::{Ending, IvrSession, Then};
use crate::settings::Settings;

/// A contact event, decoded by the edge.
#[derive(Clone)]
pub struct ContactEvent {
    /// The contact.
    pub contact_id: String,
    /// The calling number as delivered; `None` when withheld.
    pub caller: Option<String>,
    /// The dialled number.
    pub dialled: String,
    /// What the caller did.
    pub input: LambdaInput,
    /// The token of the answer that this event follows.
    pub turn_token: Option<u64>,
}

impl std::fmt::Debug for ContactEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The caller's number stays out of logs.
        f.debug_struct("ContactEvent")
            .field("contact_id", &self.contact_id)
            .field("input", &self.input)
            .field("turn_token", &self.turn_token)
            .finish_non_exhaustive()
    }
}

/// The engine with its surroundings.
#[derive(Clone, Copy)]
pub struct Ivr<'a> {
    /// The outside.
    pub ports: Ports<'a>,
    /// The engine's own numbers.
    pub settings: &'a Settings,
}

/// What a turn came to.
enum Turn {
    /// An answer.
    Answer(Box<Answer>),
    /// Another invocation was first; the turn may be played once more on what it left, with the
    /// tokens that were refreshed meanwhile: their predecessors may not be used again.
    Raced(Option<Box<VoterTokens>>),
}

fn answered(answer: Answer) -> Turn {
    Turn::Answer(Box::new(answer))
}

impl Ivr<'_> {
    /// Plays one turn. It always has something to say; errors are spoken and reported.
    pub async fn handle(&self, event: &ContactEvent) -> Answer {
        let started = self.ports.clock.now();
        let deadline = Deadline(started + TimeDelta::milliseconds(self.settings.turn_ms));
        let mut refreshed = None;
        for last_try in [false, true] {
            match self.turn(event, started, deadline, refreshed, last_try).await {
                Turn::Answer(answer) => return *answer,
                Turn::Raced(tokens) => refreshed = tokens,
            }
        }
        nowhere(IvrPromptKey::SystemError, &Language::english())
    }

    async fn turn(
        &self,
        event: &ContactEvent,
        started: DateTime<Utc>,
        deadline: Deadline,
        refreshed: Option<Box<VoterTokens>>,
        last_try: bool,
    ) -> Turn {
        let store = SessionStore { ports: self.ports, settings: self.settings, deadline };
        let opening = Opening { ports: self.ports, settings: self.settings, deadline };
        let loaded = match store.load(&event.contact_id).await {
            Ok(loaded) => loaded,
            Err(error) => return answered(self.failed(event, &error, started)),
        };
        let (mut session, publication, is_new) = match loaded {
            Some(session) => match opening.pinned(&session).await {
                Ok(publication) => (session, publication, false),
                Err(error) => return answered(self.failed(event, &error, started)),
            },
            // A row that is gone in the middle of a call (design 9.2.1).
            None if event.input != LambdaInput::Init => {
                return answered(self.failed(event, &IvrError::SessionExpired, started));
            }
            None => match opening.open(event).await {
                Ok((session, publication)) => (session, publication, true),
                Err(Refused::NotAvailable(language)) => {
                    let language = language.unwrap_or_else(Language::english);
                    return answered(nowhere(IvrPromptKey::CallNotAvailable, &language));
                }
                Err(Refused::Failed(error)) => {
                    return answered(self.failed(event, &error, started));
                }
            },
        };
        let ctx = self.context(&publication, &session, started, deadline);
        if !is_new {
            match order_of(event, &session) {
                Order::Next => {}
                Order::Again => return answered(answer(&session, &ctx)),
                Order::Stale => return answered(no_op(&session)),
            }
        }

        if let (Some(tokens), Some(login)) = (refreshed, &mut session.login)
            && tokens.claims.expires_at > login.tokens.claims.expires_at
        {
            login.tokens = *tokens;
            ctx.set_refresh(Refresh::Done);
        }
        let turn_before = session.turn;
        let played = play(&mut session, event, &ctx, &store, is_new).await;
        let saved = match played {
            Ok(asked) => self.finish(&mut session, asked, &ctx, &store, is_new).await,
            Err(error) => Err(error),
        };
        match saved {
            Ok(answer) => answered(answer),
            Err(IvrError::SessionRaced) => {
                self.lost_race(&session, turn_before, &ctx, &store, last_try).await
            }
            Err(error) => {
                // The row may not be stored, but there is a voter to talk to, in their language.
                ctx.record(&session, error_event(&error));
                engine::end_with(&mut session, &error, &ctx);
                answered(answer(&session, &ctx))
            }
        }
    }

    fn context<'c>(
        &'c self,
        publication: &'c Publication,
        session: &IvrSession,
        started: DateTime<Utc>,
        deadline: Deadline,
    ) -> PhaseCtx<'c> {
        PhaseCtx {
            ports: self.ports,
            publication,
            seed: OrderSeed::from_contact_id(&session.contact_id),
            started,
            deadline,
            settings: self.settings,
            refresh: Mutex::new(Refresh::NotTried),
            checkpointed: AtomicBool::new(false),
        }
    }

    /// Stores the session and answers; a call that ends is logged out, and only what is needed to
    /// answer again is stored of it.
    async fn finish(
        &self,
        session: &mut IvrSession,
        asked: Option<Question>,
        ctx: &PhaseCtx<'_>,
        store: &SessionStore<'_>,
        is_new: bool,
    ) -> Result<Answer, IvrError> {
        session.turn += 1;
        session.version += 1;
        let answer = answer_with(session, asked, ctx);
        let stage = stage(session, is_new, ctx);
        let saved = if let Then::End(ending) = session.last_response.then {
            let saved = store.write(&session.remnant()).await;
            // Who loses the race has ended nothing: it tells nobody so, and the voter stays logged
            // in for the winner.
            if !matches!(saved, Err(IvrError::SessionRaced)) {
                ctx.record(session, ended_event(session, ending));
                self.aside(session, stage, ctx).await;
            }
            saved
        } else {
            let saved = join(store.write(session), self.aside(session, stage, ctx)).await.0;
            if is_new && !matches!(saved, Err(IvrError::SessionRaced)) {
                ctx.record(session, TelemetryEvent::CallStarted);
            }
            saved
        };
        match saved {
            Err(error) if session.login.is_some() && !matches!(error, IvrError::SessionRaced) => {
                // The call cannot go on, but what is known of the ballots is said (DECISIONS 33).
                ctx.record(session, error_event(&error));
                let ended = answer.response.should_disconnect;
                Ok(if ended { answer } else { self.broken_off(session, &error, ctx) })
            }
            saved => saved.map(|()| answer),
        }
    }

    /// The last answer of a call whose session could not be stored.
    fn broken_off(&self, session: &mut IvrSession, error: &IvrError, ctx: &PhaseCtx<'_>) -> Answer {
        engine::end_with(session, error, ctx);
        let ending = Ending::Disconnected(error.prompt_key());
        ctx.record(session, ended_event(session, ending));
        answer(session, ctx)
    }

    /// What goes on beside the save, or after the last one: the call log, and the logout.
    async fn aside(&self, session: &IvrSession, stage: Option<CallStage>, ctx: &PhaseCtx<'_>) {
        let Some(stage) = stage else { return };
        let within = ctx.within(self.settings.call_log_ms);
        let log = async {
            let token = self.ports.service_token.get_service_token(&session.route, within).await;
            let Ok(token) = token else { return };
            let record = CallRecord {
                contact_id: &session.contact_id,
                caller: &session.caller,
                started_at: session.call_start_time,
                voter_id: session.login.as_ref().map(|l| l.tokens.claims.user_id.as_str()),
                stage,
                votes: session.votes_recorded(),
            };
            let log = self.ports.call_log.record(&session.route, &record, &token, within);
            if let Err(outage) = log.await {
                super::reads::note_outage(session, ctx, "call_log", &outage);
            }
        };
        let logout = async {
            if !matches!(stage, CallStage::Completed | CallStage::Disconnected) {
                return;
            }
            let refresh = session.login.as_ref().and_then(|l| l.tokens.refresh_token.as_ref());
            if let Some(token) = refresh {
                // Best effort: the session on the server ends by itself too.
                let _ = self.ports.auth.logout(&session.route, token, within).await;
            }
        };
        join(log, logout).await;
    }

    /// Reload and decide (design 4.1): never heard by a voter.
    async fn lost_race(
        &self,
        session: &IvrSession,
        turn_before: u64,
        ctx: &PhaseCtx<'_>,
        store: &SessionStore<'_>,
        last_try: bool,
    ) -> Turn {
        let decided = |decision| ctx.record(session, TelemetryEvent::SessionRaced { decision });
        match store.load(&session.contact_id).await {
            // The winner answered this very turn: its answer is ours.
            Ok(Some(winner)) if winner.turn == turn_before + 1 => {
                decided(RaceDecision::Dropped);
                let ctx = self.context(ctx.publication, &winner, ctx.started, ctx.deadline);
                answered(answer(&winner, &ctx))
            }
            Ok(Some(winner)) if winner.turn > turn_before => {
                decided(RaceDecision::Dropped);
                answered(no_op(&winner))
            }
            _ if last_try => {
                decided(RaceDecision::GaveUp);
                // What this turn knows of the ballots is said (DECISIONS 33).
                let mut session = session.clone();
                engine::end_with(&mut session, &IvrError::SessionRaced, ctx);
                answered(answer(&session, ctx))
            }
            // Something else changed: the turn is played once more on the fresh row. What was
            // sealed and saved there is kept, never overwritten.
            _ => {
                decided(RaceDecision::WroteAgain);
                let login = session.login.as_ref().filter(|_| ctx.refresh() == Refresh::Done);
                Turn::Raced(login.map(|login| Box::new(login.tokens.clone())))
            }
        }
    }

    /// Says an error that leaves no session to go on with.
    fn failed(&self, event: &ContactEvent, error: &IvrError, started: DateTime<Utc>) -> Answer {
        let now = self.ports.clock.now();
        self.ports.telemetry.record(crate::ports::TelemetryRecord {
            at: now,
            contact_id: event.contact_id.clone(),
            caller: None,
            tenant_id: None,
            election_event_id: None,
            phase: None,
            sub_phase: None,
            latency_ms: (now - started).num_milliseconds(),
            event: error_event(error),
        });
        nowhere(error.prompt_key(), &Language::english())
    }
}

/// Plays the turn; an error ends the call with what can still be said.
async fn play(
    session: &mut IvrSession,
    event: &ContactEvent,
    ctx: &PhaseCtx<'_>,
    store: &SessionStore<'_>,
    is_new: bool,
) -> Result<Option<Question>, IvrError> {
    let result = async {
        if !is_new {
            tokens::refresh_if_due(session, ctx).await?;
        }
        engine::play(session, &event.input, ctx, store).await
    }
    .await;
    match result {
        Err(error @ IvrError::SessionRaced) => Err(error),
        Err(error) => {
            ctx.record(session, error_event(&error));
            engine::end_with(session, &error, ctx);
            Ok(None)
        }
        Ok(asked) => Ok(asked),
    }
}

fn ended_event(session: &IvrSession, ending: Ending) -> TelemetryEvent {
    let votes = session.votes_recorded();
    match ending {
        Ending::Completed => TelemetryEvent::CallCompleted { votes },
        Ending::Disconnected(reason) => TelemetryEvent::CallAbandoned { reason, votes },
    }
}

fn error_event(error: &IvrError) -> TelemetryEvent {
    match error {
        IvrError::PhaseStateMismatch => TelemetryEvent::PhaseStateMismatch,
        IvrError::ConfigurationError(_) => TelemetryEvent::Alert { alert: Alert::Misconfigured },
        other => TelemetryEvent::Error {
            backend: other.backend().unwrap_or(crate::ports::Backend::Dynamo),
            operation: "turn",
            detail: other.to_string(),
        },
    }
}

/// How far the call came with this turn, if that is worth a record.
fn stage(session: &IvrSession, is_new: bool, ctx: &PhaseCtx<'_>) -> Option<CallStage> {
    match session.last_response.then {
        Then::End(Ending::Completed) => Some(CallStage::Completed),
        Then::End(Ending::Disconnected(_)) => Some(CallStage::Disconnected),
        _ if is_new => Some(CallStage::Started),
        _ => session
            .login
            .as_ref()
            .is_some_and(|login| login.session_started_at >= ctx.started.timestamp())
            .then_some(CallStage::LoggedIn),
    }
}

/// How an event relates to what was answered already (DECISIONS 10).
enum Order {
    /// It follows the last answer.
    Next,
    /// It was answered: the same answer again.
    Again,
    /// It is older than that.
    Stale,
}

fn order_of(event: &ContactEvent, session: &IvrSession) -> Order {
    let ended = matches!(session.last_response.then, Then::End(_));
    match event.turn_token {
        // The first turn, run again; or a call that is over.
        _ if ended => Order::Again,
        None if event.input == LambdaInput::Init => Order::Again,
        None => Order::Next,
        Some(token) if token >= session.turn => Order::Next,
        Some(token) if token + 1 == session.turn => Order::Again,
        Some(_) => Order::Stale,
    }
}

impl IvrSession {
    /// What stays of a call that ended: the turn token and the last answer (DECISIONS 51), of which
    /// what became of the ballots is a part.
    fn remnant(&self) -> Self {
        Self {
            contact_id: self.contact_id.clone(),
            caller: Caller::Withheld,
            caller_hash: None,
            call_start_time: self.call_start_time,
            route: self.route.clone(),
            document_id: self.document_id.clone(),
            publication_id: self.publication_id.clone(),
            blacklisted: self.blacklisted,
            auth_steps: Vec::new(),
            credentials: Vec::new(),
            login: None,
            language: self.language.clone(),
            votes: BTreeMap::new(),
            encrypted_ballots: BTreeMap::new(),
            elections: Vec::new(),
            // Part of the last answer.
            submission_results: self.submission_results.clone(),
            position: self.position.clone(),
            part: self.part,
            last_response: self.last_response.clone(),
            retries: self.retries,
            logins_unavailable: self.logins_unavailable,
            turn: self.turn,
            version: self.version,
        }
    }
}
