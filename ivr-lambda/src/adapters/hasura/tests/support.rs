//! What the tests are made of: a client on a clock that stands, its four adapters, rows.

use std::sync::Arc;

use chrono::TimeDelta;
use ivr_core::caller::{Caller, E164};
use ivr_core::ports::{
    Backend, BlacklistPort as _, CallLogPort as _, CallRecord, CallStage, CastVoteHistoryPort as _,
    Clock, Deadline, ElectionStatusPort as _, HistoryFor, Outage, ReadError, ServiceToken,
};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::server::{Answer, Seen, Server};
use crate::adapters::hasura::{
    BreakerSettings, GatewaySettings, HasuraBlacklist, HasuraCallLog, HasuraCastVoteHistory,
    HasuraClient, HasuraElectionStatus, RenewToken,
};
use crate::adapters::http::{Http, Transport};
use crate::adapters::meter::Totals;
pub(super) use crate::adapters::testing::{TestClock, everything};

pub(super) const TENANT: Uuid = Uuid::from_u128(0x7e);
pub(super) const EVENT: Uuid = Uuid::from_u128(0xe7);
pub(super) const ELECTION: Uuid = Uuid::from_u128(0xe1);
pub(super) const NUMBER: &str = "+15195550147";
pub(super) const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.canary-voter.c2ln";
pub(super) const SERVICE: &str = "eyJhbGciOiJSUzI1NiJ9.canary-service.c2ln";
pub(super) const VOTER: &str = "canary-voter-8edc4ddb";

/// Three failures in a row, no pauses.
pub(super) const SETTINGS: GatewaySettings = GatewaySettings {
    breaker: BreakerSettings {
        failures: 3,
        memory: TimeDelta::seconds(30),
        open: TimeDelta::seconds(5),
        open_at_most: TimeDelta::seconds(60),
        pause: TimeDelta::zero(),
        pause_at_most: TimeDelta::zero(),
    },
    fair: TimeDelta::seconds(1),
};

/// Everything that asks one server.
pub(super) struct Asking {
    pub(super) clock: Arc<TestClock>,
    pub(super) http: Arc<Http>,
    pub(super) totals: Arc<Totals>,
    pub(super) client: Arc<HasuraClient>,
    pub(super) status: HasuraElectionStatus,
    pub(super) history: HasuraCastVoteHistory,
    pub(super) blacklist: HasuraBlacklist,
    pub(super) call_log: HasuraCallLog,
    pub(super) route: Route,
}

impl Asking {
    pub(super) fn of(server: &Server) -> Self {
        Self::at(&server.url, None)
    }

    pub(super) fn at(url: &str, renewal: Option<Arc<dyn RenewToken>>) -> Self {
        let clock = TestClock::new();
        let http = Http::new(Arc::clone(&clock) as Arc<dyn Clock>, Transport::PlainAllowed);
        let http = Arc::new(http.unwrap());
        let totals = Arc::new(Totals::default());
        let client = HasuraClient::with_meter(Arc::clone(&http), SETTINGS, totals.clone());
        let client = Arc::new(client);
        Self {
            status: HasuraElectionStatus::new(Arc::clone(&client)),
            history: HasuraCastVoteHistory::new(Arc::clone(&client)),
            blacklist: HasuraBlacklist::new(Arc::clone(&client), renewal.clone()),
            call_log: HasuraCallLog::new(Arc::clone(&client), renewal),
            route: route_to(url),
            clock,
            http,
            totals,
            client,
        }
    }

    pub(super) fn within(&self, ms: i64) -> Deadline {
        Deadline(self.clock.now() + TimeDelta::milliseconds(ms))
    }

    /// One port after the other, each with time enough. What came of each, without its answer.
    pub(super) async fn all(&self) -> [Result<(), ReadError>; 4] {
        [
            self.ask_status().await.map(drop),
            self.ask_history(HistoryFor::Entry).await.map(drop),
            self.ask_blacklist().await.map(drop).map_err(ReadError::Outage),
            self.record(CallStage::LoggedIn).await.map_err(ReadError::Outage),
        ]
    }

