//! A world, a telephone, and publications made to measure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use ivr_ballot::tally::{self, SecretKey};
use ivr_core::answer::Answer;
use ivr_core::fakes::{
    AcceptedBallot, Account, FakeConfig, FakeVoter, FakeWorld, Fault, FaultRule, PortName,
};
use ivr_core::flow::context::LambdaInput;
use ivr_core::language::Language;
use ivr_core::menu::Action;
use ivr_core::ports::{
    AuthStep, PhoneConfig, SealingKey, SessionRow, TelemetryEvent, WithheldCaller,
};
use ivr_core::prompts::name::PromptName;
use ivr_core::publication::Publication;
use ivr_core::publication::testing::BigPublication;
use ivr_core::secret::Secret;
use ivr_core::session::{self, IvrSession};
use ivr_core::settings::Settings;
use ivr_core::ssml::plain::plain_text;
use ivr_core::turn::handle::{ContactEvent, Ivr};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const DIALLED: &str = "+18005550100";
pub(crate) const CALLER: &str = "+15195550123";
pub(crate) const CONTACT: &str = "4a573372-1f28-4e26-b97b-000000000001";
pub(crate) const VOTER: &str = "7c1f0a52-5e0f-4d09-8c3e-9a3f4f9d1b11";
pub(crate) const USERNAME: &str = "48151623";
pub(crate) const PIN: &str = "9042";
/// What every login takes.
pub(crate) const LOGIN: &str = "48151623# 9042#";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/publications")
}

fn load(bytes: &[u8]) -> Arc<Publication> {
    Arc::new(Publication::from_json(bytes).unwrap_or_else(|e| panic!("refused: {e}")).publication)
}

/// One of the example publications.
pub(crate) fn fixture(name: &str) -> Arc<Publication> {
    load(&fs::read(fixtures().join(name).join("publication.json")).unwrap())
}

/// The key that opens its ballots.
pub(crate) fn fixture_key(name: &str) -> SecretKey {
    SecretKey::from_base64(fixture_key_json(name)["secret_key"].as_str().unwrap()).unwrap()
}

fn fixture_key_json(name: &str) -> Value {
    serde_json::from_slice(&fs::read(fixtures().join(name).join("key.json")).unwrap()).unwrap()
}

/// A made-up document that is changed before it is loaded. Its ballots open with barrie's key.
pub(crate) struct Made(pub(crate) Value);

impl Made {
    pub(crate) fn new(elections: usize, contests: usize, candidates: usize) -> Self {
        let big = BigPublication::new(elections, contests, candidates);
        let mut made = Self(serde_json::from_slice(&big.json()).unwrap());
        let key = fixture_key_json("barrie")["public_key"].clone();
        for style in made.styles() {
            style["public_key"]["public_key"] = key.clone();
        }
        made
    }

    /// One ballot that is entered without asking.
    pub(crate) fn one(contests: usize, candidates: usize) -> Self {
        let mut made = Self::new(1, contests, candidates);
        made.0["election_event"]["presentation"]["skip_election_list"] = json!(true);
        made
    }

    pub(crate) fn styles(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0["ballot_styles"].as_array_mut().unwrap().iter_mut()
    }

    pub(crate) fn contest(&mut self, election: usize, contest: usize) -> &mut Value {
        &mut self.0["ballot_styles"][election]["contests"][contest]
    }

    /// Seats, and what blanks and under-votes mean.
    pub(crate) fn rules(mut self, min: u32, max: u32, blank: &str, under: &str) -> Self {
        for style in self.styles() {
            for contest in style["contests"].as_array_mut().unwrap() {
                contest["min_votes"] = json!(min);
                contest["max_votes"] = json!(max);
                contest["presentation"]["blank_vote_policy"] = json!(blank);
                contest["presentation"]["under_vote_policy"] = json!(under);
                contest["presentation"]["candidates_order"] = json!("custom");
            }
        }
        self
    }

    /// The last candidate of every contest becomes the explicit blank.
    pub(crate) fn with_explicit_blank(mut self) -> Self {
        for style in self.styles() {
            for contest in style["contests"].as_array_mut().unwrap() {
                let last = contest["candidates"].as_array_mut().unwrap().last_mut().unwrap();
                last["presentation"]["is_explicit_blank"] = json!(true);
            }
        }
        self
    }

    pub(crate) fn languages(mut self, codes: &[&str], default: &str) -> Self {
        let conf = json!({"enabled_language_codes": codes, "default_language_code": default});
        self.0["election_event"]["presentation"]["language_conf"] = conf.clone();
        for election in self.0["elections"].as_array_mut().unwrap() {
            election["presentation"]["language_conf"] = conf.clone();
        }
        self
    }

