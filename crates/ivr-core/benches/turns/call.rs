//! The call that is played: Barrie, both elections, in English.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ivr_core::answer::Answer;
use ivr_core::fakes::{Account, FakeConfig, FakeVoter, FakeWorld};
use ivr_core::flow::context::LambdaInput;
use ivr_core::ports::Ports;
use ivr_core::publication::Publication;
use ivr_core::session::{Ending, Place};
use ivr_core::settings::Settings;
use ivr_core::turn::handle::{ContactEvent, Ivr};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::figures::Figures;
use super::spans::Watched;

const KEYS: [&str; 18] = [
    "1",
    "12345678#",
    "01021960#",
    "2",
    "1",
    "2",
    "1",
    "01#",
    "03#",
    "05#",
    "1",
    "00#",
    "1",
    "1",
    "3",
    "1",
    "00#",
    "1",
];
/// A world keeps every token and row; a new one now and then keeps it small.
const CALLS_PER_WORLD: usize = 10;

/// Who takes the ballots.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Casting {
    /// Somebody who says that they are recorded.
    Records,
    /// The fakes' Harvest, which verifies them.
    Verifies,
}

/// What a world is made of.
pub(crate) struct Town {
    config: FakeConfig,
    dialled: String,
}

impl Town {
    /// Reads the world `barrie`.
    pub(crate) fn read(fixtures: &Path) -> Self {
        let file = std::fs::read(fixtures.join("worlds/barrie.json")).expect("the world is there");
        let world: Value = serde_json::from_slice(&file).expect("it is JSON");
        let published = std::fs::read(fixtures.join("publications/barrie/publication.json"))
            .expect("the publication is there");
        let loaded = Publication::from_json(&published).expect("it loads");
        let config = FakeConfig {
            now: member(&world, "/now"),
            phone_config: member(&world, "/phone_config/entries"),
            publication_id: member(&world, "/ids/publication_id"),
            document_id: member(&world, "/ids/document_id"),
            auth_steps: member::<Vec<Value>>(&world, "/auth_steps")
                .iter()
                .map(|step| ivr_core::ports::AuthStep {
                    field: member(step, "/field"),
                    max_digits: member(step, "/max_digits"),
                    terminator: member(step, "/terminator"),
                    maps_to: member(step, "/maps_to"),
                    prompt_key: None,
                })
                .collect(),
            voters: member::<Vec<Value>>(&world, "/voters").iter().map(voter).collect(),
            blacklist: member(&world, "/blacklist"),
            ..FakeConfig::of(Arc::new(loaded.publication))
        };
        let dialled = config.phone_config.first().expect("a number").phone_number.clone();
        Self { config, dialled }
    }

    /// Plays so many calls.
    pub(crate) fn play(&self, calls: usize, casting: Casting, sessions_too: bool) -> Figures {
        let mut figures = Figures::default();
        let mut left = calls;
        while left > 0 {
            let batch = left.min(match casting {
                Casting::Records => CALLS_PER_WORLD,
                // Whoever has voted is turned away the next time.
                Casting::Verifies => 1,
            });
            left -= batch;
            let world = FakeWorld::new(self.config.clone());
            let watched = Watched::new(world.ports(), casting, sessions_too);
            for number in 0..batch {
                self.call(number, watched.ports(), &watched, &mut figures);
            }
            figures.take(&watched);
        }
        figures
    }

    fn call(&self, number: usize, ports: Ports<'_>, watched: &Watched<'_>, figures: &mut Figures) {
        let settings = Settings::default();
        let ivr = Ivr { ports, settings: &settings };
        let mut event = ContactEvent {
            contact_id: format!("4a573372-1f28-4e26-b97b-{number:012}"),
            caller: Some("+15195550123".into()),
            dialled: self.dialled.clone(),
            input: LambdaInput::Init,
            turn_token: None,
        };
        let mut keys = KEYS.iter();
        let mut place = Place::default();
        let sessions = watched.sessions();
        let mut whole = Duration::ZERO;
        loop {
            let aside = watched.aside();
            let start = Instant::now();
            let answer = pollster::block_on(ivr.handle(&event));
            let taken = start.elapsed();
            let taken = taken - (watched.aside() - aside);
            whole += taken;
            figures.turn(&place, &event.input, taken);
            let Some(input) = next(&answer, &mut keys) else {
                // A call that went another way would be another measurement.
                assert_eq!(answer.ending, Some(Ending::Completed), "at {place:?}");
                assert!(keys.next().is_none(), "keys left over");
                figures.call(whole, watched.sessions() - sessions);
                return;
            };
            event.input = input;
            event.turn_token = Some(answer.turn_token);
            place = answer.place;
        }
    }
}

fn next<'k>(answer: &Answer, keys: &mut impl Iterator<Item = &'k &'k str>) -> Option<LambdaInput> {
    if answer.response.should_disconnect {
        return None;
    }
    if answer.ask.is_none() {
        return Some(LambdaInput::NoInput);
    }
    Some(keys.next().map_or(LambdaInput::Timeout, |keys| LambdaInput::Dtmf((*keys).to_owned())))
}

fn voter(voter: &Value) -> FakeVoter {
    FakeVoter {
        credentials: member(voter, "/credentials"),
        user_id: member(voter, "/user_id"),
        area_id: member(voter, "/area_id"),
        authorized_election_ids: None,
        account: Account::Active,
    }
}

fn member<T: DeserializeOwned>(value: &Value, pointer: &str) -> T {
    let member = value.pointer(pointer).unwrap_or_else(|| panic!("the world has no {pointer}"));
    serde_json::from_value(member.clone()).unwrap_or_else(|error| panic!("{pointer}: {error}"))
}
