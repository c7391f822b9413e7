//! What goes wrong, wrapped around the other fakes (`STEP-IVR.md`, "faults").

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clock::FakeClock;
use crate::caller::E164;
use crate::ports::*;
use crate::route::Route;
use crate::secret::Secret;

/// A port, as faults name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortName {
    /// Loads and saves of sessions.
    Session,
    /// Logins.
    Auth,
    /// Refreshes.
    Refresh,
    /// Service tokens.
    ServiceToken,
    /// `/ivr-config`.
    IvrConfig,
    /// The publication.
    ElectionConfig,
    /// Status.
    ElectionStatus,
    /// History.
    CastVoteHistory,
    /// Casting.
    VoteCasting,
    /// Routing.
    PhoneConfig,
    /// Blacklist.
    Blacklist,
    /// Call log.
    CallLog,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// As a 503 would be; nothing happened.
    Error,
    /// The request is lost; the caller waits until its deadline.
    Timeout,
    /// It happened; the answer is lost, and the caller waits until its deadline.
    LostReply,
    /// The wire form of a refusal; nothing happened.
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The code or error name, if there is one.
        code: Option<String>,
        /// The message or description.
        message: String,
    },
    /// It takes so long, in virtual time; past the deadline it is a lost reply.
    SlowMs(u64),
}

/// When it goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// Which port.
    pub port: PortName,
    /// Which call to it, from 1; every call without.
    pub on_call: Option<u32>,
    /// What.
    pub fault: Fault,
}

/// All ports of a world, with its faults around them.
pub(super) struct Faulty {
    pub(super) rules: Vec<FaultRule>,
    pub(super) calls: Mutex<BTreeMap<PortName, u32>>,
    pub(super) clock: std::sync::Arc<FakeClock>,
    pub(super) sessions: super::sessions::MemorySessions,
    pub(super) keycloak: super::keycloak::FakeKeycloak,
    pub(super) hasura: super::hasura::FakeHasura,
    pub(super) harvest: super::harvest::FakeHarvest,
    pub(super) files: super::small::FakeFiles,
}

/// What a call to a port is to do.
enum Course {
    /// Ask the inner port.
    Ask,
    /// Fail with this; the inner port is not asked.
    Fail(Failure),
    /// Ask the inner port and lose the answer.
    Lose,
}

/// How a port fails.
enum Failure {
    Unavailable,
    TimedOut,
    Refused { status: u16, code: Option<String>, message: String },
}

impl Faulty {
    fn course(&self, port: PortName, within: Deadline) -> Course {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let call = calls.entry(port).or_default();
        *call += 1;
        let number = *call;
        drop(calls);
        let applies = |rule: &&FaultRule| {
            rule.port == port && rule.on_call.is_none_or(|on_call| on_call == number)
        };
        match self.rules.iter().find(applies).map(|rule| &rule.fault) {
            None => Course::Ask,
            Some(Fault::Error) => Course::Fail(Failure::Unavailable),
            Some(Fault::Timeout) => {
                self.clock.pass(u64::MAX, within);
                Course::Fail(Failure::TimedOut)
            }
            Some(Fault::LostReply) => Course::Lose,
            Some(Fault::Rejected { status, code, message }) => Course::Fail(Failure::Refused {
                status: *status,
                code: code.clone(),
                message: message.clone(),
            }),
            Some(Fault::SlowMs(ms)) => {
                if self.clock.is_virtual() && self.clock.pass(*ms, within) {
                    Course::Lose
                } else {
                    Course::Ask
                }
            }
        }
    }

    /// The answer of a question that can only be answered or not.
    async fn ask<T>(
        &self,
        port: PortName,
        backend: Backend,
        within: Deadline,
        inner: impl Future<Output = Result<T, Outage>> + Send,
    ) -> Result<T, Outage> {
        match self.course(port, within) {
            Course::Ask => inner.await,
            Course::Fail(failure) => Err(failure.outage(backend)),
            Course::Lose => {
                let _ = inner.await;
                self.clock.pass(u64::MAX, within);
                Err(Outage::TimedOut { backend })
            }
        }
    }