    pub(super) async fn ask_status(
        &self,
    ) -> Result<std::collections::BTreeMap<Uuid, ivr_core::ports::Availability>, ReadError> {
        self.status.availability(&self.route, &token(TOKEN), self.within(20_000)).await
    }

    pub(super) async fn ask_history(
        &self,
        why: HistoryFor,
    ) -> Result<ivr_core::ports::History, ReadError> {
        self.history.history(&self.route, &token(TOKEN), why, self.within(20_000)).await
    }

    pub(super) async fn ask_blacklist(&self) -> Result<bool, Outage> {
        let (number, token) = (E164::strict(NUMBER).unwrap(), ServiceToken(token(SERVICE)));
        self.blacklist.is_blacklisted(&self.route, &number, &token, self.within(20_000)).await
    }

    pub(super) async fn record(&self, stage: CallStage) -> Result<(), Outage> {
        let caller = Caller::Number(E164::strict(NUMBER).unwrap());
        let record = CallRecord {
            contact_id: "contact-1",
            caller: &caller,
            started_at: self.clock.now(),
            voter_id: Some(VOTER),
            stage,
            votes: 2,
        };
        let token = ServiceToken(token(SERVICE));
        self.call_log.record(&self.route, &record, &token, self.within(20_000)).await
    }
}

pub(super) fn token(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

pub(super) fn route_to(url: &str) -> Route {
    Route {
        tenant_id: TENANT,
        election_event_id: EVENT,
        cluster_id: "prod1".into(),
        environment: "qa".into(),
        keycloak_url: String::new(),
        harvest_url: String::new(),
        hasura_url: url.to_owned(),
        s3_public_base_url: String::new(),
        keycloak_realm: format!("tenant-{TENANT}-event-{EVENT}"),
        time_zone: None,
    }
}

/// Which document a request sends.
pub(super) fn operation(seen: &Seen) -> String {
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    body["operationName"].as_str().unwrap().to_owned()
}

/// Everything open, one ballot cast, nobody blocked, one call recorded.
pub(super) fn well(seen: &Seen) -> Answer {
    data(match operation(seen).as_str() {
        "GetElectionEventStatus" => event(&json!({"telephone_voting_status": "OPEN"})),
        "GetElections" => elections(&[json!({
            "id": ELECTION, "status": {"telephone_voting_status": "OPEN"},
            "voting_channels": {"telephone": true}, "num_allowed_revotes": 2
        })]),
        "GetCastVotes" => json!({"sequent_backend_cast_vote":
            [{"election_id": ELECTION, "ballot_id": "b1"}]}),
        "IsPhoneBlacklisted" => json!({"sequent_backend_ivr_phone_blacklist": []}),
        "RecordCall" => json!({"insert_sequent_backend_ivr_call_log": {"affected_rows": 1}}),
        other => panic!("{other}"),
    })
}

pub(super) fn data(data: Value) -> Answer {
    Answer::json(200, json!({"data": data}).to_string())
}

pub(super) fn event(status: &Value) -> Value {
    json!({"sequent_backend_election_event_by_pk": {"status": status, "is_archived": false}})
}

pub(super) fn elections(rows: &[Value]) -> Value {
    json!({"sequent_backend_election": rows})
}

/// An error as Hasura sends it: 200.
pub(super) fn error(code: &str, message: &str, path: &str) -> Answer {
    let extensions = json!({"path": path, "code": code});
    let body = json!({"errors": [{"message": message, "extensions": extensions}]});
    Answer::json(200, body.to_string())
}

/// What kind of failure the engine sees, and its words.
pub(super) fn kind(error: &ReadError) -> (&'static str, String) {
    match error {
        ReadError::TokenExpired => ("expired", String::new()),
        ReadError::Outage(Outage::TimedOut { backend: Backend::Hasura }) => {
            ("timed out", String::new())
        }
        ReadError::Outage(Outage::Unavailable { backend: Backend::Hasura, cause }) => {
            ("unavailable", cause.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        ReadError::Outage(Outage::Misconfigured { backend: Backend::Hasura, detail }) => {
            ("misconfigured", detail.clone())
        }
        other => panic!("of another backend: {other:?}"),
    }
}