    pub(crate) fn election_languages(mut self, at: usize, codes: &[&str], default: &str) -> Self {
        self.0["elections"][at]["presentation"]["language_conf"] =
            json!({"enabled_language_codes": codes, "default_language_code": default});
        self
    }

    pub(crate) fn revotes(mut self, revotes: Value) -> Self {
        for style in self.styles() {
            style["num_allowed_revotes"] = revotes.clone();
        }
        for election in self.0["elections"].as_array_mut().unwrap() {
            election["num_allowed_revotes"] = revotes.clone();
        }
        self
    }

    pub(crate) fn load(&self) -> Arc<Publication> {
        load(&serde_json::to_vec(&self.0).unwrap())
    }
}

/// A world around a publication, with one voter.
pub(crate) fn config(publication: &Arc<Publication>) -> FakeConfig {
    let entry = PhoneConfig {
        phone_number: DIALLED.into(),
        tenant_id: publication.event.tenant_id,
        election_event_id: publication.event.id,
        cluster_id: "prod1-euw1".into(),
        region: "eu-west-1".into(),
        environment: "staging".into(),
        keycloak_url: "https://keycloak.example.org".into(),
        harvest_url: "https://harvest.example.org".into(),
        hasura_url: "https://hasura.example.org".into(),
        s3_public_base_url: "https://public.example.org".into(),
        default_language: Language::new("en"),
        enabled: true,
        document_id: None,
        publication_id: None,
        time_zone: Some("America/Toronto".into()),
        withheld_caller: WithheldCaller::Allow,
    };
    let step = |field: &str, maps_to: &str, max_digits| AuthStep {
        field: field.into(),
        max_digits,
        terminator: "#".into(),
        maps_to: maps_to.into(),
        prompt_key: None,
    };
    FakeConfig {
        now: Some(at("2026-10-05T14:00:00Z")),
        phone_config: vec![entry],
        auth_steps: vec![step("voter_id", "username", 8), step("pin", "password", 4)],
        voters: vec![FakeVoter {
            credentials: [("username", USERNAME), ("password", PIN)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            user_id: VOTER.into(),
            area_id: Some(publication.ballots[0].area_id),
            authorized_election_ids: None,
            account: Account::Active,
        }],
        token_lifetime_s: 3_600,
        ..FakeConfig::of(Arc::clone(publication))
    }
}

pub(crate) fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

pub(crate) fn fault(port: PortName, on_call: Option<u32>, fault: Fault) -> FaultRule {
    FaultRule { port, on_call, fault }
}

/// A telephone in a world.
pub(crate) struct Phone<'w> {
    pub(crate) world: &'w FakeWorld,
    settings: Settings,
    contact: String,
    pub(crate) caller: Option<String>,
    pub(crate) last: Answer,
    /// The event that the last answer answered.
    pub(crate) event: ContactEvent,
}

impl<'w> Phone<'w> {
    /// Dials.
    pub(crate) fn call(world: &'w FakeWorld) -> Self {
        Self::call_as(world, CONTACT, Some(CALLER))
    }

    pub(crate) fn call_as(world: &'w FakeWorld, contact: &str, caller: Option<&str>) -> Self {
        let settings = Settings::default();
        let event = ContactEvent {
            contact_id: contact.into(),
            caller: caller.map(str::to_owned),
            dialled: DIALLED.into(),
            input: LambdaInput::Init,
            turn_token: None,
        };
        let last = handle(world, &settings, &event);
        Self {
            world,
            settings,
            contact: contact.into(),
            caller: caller.map(str::to_owned),
            last,
            event,
        }
    }

    /// Plays one turn.
    pub(crate) fn turn(&mut self, input: LambdaInput) -> &Answer {
        self.event = self.next(input);
        self.last = self.deliver(&self.event);
        &self.last
    }

    /// The event that would follow the last answer.
    pub(crate) fn next(&self, input: LambdaInput) -> ContactEvent {
        ContactEvent {
            contact_id: self.contact.clone(),
            caller: self.caller.clone(),
            dialled: DIALLED.into(),
            input,
            turn_token: Some(self.last.turn_token),
        }
    }

    /// Delivers an event and leaves the call where it is.
    pub(crate) fn deliver(&self, event: &ContactEvent) -> Answer {
        handle(self.world, &self.settings, event)
    }

    pub(crate) fn press(&mut self, keys: &str) -> &Answer {
        self.turn(LambdaInput::Dtmf(keys.into()))
    }

    pub(crate) fn silence(&mut self) -> &Answer {
        self.turn(LambdaInput::Timeout)
    }

    /// Listens to answers without input, up to the next question or the end.
    pub(crate) fn listen(&mut self) -> &Answer {
        for _ in 0..20 {
            if self.last.ask.is_some() || self.ended() {
                return &self.last;
            }
            self.turn(LambdaInput::NoInput);
        }
        panic!("the call goes on and on: {}", self.text());
    }