    async fn auth<T>(
        &self,
        port: PortName,
        within: Deadline,
        inner: impl Future<Output = Result<T, AuthError>> + Send,
        refused: impl FnOnce(u16, &str, &str) -> Result<T, AuthError>,
    ) -> Result<T, AuthError> {
        let unavailable = AuthError::KeycloakUnavailable;
        match self.course(port, within) {
            Course::Ask => inner.await,
            Course::Fail(Failure::Refused { status, code, message }) => {
                refused(status, code.as_deref().unwrap_or_default(), &message)
            }
            Course::Fail(failure) => Err(unavailable(failure.outage(Backend::Keycloak))),
            Course::Lose => {
                let _ = inner.await;
                self.clock.pass(u64::MAX, within);
                Err(unavailable(Outage::TimedOut { backend: Backend::Keycloak }))
            }
        }
    }

    async fn read<T>(
        &self,
        port: PortName,
        within: Deadline,
        inner: impl Future<Output = Result<T, ReadError>> + Send,
    ) -> Result<T, ReadError> {
        match self.course(port, within) {
            Course::Ask => inner.await,
            Course::Fail(Failure::Refused { status: 401, .. }) => Err(ReadError::TokenExpired),
            Course::Fail(Failure::Refused { code, .. })
                if code.as_deref() == Some("invalid-jwt") =>
            {
                Err(ReadError::TokenExpired)
            }
            Course::Fail(failure) => Err(failure.outage(Backend::Hasura).into()),
            Course::Lose => {
                let _ = inner.await;
                self.clock.pass(u64::MAX, within);
                Err(Outage::TimedOut { backend: Backend::Hasura }.into())
            }
        }
    }
}

impl Failure {
    fn outage(self, backend: Backend) -> Outage {
        match self {
            Self::Unavailable => {
                Outage::Unavailable { backend, cause: Some("HTTP status 503".into()) }
            }
            Self::TimedOut => Outage::TimedOut { backend },
            Self::Refused { status, code, .. } if (400..500).contains(&status) => {
                Outage::Misconfigured {
                    backend,
                    detail: format!("{status} {}", code.unwrap_or_default()),
                }
            }
            Self::Refused { status, .. } => {
                Outage::Unavailable { backend, cause: Some(format!("HTTP status {status}").into()) }
            }
        }
    }
}

/// The class of a refused login (DECISIONS 53).
fn refused_login(status: u16, code: &str, message: &str) -> Result<LoginOutcome, AuthError> {
    match (status, code) {
        (401, "invalid_grant") => Ok(LoginOutcome::WrongCredentials),
        (400, "invalid_grant") => Ok(match message {
            "Account disabled" => LoginOutcome::AccountDisabled,
            "Account is not fully set up" => LoginOutcome::ActionRequired,
            _ => LoginOutcome::Locked,
        }),
        (_, "user_disabled" | "account_temporarily_disabled") => Ok(LoginOutcome::Locked),
        (429 | 500.., _) => Err(unavailable(status)),
        _ => Err(AuthError::ConfigurationError(format!("{status} {code}"))),
    }
}

fn refused_refresh<T>(status: u16, code: &str) -> Result<T, AuthError> {
    Err(match status {
        400 | 401 if code != "invalid_client" && code != "unauthorized_client" => {
            AuthError::SessionExpired
        }
        429 | 500.. => unavailable(status),
        _ => AuthError::ConfigurationError(format!("{status} {code}")),
    })
}

fn unavailable(status: u16) -> AuthError {
    AuthError::KeycloakUnavailable(Outage::Unavailable {
        backend: Backend::Keycloak,
        cause: Some(format!("HTTP status {status}").into()),
    })
}

#[async_trait]
impl SessionPort for Faulty {
    async fn load(
        &self,
        contact_id: &str,
        within: Deadline,
    ) -> Result<Option<SessionRow>, SessionError> {
        self.store(within, self.sessions.load(contact_id, within)).await
    }

    async fn create(
        &self,
        row: &SessionRow,
        now: i64,
        within: Deadline,
    ) -> Result<(), SessionError> {
        self.store(within, self.sessions.create(row, now, within)).await
    }

    async fn update(
        &self,
        row: &SessionRow,
        expected: u64,
        within: Deadline,
    ) -> Result<(), SessionError> {
        self.store(within, self.sessions.update(row, expected, within)).await
    }
}

impl Faulty {
    async fn store<T>(
        &self,
        within: Deadline,
        inner: impl Future<Output = Result<T, SessionError>> + Send,
    ) -> Result<T, SessionError> {
        match self.course(PortName::Session, within) {
            Course::Ask => inner.await,
            Course::Fail(failure) => Err(failure.outage(Backend::Dynamo).into()),
            Course::Lose => {
                let _ = inner.await;
                self.clock.pass(u64::MAX, within);
                Err(Outage::TimedOut { backend: Backend::Dynamo }.into())
            }
        }
    }
}

