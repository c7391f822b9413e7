//! What the tests are made of: a ballot, both doors, answers as the platform words them.

use std::sync::Arc;

use chrono::TimeDelta;
use ivr_core::ports::{CastReply, CastRequest, Clock, Deadline, Outage, VoteCastingPort as _};
use ivr_core::publication::AllowedBallots;
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::server::Answer;
use crate::adapters::harvest::{Door, HarvestVoteCasting};
use crate::adapters::http::{Http, Transport};
use crate::adapters::meter::Totals;
use crate::adapters::testing::{TestClock, everything};

pub(super) const ELECTION: &str = "d698edc1-2960-5986-ad69-b098f12f682b";
pub(super) const BALLOT: &str = "ac4e0cdedd63d8c858a594c6bae69517cfb5d8668843010c5386cb0d27830dd6";
pub(super) const CONTENT: &str = r#"{"version":1,"contests":["canary-content"]}"#;
pub(super) const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.canary-token.c2ln";
pub(super) const DOORS: [Door; 2] = [Door::Direct, Door::ThroughHasura];

/// Casts through one door of one server.
pub(super) struct Casting {
    pub(super) http: Arc<Http>,
    pub(super) casting: HarvestVoteCasting,
    pub(super) totals: Arc<Totals>,
    pub(super) token: Secret<String>,
    pub(super) allowed: AllowedBallots,
    clock: Arc<TestClock>,
    route: Route,
}

impl Casting {
    pub(super) fn at(url: &str, door: Door) -> Self {
        let clock = TestClock::new();
        let http = Http::new(Arc::clone(&clock) as Arc<dyn Clock>, Transport::PlainAllowed);
        let http = Arc::new(http.unwrap());
        let totals = Arc::<Totals>::default();
        Self {
            casting: HarvestVoteCasting::new(Arc::clone(&http), door, totals.clone()),
            totals,
            http,
            token: Secret::new(TOKEN.to_owned()),
            allowed: AllowedBallots::AtMost(1),
            clock,
            route: route_to(url, door),
        }
    }

    /// With time enough.
    pub(super) async fn cast(&self) -> CastReply {
        self.cast_within(20_000).await
    }

    pub(super) async fn cast_within(&self, ms: i64) -> CastReply {
        let within = Deadline(self.clock.now() + TimeDelta::milliseconds(ms));
        let request = CastRequest {
            election_id: ELECTION,
            ballot_id: BALLOT,
            content: CONTENT,
            allowed: self.allowed,
        };
        self.casting.cast(&self.route, request, &self.token, within).await
    }
}

/// Only the URL of the door is there: the other one is asked by nobody.
fn route_to(url: &str, door: Door) -> Route {
    let of = |this: Door| if door == this { url.to_owned() } else { String::new() };
    Route {
        tenant_id: Uuid::from_u128(0x7e),
        election_event_id: Uuid::from_u128(0xe7),
        cluster_id: "prod1".into(),
        environment: "qa".into(),
        keycloak_url: String::new(),
        harvest_url: of(Door::Direct),
        hasura_url: of(Door::ThroughHasura),
        s3_public_base_url: String::new(),
        keycloak_realm: String::new(),
        time_zone: None,
    }
}

/// A recorded ballot, as each door tells it.
pub(super) fn recorded(door: Door) -> Answer {
    let row = json!({
        "id": Uuid::from_u128(0x1d), "tenant_id": Uuid::from_u128(0x7e), "election_id": ELECTION,
        "area_id": Uuid::from_u128(0xa), "created_at": "2026-11-20T06:22:12Z", "content": CONTENT,
        "voter_id_string": "canary-voter", "ballot_id": BALLOT,
        "cast_ballot_signature": vec![7; 64]
    });
    match door {
        Door::Direct => Answer::json(200, row.to_string()),
        Door::ThroughHasura => success(&json!({"id": row["id"], "ballot_id": BALLOT})),
    }
}

/// A success of the action.
pub(super) fn success(row: &Value) -> Answer {
    Answer::json(200, json!({"data": {"insert_cast_vote": row}}).to_string())
}

/// A refusal of Harvest, as each door passes it on. A 5xx does not get through Hasura.
pub(super) fn refusal(door: Door, status: u16, code: &str) -> Answer {
    let problem = json!({"message": "canary detail", "extensions": {"code": code}});
    match door {
        Door::Direct => Answer::json(status, problem.to_string()),
        Door::ThroughHasura if status >= 500 => hasura("unexpected"),
        Door::ThroughHasura => Answer::json(200, json!({"errors": [problem]}).to_string()),
    }
}

/// A refusal of Hasura itself.
pub(super) fn hasura(code: &str) -> Answer {
    let internal = json!({"error": {"message": "canary internal"}, "request": CONTENT});
    let extensions = json!({"path": "$", "code": code, "internal": internal});
    let problem = json!({"message": "canary message", "extensions": extensions});
    Answer::json(200, json!({"errors": [problem]}).to_string())
}

/// What the engine sees.
pub(super) fn told(reply: &CastReply) -> String {
    match reply {
        CastReply::Recorded => "recorded".into(),
        CastReply::Rejected(why) => why.code().to_owned(),
        CastReply::Misrouted(code) => format!("misrouted {code}"),
        CastReply::NoReply(_) => "no reply".into(),
    }
}

/// What the log sees of it.
pub(super) fn logged(reply: &CastReply) -> String {
    match reply {
        CastReply::NoReply(outage) => everything(outage),
        other => format!("{other:?} {other:#?}"),
    }
}

/// The kind of outage, and its words.
pub(super) fn why(reply: &CastReply) -> String {
    match reply {
        CastReply::NoReply(Outage::TimedOut { backend }) => format!("{backend}: timed out"),
        CastReply::NoReply(Outage::Unavailable { backend, cause }) => {
            let cause = cause.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{backend}: {cause}")
        }
        CastReply::NoReply(Outage::Misconfigured { backend, detail }) => {
            format!("{backend}: misconfigured: {detail}")
        }
        other => panic!("a reply: {other:?}"),
    }
}
