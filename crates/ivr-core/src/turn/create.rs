//! The first turn of a call: what the dialled number stands for, the publication, what the realm
//! asks for; then the flow begins (design 5.1.8, "Lambda session initialization").

use std::sync::Arc;

use futures_util::future::join;

use super::reads::Tries;
use crate::caller::{Caller, E164};
use crate::flow::error::IvrError;
use crate::flow::phase::FlowPhase;
use crate::flow::position::FlowPosition;
use crate::phases::auth::check_steps;
use crate::ports::{
    Alert, AuthError, AuthStep, Backend, Deadline, ElectionConfigError, IvrConfigError, Outage,
    PhoneConfig, PhoneHash, PinnedPublication, Ports, PublicationRef, ServiceToken, TelemetryEvent,
    TelemetryRecord, WithheldCaller,
};
use crate::publication::Publication;
use crate::route::Route;
use crate::session::{IvrSession, LastResponse, Place, RetryCounters, Then};
use crate::settings::Settings;

use super::handle::ContactEvent;

/// A call that was never opened.
pub enum Refused {
    /// The number is unknown or disabled, or withheld callers are refused: `call_not_available`,
    /// in this language if it is known.
    NotAvailable(Option<crate::language::Language>),
    /// A failure of ours.
    Failed(IvrError),
}

impl From<IvrError> for Refused {
    fn from(error: IvrError) -> Self {
        Self::Failed(error)
    }
}

/// What opening a call needs.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// The outside.
    pub ports: Ports<'a>,
    /// Limits.
    pub settings: &'a Settings,
    /// When the turn must have answered.
    pub deadline: Deadline,
}

