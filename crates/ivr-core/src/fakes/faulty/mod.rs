//! [`Faulty`]: a port on whose way things go wrong. It wraps fakes and real adapters alike.

mod keycloak;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::caller::E164;
use crate::fakes::failure::{Failure, Wire};
use crate::fakes::fault::{Fault, PortName};
use crate::fakes::shared::Shared;
use crate::ports::{
    Availability, Backend, BlacklistPort, CallLogPort, CallRecord, CastReply, CastRequest,
    CastVoteHistoryPort, Deadline, ElectionConfigError, ElectionConfigPort, ElectionStatusPort,
    History, HistoryFor, Outage, PhoneConfig, PhoneConfigPort, PinnedPublication, PublicationRef,
    ReadError, ServiceToken, SessionError, SessionPort, SessionRow, VoteCastingPort,
};
use crate::route::Route;
use crate::secret::Secret;

/// A port that fails as the world's rules say; each call is counted.
pub struct Faulty<P> {
    inner: P,
    world: Arc<Shared>,
}

impl<P> Faulty<P> {
    pub(in crate::fakes) fn new(inner: P, world: &Arc<Shared>) -> Self {
        Self { inner, world: Arc::clone(world) }
    }

    /// Asks a port, counting the call.
    async fn ask<T>(
        &self,
        port: PortName,
        within: Deadline,
        asked: impl Future<Output = T> + Send,
        failed: impl FnOnce(Failure) -> T + Send,
    ) -> T {
        let fault = self.world.count(port);
        if port == PortName::VoteCasting {
            *self.world.arrival() = self.arrives_late(fault.as_ref(), within);
        }
        self.with(fault, within, asked, failed).await
    }

    /// When a ballot arrives that arrives past its deadline; only virtual time can be waited for.
    fn arrives_late(&self, fault: Option<&Fault>, within: Deadline) -> Option<DateTime<Utc>> {
        let clock = &self.world.clock;
        match fault {
            Some(Fault::SlowMs(ms)) if clock.is_virtual() => {
                let slow = TimeDelta::try_milliseconds(i64::try_from(*ms).unwrap_or(i64::MAX));
                let until = slow.and_then(|slow| clock.now().checked_add_signed(slow));
                Some(until.unwrap_or(DateTime::<Utc>::MAX_UTC)).filter(|until| *until > within.0)
            }
            _ => None,
        }
    }

    async fn with<T>(
        &self,
        fault: Option<Fault>,
        Deadline(deadline): Deadline,
        asked: impl Future<Output = T> + Send,
        failed: impl FnOnce(Failure) -> T + Send,
    ) -> T {
        let clock = &self.world.clock;
        match fault {
            None => asked.await,
            Some(Fault::Error) => failed(Failure::Unavailable),
            Some(Fault::Rejected { status, code, message }) => {
                failed(Failure::Refused(Wire { status, code, message }))
            }
            Some(Fault::Timeout) => {
                clock.sleep_until(deadline).await;
                failed(Failure::TimedOut)
            }
            Some(Fault::LostReply) => {
                asked.await;
                clock.sleep_until(deadline).await;
                failed(Failure::TimedOut)
            }
            Some(Fault::SlowMs(ms)) => {
                let slow = TimeDelta::try_milliseconds(i64::try_from(ms).unwrap_or(i64::MAX));
                let until = slow.and_then(|slow| clock.now().checked_add_signed(slow));
                match until.filter(|until| *until <= deadline) {
                    Some(until) => {
                        clock.sleep_until(until).await;
                        asked.await
                    }
                    None => {
                        clock.sleep_until(deadline).await;
                        asked.await;
                        failed(Failure::TimedOut)
                    }
                }
            }
        }
    }
}

#[async_trait]
impl<P: SessionPort> SessionPort for Faulty<P> {
    async fn load(
        &self,
        contact_id: &str,
        within: Deadline,
    ) -> Result<Option<SessionRow>, SessionError> {
        let asked = self.inner.load(contact_id, within);
        self.ask(PortName::Session, within, asked, |failure| Err(failure.session())).await
    }

    async fn create(
        &self,
        row: &SessionRow,
        now: i64,
        within: Deadline,
    ) -> Result<(), SessionError> {
        let asked = self.inner.create(row, now, within);
        self.ask(PortName::Session, within, asked, |failure| Err(failure.session())).await
    }

    async fn update(
        &self,
        row: &SessionRow,
        expected: u64,
        within: Deadline,
    ) -> Result<(), SessionError> {
        let asked = self.inner.update(row, expected, within);
        self.ask(PortName::Session, within, asked, |failure| Err(failure.session())).await
    }
}

#[async_trait]
impl<P: ElectionConfigPort> ElectionConfigPort for Faulty<P> {
    async fn fetch(
        &self,
        wanted: &PublicationRef,
        within: Deadline,
    ) -> Result<PinnedPublication, ElectionConfigError> {
        let asked = self.inner.fetch(wanted, within);
        self.ask(PortName::ElectionConfig, within, asked, |f| Err(f.outage(Backend::S3).into()))
            .await
    }
}

#[async_trait]
impl<P: PhoneConfigPort> PhoneConfigPort for Faulty<P> {
    async fn lookup(
        &self,
        dialled: &E164,
        within: Deadline,
    ) -> Result<Option<PhoneConfig>, Outage> {
        let asked = self.inner.lookup(dialled, within);
        self.ask(PortName::PhoneConfig, within, asked, |f| Err(f.outage(Backend::S3))).await
    }
}

#[async_trait]
impl<P: ElectionStatusPort> ElectionStatusPort for Faulty<P> {
    async fn availability(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> Result<BTreeMap<Uuid, Availability>, ReadError> {
        let asked = self.inner.availability(route, access_token, within);
        self.ask(PortName::ElectionStatus, within, asked, |f| Err(f.read(Backend::Hasura))).await
    }
}

#[async_trait]
impl<P: CastVoteHistoryPort> CastVoteHistoryPort for Faulty<P> {
    async fn history(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        why: HistoryFor,
        within: Deadline,
    ) -> Result<History, ReadError> {
        let asked = self.inner.history(route, access_token, why, within);
        self.ask(PortName::CastVoteHistory, within, asked, |f| Err(f.read(Backend::Hasura))).await
    }
}

#[async_trait]
impl<P: VoteCastingPort> VoteCastingPort for Faulty<P> {
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        let asked = self.inner.cast(route, request, access_token, within);
        self.ask(PortName::VoteCasting, within, asked, |f| f.cast(request.allowed)).await
    }
}

#[async_trait]
impl<P: BlacklistPort> BlacklistPort for Faulty<P> {
    async fn is_blacklisted(
        &self,
        route: &Route,
        number: &E164,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<bool, Outage> {
        let asked = self.inner.is_blacklisted(route, number, token, within);
        self.ask(PortName::Blacklist, within, asked, |f| Err(f.outage(Backend::Hasura))).await
    }
}

#[async_trait]
impl<P: CallLogPort> CallLogPort for Faulty<P> {
    async fn record(
        &self,
        route: &Route,
        record: &CallRecord<'_>,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<(), Outage> {
        let asked = self.inner.record(route, record, token, within);
        self.ask(PortName::CallLog, within, asked, |f| Err(f.outage(Backend::Hasura))).await
    }
}