#[async_trait]
impl AuthPort for Faulty {
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        within: Deadline,
    ) -> Result<LoginOutcome, AuthError> {
        let inner = self.keycloak.login(route, credentials, within);
        self.auth(PortName::Auth, within, inner, refused_login).await
    }

    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        let inner = self.keycloak.refresh(route, refresh_token, within);
        self.auth(PortName::Refresh, within, inner, |status, code, _| refused_refresh(status, code))
            .await
    }

    async fn logout(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), AuthError> {
        self.keycloak.logout(route, refresh_token, within).await
    }
}

#[async_trait]
impl ServiceTokenPort for Faulty {
    async fn get_service_token(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<ServiceToken, AuthError> {
        let inner = self.keycloak.get_service_token(route, within);
        self.auth(PortName::ServiceToken, within, inner, |status, code, _| match status {
            429 | 500.. => Err(unavailable(status)),
            _ => Err(AuthError::ConfigurationError(format!("{status} {code}"))),
        })
        .await
    }
}

#[async_trait]
impl IvrConfigPort for Faulty {
    async fn auth_steps(
        &self,
        route: &Route,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Vec<AuthStep>, Outage> {
        let inner = self.keycloak.auth_steps(route, token, within);
        self.ask(PortName::IvrConfig, Backend::Keycloak, within, inner).await
    }
}

#[async_trait]
impl ElectionConfigPort for Faulty {
    async fn fetch(
        &self,
        wanted: &PublicationRef,
        within: Deadline,
    ) -> Result<PinnedPublication, ElectionConfigError> {
        match self.course(PortName::ElectionConfig, within) {
            Course::Ask => self.files.fetch(wanted, within).await,
            Course::Fail(failure) => Err(failure.outage(Backend::S3).into()),
            Course::Lose => {
                self.clock.pass(u64::MAX, within);
                Err(Outage::TimedOut { backend: Backend::S3 }.into())
            }
        }
    }
}

#[async_trait]
impl PhoneConfigPort for Faulty {
    async fn lookup(
        &self,
        dialled: &E164,
        within: Deadline,
    ) -> Result<Option<PhoneConfig>, Outage> {
        let inner = self.files.lookup(dialled, within);
        self.ask(PortName::PhoneConfig, Backend::S3, within, inner).await
    }
}

#[async_trait]
impl ElectionStatusPort for Faulty {
    async fn availability(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, ReadError> {
        let inner = self.hasura.availability(route, access_token, within);
        self.read(PortName::ElectionStatus, within, inner).await
    }
}

#[async_trait]
impl CastVoteHistoryPort for Faulty {
    async fn history(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> Result<History, ReadError> {
        let inner = self.hasura.history(route, access_token, within);
        self.read(PortName::CastVoteHistory, within, inner).await
    }
}

#[async_trait]
impl BlacklistPort for Faulty {
    async fn is_blacklisted(
        &self,
        route: &Route,
        number: &E164,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<bool, Outage> {
        let inner = self.hasura.is_blacklisted(route, number, token, within);
        self.ask(PortName::Blacklist, Backend::Hasura, within, inner).await
    }
}

#[async_trait]
impl CallLogPort for Faulty {
    async fn record(
        &self,
        route: &Route,
        record: &CallRecord<'_>,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<(), Outage> {
        let inner = self.hasura.record(route, record, token, within);
        self.ask(PortName::CallLog, Backend::Hasura, within, inner).await
    }
}

#[async_trait]
impl VoteCastingPort for Faulty {
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        match self.course(PortName::VoteCasting, within) {
            Course::Ask => self.harvest.cast(route, request, access_token, within).await,
            Course::Fail(Failure::Refused { status, code, .. }) => {
                classify_refusal(status, code.as_deref(), request.allowed)
            }
            Course::Fail(failure) => CastReply::NoReply(failure.outage(Backend::Harvest)),
            Course::Lose => {
                let _ = self.harvest.cast(route, request, access_token, within).await;
                self.clock.pass(u64::MAX, within);
                CastReply::NoReply(Outage::TimedOut { backend: Backend::Harvest })
            }
        }
    }
}