impl Opening<'_> {
    /// Everything that a session pins, asked in parallel where nothing depends on it.
    pub async fn open(
        self,
        event: &ContactEvent,
    ) -> Result<(Box<IvrSession>, Arc<Publication>), Refused> {
        let dialled = E164::strict(&event.dialled).or_else(|| E164::parse(&event.dialled, None));
        let entry = match &dialled {
            Some(number) => self.entry(number).await?,
            None => None,
        };
        let Some(entry) = entry.filter(|entry| entry.enabled) else {
            self.alert(event, Alert::UnknownNumber);
            return Err(Refused::NotAvailable(None));
        };
        let caller = Caller::read(event.caller.as_deref(), dialled.as_ref());
        if caller == Caller::Withheld && entry.withheld_caller == WithheldCaller::Refuse {
            return Err(Refused::NotAvailable(Some(entry.default_language)));
        }

        let route = Route::of(&entry);
        let (pinned, token) =
            join(self.publication(&entry), self.service_token(event, &route)).await;
        let (pinned, token) = (pinned?, token?);
        belongs(&pinned.publication, &route)?;

        let flow = &pinned.publication.event.flow;
        let asks_blacklist = flow.contains(&FlowPhase::BlacklistCheck);
        let (steps, (blacklisted, caller_hash)) = join(
            self.auth_steps(event, &route, &token),
            join(
                self.blacklisted(event, &route, &caller, &token, asks_blacklist),
                self.caller_hash(&route, &caller),
            ),
        )
        .await;
        let auth_steps = steps?;
        check_steps(&auth_steps).map_err(|detail| {
            self.explain(event, &route, "ivr_config", &detail);
            IvrError::ConfigurationError(detail)
        })?;

        let languages = &pinned.publication.event.languages;
        let language = if languages.enabled.contains(&entry.default_language) {
            entry.default_language
        } else {
            languages.default.clone()
        };
        let session = IvrSession {
            contact_id: event.contact_id.clone(),
            caller,
            caller_hash,
            call_start_time: self.ports.clock.now(),
            route,
            document_id: pinned.document_id,
            publication_id: pinned.publication_id,
            blacklisted,
            auth_steps,
            credentials: Vec::new(),
            login: None,
            language: language.clone(),
            votes: Default::default(),
            encrypted_ballots: Default::default(),
            elections: Vec::new(),
            submission_results: Vec::new(),
            position: FlowPosition::new(flow),
            part: 0,
            last_response: LastResponse {
                lines: Vec::new(),
                then: Then::GoOn,
                place: Place::default(),
                language,
            },
            retries: RetryCounters::default(),
            logins_unavailable: 0,
            turn: 0,
            version: 0,
        };
        Ok((Box::new(session), pinned.publication))
    }

    /// The document that a session has pinned.
    pub async fn pinned(self, session: &IvrSession) -> Result<Arc<Publication>, IvrError> {
        let wanted = PublicationRef {
            base_url: session.route.s3_public_base_url.clone(),
            tenant_id: session.route.tenant_id,
            election_event_id: session.route.election_event_id,
            document_id: Some(session.document_id.clone()),
            publication_id: Some(session.publication_id.clone()),
        };
        self.fetch(&wanted).await.map(|pinned| pinned.publication)
    }

    async fn publication(self, entry: &PhoneConfig) -> Result<PinnedPublication, IvrError> {
        let wanted = PublicationRef {
            base_url: entry.s3_public_base_url.clone(),
            tenant_id: entry.tenant_id,
            election_event_id: entry.election_event_id,
            document_id: entry.document_id.clone(),
            publication_id: entry.publication_id.clone(),
        };
        self.fetch(&wanted).await
    }

    async fn fetch(self, wanted: &PublicationRef) -> Result<PinnedPublication, IvrError> {
        let mut tries = Tries::default();
        loop {
            match self.ports.election_config.fetch(wanted, self.within()).await {
                Ok(pinned) => return Ok(pinned),
                Err(ElectionConfigError::Unusable(why)) => return Err(IvrError::Publication(why)),
                Err(ElectionConfigError::Outage(outage)) => {
                    self.again(&mut tries, "election_config", outage)?;
                }
            }
        }
    }

    async fn entry(self, dialled: &E164) -> Result<Option<PhoneConfig>, IvrError> {
        let mut tries = Tries::default();
        loop {
            match self.ports.phone_config.lookup(dialled, self.within()).await {
                Ok(entry) => return Ok(entry),
                Err(outage) => self.again(&mut tries, "phone_config", outage)?,
            }
        }
    }

    async fn service_token(
        self,
        event: &ContactEvent,
        route: &Route,
    ) -> Result<ServiceToken, IvrError> {
        let mut tries = Tries::default();
        loop {
            match self.ports.service_token.get_service_token(route, self.within()).await {
                Ok(token) => return Ok(token),
                Err(AuthError::KeycloakUnavailable(outage)) => {
                    self.again(&mut tries, "service_token", outage)?;
                }
                Err(error) => {
                    let detail = error.to_string();
                    self.explain(event, route, "service_token", &detail);
                    return Err(IvrError::ConfigurationError(detail));
                }
            }
        }
    }

    async fn auth_steps(
        self,
        event: &ContactEvent,
        route: &Route,
        token: &ServiceToken,
    ) -> Result<Vec<AuthStep>, IvrError> {
        let mut tries = Tries::default();
        loop {
            match self.ports.ivr_config.auth_steps(route, token, self.within()).await {
                Ok(steps) => return Ok(steps),
                Err(IvrConfigError::Outage(outage)) => {
                    self.again(&mut tries, "ivr_config", outage)?;
                }
                Err(IvrConfigError::Unusable { detail }) => {
                    self.explain(event, route, "ivr_config", &detail);
                    return Err(IvrError::ConfigurationError(detail));
                }
            }
        }
    }

    /// A list that cannot be asked must not close an election (DECISIONS 64).
    async fn blacklisted(
        self,
        event: &ContactEvent,
        route: &Route,
        caller: &Caller,
        token: &ServiceToken,
        asked: bool,
    ) -> bool {
        let Caller::Number(number) = caller else { return false };
        if !asked {
            return false;
        }
        let mut tries = Tries::default();
        loop {
            match self.ports.blacklist.is_blacklisted(route, number, token, self.within()).await {
                Ok(answer) => return answer,
                Err(outage) => {
                    if self.again(&mut tries, "blacklist", outage).is_err() {
                        self.alert(event, Alert::BlacklistUnavailable);
                        return false;
                    }
                }
            }
        }
    }

    async fn caller_hash(self, route: &Route, caller: &Caller) -> Option<PhoneHash> {
        let Caller::Number(number) = caller else { return None };
        self.ports.phone_hasher.hash(route.tenant_id, number, self.within()).await.ok()
    }

    fn within(self) -> Deadline {
        let limit = chrono::TimeDelta::milliseconds(self.settings.read_ms);
        self.deadline.at_most(limit, self.ports.clock.now())
    }

    fn again(
        self,
        tries: &mut Tries,
        operation: &'static str,
        outage: Outage,
    ) -> Result<(), IvrError> {
        let left = self.deadline.left(self.ports.clock.now());
        if left > chrono::TimeDelta::milliseconds(200) && tries.allow(&outage, self.settings) {
            Ok(())
        } else {
            Err(IvrError::outage(operation, outage))
        }
    }

    /// What Keycloak said about a realm, for the operator who gets the alert. The voter hears only
    /// that the system is not available.
    fn explain(self, event: &ContactEvent, route: &Route, operation: &'static str, detail: &str) {
        let detail = detail.to_owned();
        let said = TelemetryEvent::Error { backend: Backend::Keycloak, operation, detail };
        self.record(event, Some(route), said);
    }

    fn alert(self, event: &ContactEvent, alert: Alert) {
        self.record(event, None, TelemetryEvent::Alert { alert });
    }

    fn record(self, event: &ContactEvent, route: Option<&Route>, happened: TelemetryEvent) {
        self.ports.telemetry.record(TelemetryRecord {
            at: self.ports.clock.now(),
            contact_id: event.contact_id.clone(),
            caller: None,
            tenant_id: route.map(|route| route.tenant_id),
            election_event_id: route.map(|route| route.election_event_id),
            phase: None,
            sub_phase: None,
            latency_ms: 0,
            event: happened,
        });
    }
}

/// The document is that of the routed event (DECISIONS 60).
fn belongs(publication: &Publication, route: &Route) -> Result<(), IvrError> {
    let event = &publication.event;
    if (event.tenant_id, event.id) == (route.tenant_id, route.election_event_id) {
        Ok(())
    } else {
        Err(IvrError::ConfigurationError("the publication is of another election event".into()))
    }
}