    /// Presses one token after the other at the questions; `-` is silence.
    pub(crate) fn keys(&mut self, tokens: &str) -> &Answer {
        for token in tokens.split_whitespace() {
            self.listen();
            assert!(!self.ended(), "{token} is left over: {}", self.text());
            match token {
                "-" => self.silence(),
                keys => self.press(keys),
            };
        }
        &self.last
    }

    /// Presses whatever means this.
    pub(crate) fn choose(&mut self, wanted: impl Fn(&Action) -> bool) -> &Answer {
        self.listen();
        let entries = self.last.ask.iter().flat_map(|ask| &ask.menu.entries);
        let Some(entry) = entries.into_iter().find(|entry| wanted(&entry.action)) else {
            panic!("no such key: {}", self.text());
        };
        let keys = entry.keys.to_string();
        self.press(&keys)
    }

    pub(crate) fn ended(&self) -> bool {
        self.last.response.should_disconnect
    }

    /// The prompt keys of the last answer.
    pub(crate) fn said(&self) -> Vec<&str> {
        self.last.prompt_keys.iter().map(PromptName::as_str).collect()
    }

    pub(crate) fn text(&self) -> String {
        plain_text(&self.last.response.prompt_text)
    }

    pub(crate) fn sub_phase(&self) -> &'static str {
        self.last.place.sub_phase.map_or("", |sub_phase| sub_phase.as_str())
    }

    /// The stored session.
    pub(crate) fn session(&self) -> IvrSession {
        stored(self.world, &self.contact)
    }

    pub(crate) fn row(&self) -> SessionRow {
        self.world.rows()[&self.contact].clone()
    }
}

pub(crate) fn handle(world: &FakeWorld, settings: &Settings, event: &ContactEvent) -> Answer {
    pollster::block_on(Ivr { ports: world.ports(), settings }.handle(event))
}

pub(crate) fn sealing_key(world: &FakeWorld, id: &str) -> SealingKey {
    let bytes = STANDARD.decode(world.state().sealing_key).unwrap();
    SealingKey::new(id, Secret::new(bytes.try_into().unwrap()))
}

pub(crate) fn stored(world: &FakeWorld, contact: &str) -> IvrSession {
    let row = world.rows()[contact].clone();
    let key = sealing_key(world, &row.key_id);
    *session::open(row, &key).unwrap()
}

/// The row of a changed session, one version on.
pub(crate) fn resealed(
    world: &FakeWorld,
    row: &SessionRow,
    session: &mut IvrSession,
) -> SessionRow {
    session.version = row.version + 1;
    let key = sealing_key(world, &row.key_id);
    session::seal(session, row.ttl, &key, world.ports().entropy).unwrap()
}

/// What a cast ballot says, by contest.
pub(crate) fn opened(
    publication: &Publication,
    key: &SecretKey,
    cast: &AcceptedBallot,
) -> BTreeMap<String, Vec<String>> {
    let ballot =
        publication.ballots.iter().find(|b| b.election_id.to_string() == cast.election_id).unwrap();
    let decoded = tally::open(ballot.style.as_ref().unwrap(), key, &cast.content).unwrap();
    decoded
        .contests
        .iter()
        .map(|contest| {
            let mut marks: Vec<_> = contest.selected().into_iter().map(str::to_owned).collect();
            marks.sort();
            (contest.contest_id.clone(), marks)
        })
        .collect()
}

/// What telemetry was told, without its surroundings.
pub(crate) fn events(world: &FakeWorld) -> Vec<TelemetryEvent> {
    world.telemetry().into_iter().map(|record| record.event).collect()
}

/// Time passes on the line.
pub(crate) fn pass(world: &FakeWorld, seconds: i64) {
    world.clock().advance(TimeDelta::seconds(seconds));
}

pub(crate) fn is_candidate(action: &Action) -> bool {
    matches!(action, Action::ChooseCandidate(_))
}

/// Chooses the first candidate of every contest, up to the summary.
pub(crate) fn fill(phone: &mut Phone<'_>) {
    for _ in 0..200 {
        phone.listen();
        match phone.sub_phase() {
            "candidate_select" => {
                let done = phone.last.prompt_keys.iter().any(|k| k.as_str() == "candidate_chosen");
                if done {
                    phone.press("#");
                } else {
                    phone.choose(is_candidate);
                }
            }
            "vote_confirm" | "selection_check" => {
                phone.press("1");
            }
            "election_summary" => return,
            other => panic!("in {other}: {}", phone.text()),
        }
    }
    panic!("no summary: {}", phone.text());
}

/// The elections of a world, in document order.
pub(crate) fn election(publication: &Publication, at: usize) -> Uuid {
    publication.elections[at].id
}
