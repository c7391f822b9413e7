//! A world of two elections, a voter, and ballots that were sealed by the platform's own client.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::fakes::{Account, FakeConfig, FakeVoter, FakeWorld, Fault, FaultRule, PortName};
use crate::language::Language;
use crate::ports::{
    AuthError, AuthPort, CastReply, CastRequest, Credential, Deadline, LoginOutcome, PhoneConfig,
    VoterTokens, WithheldCaller,
};
use crate::publication::{AllowedBallots, Publication};
use crate::route::Route;

pub(super) use pollster::block_on;

pub(super) const VOTER: &str = "12345678";
pub(super) const PIN: &str = "4711";
pub(super) const DIALLED: &str = "+18005550100";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/publications/barrie/", $name))
    };
}

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(fixture!("publication.json")).unwrap());

/// The document, in which every election allows so many ballots.
pub(super) fn publication(num_allowed_revotes: u32) -> Arc<Publication> {
    let mut document = DOCUMENT.clone();
    for election in document["elections"].as_array_mut().unwrap() {
        election["num_allowed_revotes"] = num_allowed_revotes.into();
    }
    let bytes = serde_json::to_vec(&document).unwrap();
    Arc::new(Publication::from_json(&bytes).unwrap().publication)
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-10-05T12:00:00Z".parse().unwrap()
}

pub(super) fn voter(username: &str, user_id: &str, area_id: Uuid) -> FakeVoter {
    let credentials = [("username", username), ("password", PIN)];
    FakeVoter {
        credentials: credentials.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        user_id: user_id.into(),
        area_id: Some(area_id),
        authorized_election_ids: None,
        account: Account::Active,
    }
}

pub(super) fn config(publication: Arc<Publication>) -> FakeConfig {
    let (event, area) = (&publication.event, publication.ballots[0].area_id);
    let entry = PhoneConfig {
        phone_number: DIALLED.into(),
        tenant_id: event.tenant_id,
        election_event_id: event.id,
        cluster_id: "c1".into(),
        region: "ca-central-1".into(),
        environment: "test".into(),
        keycloak_url: "https://keycloak.example/auth".into(),
        harvest_url: "https://harvest.example".into(),
        hasura_url: "https://hasura.example".into(),
        s3_public_base_url: "https://public.example".into(),
        default_language: Language::english(),
        enabled: true,
        document_id: None,
        publication_id: None,
        time_zone: None,
        withheld_caller: WithheldCaller::Allow,
    };
    FakeConfig {
        now: Some(noon()),
        phone_config: vec![entry],
        voters: vec![voter(VOTER, "user-1", area), voter("87654321", "user-2", area)],
        ..FakeConfig::of(publication)
    }
}

/// A world of one ballot for each election, changed.
pub(super) fn world(change: impl FnOnce(&mut FakeConfig)) -> FakeWorld {
    world_of(1, change)
}

pub(super) fn world_of(allowed: u32, change: impl FnOnce(&mut FakeConfig)) -> FakeWorld {
    let mut config = config(publication(allowed));
    change(&mut config);
    FakeWorld::new(config)
}

pub(super) fn broken(port: PortName, on_call: Option<u32>, fault: Fault) -> FakeWorld {
    world(|config| config.faults = vec![FaultRule { port, on_call, fault }])
}

pub(super) fn route() -> Route {
    Route::of(&config(publication(1)).phone_config[0])
}

pub(super) fn soon(world: &FakeWorld) -> Deadline {
    within(world, 4_500)
}

pub(super) fn within(world: &FakeWorld, ms: i64) -> Deadline {
    Deadline(world.clock().now() + TimeDelta::milliseconds(ms))
}

/// What is sent to Keycloak.
pub(super) fn keyed(username: &str, pin: &str) -> Vec<Credential> {
    vec![Credential::new("username", username.into()), Credential::new("password", pin.into())]
}

/// What became of a login at any Keycloak.
pub(super) fn ask_to_log_in(
    auth: &dyn AuthPort,
    sent: &[Credential],
    within: Deadline,
) -> Result<LoginOutcome, AuthError> {
    block_on(auth.login(&route(), sent, within))
}

pub(super) fn try_log_in(world: &FakeWorld, username: &str, pin: &str) -> LoginOutcome {
    ask_to_log_in(world.ports().auth, &keyed(username, pin), soon(world)).unwrap()
}

pub(super) fn log_in(world: &FakeWorld, username: &str) -> VoterTokens {
    match try_log_in(world, username, PIN) {
        LoginOutcome::Granted(tokens) => tokens,
        other => panic!("{other:?}"),
    }
}

/// A ballot that the platform's own client sealed.
#[derive(Debug, Clone)]
pub(super) struct Ballot {
    pub(super) election_id: String,
    pub(super) ballot_id: String,
    pub(super) content: String,
}

impl Ballot {
    pub(super) fn election(&self) -> Uuid {
        self.election_id.parse().unwrap()
    }

    /// With something else in its document.
    pub(super) fn with(&self, key: &str, value: impl Into<Value>) -> Self {
        let mut content: Value = serde_json::from_str(&self.content).unwrap();
        content[key] = value.into();
        Self { content: content.to_string(), ..self.clone() }
    }
}

/// The nth reference ballot; even ones are of one election, odd ones of the other.
pub(super) fn ballot(n: usize) -> Ballot {
    let line = fixture!("reference_ballots.jsonl").lines().nth(n).unwrap();
    let line: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
    let text = |key: &str| line[key].as_str().unwrap().to_owned();
    Ballot {
        election_id: text("election_id"),
        ballot_id: text("ballot_id"),
        content: text("content"),
    }
}

pub(super) fn cast(world: &FakeWorld, tokens: &VoterTokens, ballot: &Ballot) -> CastReply {
    cast_within(world, tokens, ballot, soon(world))
}

pub(super) fn cast_within(
    world: &FakeWorld,
    tokens: &VoterTokens,
    ballot: &Ballot,
    within: Deadline,
) -> CastReply {
    let request = CastRequest {
        election_id: &ballot.election_id,
        ballot_id: &ballot.ballot_id,
        content: &ballot.content,
        allowed: AllowedBallots::AtMost(1),
    };
    let casting = world.ports().vote_casting;
    block_on(casting.cast(&route(), request, &tokens.access_token, within))
}

/// A reply in a word.
pub(super) fn word(reply: &CastReply) -> String {
    match reply {
        CastReply::Recorded => "recorded".into(),
        CastReply::Rejected(why) => why.code().to_owned(),
        CastReply::Misrouted(code) => format!("misrouted {code}"),
        CastReply::NoReply(outage) => outage.to_string(),
    }
}
