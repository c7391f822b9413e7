//! Random callers, each from its number: whatever they press, the engine keeps its promises.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ivr_ballot::tally::SecretKey;
use ivr_core::answer::Answer;
use ivr_core::fakes::{FakeWorld, PortName};
use ivr_core::flow::context::LambdaInput;
use ivr_core::menu::{Action, Keys, Menu, Pressed};
use ivr_core::publication::Publication;
use ivr_core::session::SubmissionStatus;
use ivr_core::ssml::plain::plain_text;
use uuid::Uuid;

use super::odd_worlds::{Dice, odd, some_faults};
use super::support::{
    CONTACT, Made, PIN, Phone, USERNAME, config, fixture, fixture_key, opened, pass, stored,
};

/// After so many turns the caller falls silent.
const PATIENCE: usize = 260;
/// So many silences end every call: the parts of a list read twice over, and the time-outs.
const SILENCES: usize = 60;

/// What the keys chose, as the caller understands it.
#[derive(Default)]
struct Intent {
    pending: Vec<Uuid>,
    confirmed: BTreeMap<Uuid, Vec<Uuid>>,
    cast: BTreeMap<Uuid, BTreeMap<String, Vec<String>>>,
}

impl Intent {
    fn note(&mut self, answer: &Answer, action: &Action) {
        let place = &answer.place;
        match (action, place.contest) {
            (Action::ChooseCandidate(id), _) => self.pending.push(*id),
            (Action::Blank | Action::Change, _) => self.pending.clear(),
            (Action::Confirm, Some(contest)) => {
                self.confirmed.insert(contest, std::mem::take(&mut self.pending));
            }
            (Action::EditContest(contest), _) => {
                self.confirmed.remove(contest);
            }
            (Action::Submit, _) => {
                let ids = |list: &Vec<Uuid>| {
                    let mut ids: Vec<_> = list.iter().map(Uuid::to_string).collect();
                    ids.sort();
                    ids
                };
                let ballot = std::mem::take(&mut self.confirmed);
                let ballot = ballot.iter().map(|(id, list)| (id.to_string(), ids(list))).collect();
                self.cast.insert(place.election.unwrap(), ballot);
            }
            _ => {}
        }
    }
}

struct Monkey<'w> {
    phone: Phone<'w>,
    dice: Dice,
    intent: Intent,
    /// Whether every repeated delivery must succeed.
    exact: bool,
    small_rows: bool,
    seed: u64,
}

impl Monkey<'_> {
    fn play(&mut self) {
        self.check();
        let mut silences = 0;
        for turn in 0.. {
            if self.phone.ended() {
                return;
            }
            if turn < PATIENCE {
                if self.dice.below(400) == 0 {
                    return;
                }
                self.move_on();
            } else {
                silences += 1;
                assert!(silences < SILENCES, "seed {}: no end: {}", self.seed, self.phone.text());
                let asked = self.phone.last.ask.is_some();
                self.phone.turn(if asked { LambdaInput::Timeout } else { LambdaInput::NoInput });
            }
            self.check();
        }
    }

    fn move_on(&mut self) {
        pass(self.phone.world, 2);
        let Some(ask) = self.phone.last.ask.clone() else {
            let input =
                if self.dice.percent(99) { LambdaInput::NoInput } else { LambdaInput::Error };
            self.phone.turn(input);
            return;
        };
        match self.dice.below(100) {
            0..3 => {
                pass(self.phone.world, i64::from(ask.timing.first_key_s));
                self.phone.silence();
            }
            3..6 => self.repeat(),
            6..8 => self.stray_hash(&ask.menu),
            8..10 => {
                let keys = ["77", "1#", "##", "9", "123456789", "5#5", "0", "00", "x", ""];
                let keys = self.dice.of(&keys);
                self.press(&ask.menu, keys);
            }
            _ => {
                let keys = self.sensible(&ask.menu);
                self.press(&ask.menu, &keys);
            }
        }
    }

    fn sensible(&mut self, menu: &Menu) -> String {
        let entries: Vec<_> = menu.entries.iter().filter(|e| e.keys != Keys::Star).collect();
        let find = |wanted: &Action| entries.iter().find(|e| &e.action == wanted);
        if let Some(entry) = find(&Action::Submit)
            && self.dice.percent(70)
        {
            return entry.keys.to_string();
        }
        if let Some(entry) = find(&Action::Confirm)
            && self.dice.percent(85)
        {
            return entry.keys.to_string();
        }
        if find(&Action::Exit).is_some() && entries.len() > 1 && self.dice.percent(85) {
            let others: Vec<_> = entries.iter().filter(|e| e.action != Action::Exit).collect();
            return others[self.dice.below(others.len())].keys.to_string();
        }
        let entry = entries[self.dice.below(entries.len())];
        match (&entry.action, entry.keys) {
            (Action::Enter(field), _) if self.dice.percent(95) => {
                format!("{}#", if field == "voter_id" { USERNAME } else { PIN })
            }
            (Action::Enter(_), _) => "1234#".into(),
            (_, keys) => keys.to_string(),
        }
    }

    fn press(&mut self, menu: &Menu, keys: &str) {
        if let Pressed::Entry { action, .. } = menu.press(keys) {
            self.intent.note(&self.phone.last, action);
        }
        self.phone.press(keys);
    }

    /// Star: the same answer.
    fn repeat(&mut self) {
        let before = self.phone.last.clone();
        let keys = self.dice.of(&["*", "*#", "1*2"]);
        let after = self.phone.press(keys).clone();
        if self.exact {
            let expected = Answer { turn_token: after.turn_token, ..before };
            assert_eq!(after, expected, "seed {}: star", self.seed);
        }
    }

    fn stray_hash(&mut self, menu: &Menu) {
        let stray = menu.press("#") == Pressed::StrayHash;
        let before = self.phone.last.clone();
        self.press(menu, "#");
        if self.exact && stray {
            assert_eq!(self.phone.last.ask, before.ask, "seed {}: a stray #", self.seed);
        }
    }

    fn check(&mut self) {
        let answer = &self.phone.last;
        let seed = self.seed;
        let text = &answer.response.prompt_text;
        let heard = plain_text(text);
        assert!(text.starts_with("<speak>") && text.ends_with("</speak>"), "seed {seed}: {text}");
        assert!(!heard.trim().is_empty(), "seed {seed}: nothing is said");
        assert!(heard.chars().count() <= 3_000, "seed {seed}: {} characters", heard.len());
        assert!(!heard.contains('{') && !heard.contains('<'), "seed {seed}: {heard}");
        assert!(!heard.contains("[missing"), "seed {seed}: {heard}");
        let recorded = |s: &str| {
            s.starts_with("Your ballot") && s.ends_with("recorded") && !s.contains(" not ")
        };
        if heard.split(['.', '!']).any(|sentence| recorded(sentence.trim())) {
            let box_is_empty = self.phone.world.accepted_ballots().is_empty();
            assert!(!box_is_empty, "seed {seed}: nothing was: {heard}");
        }
        assert_eq!(answer.response.expect_input, answer.ask.is_some());
        assert_eq!(answer.response.valid_inputs.is_empty(), answer.ask.is_none());
        assert_eq!(answer.ending.is_some(), answer.response.should_disconnect);
        if let Some(ask) = &answer.ask {
            check_menu(&ask.menu, seed);
            assert_eq!(answer.response.input_timeout, ask.timing.first_key_s);
        }
        if let Some(ending) = answer.ending {
            use ivr_core::prompts::name::PromptName;
            use ivr_core::session::Ending;
            let last = answer.prompt_keys.last().unwrap();
            match ending {
                Ending::Completed => assert_eq!(last.as_str(), "goodbye", "seed {seed}"),
                Ending::Disconnected(key) => assert_eq!(last, &PromptName::Known(key)),
            }
        }
        if self.small_rows {
            for row in self.phone.world.rows().values() {
                let size = row.sealed.len() + row.contact_id.len() + row.key_id.len() + 80;
                assert!(size <= 8 * 1024, "seed {seed}: a row of {size} bytes");
            }
        }
        // A call that could not be opened has no row; it is opened again.
        if self.exact && world_has_row(&self.phone) {
            let again = self.phone.deliver(&self.phone.event);
            // What became of the ballots is told once; the row has shrunk.
            let submissions = self.phone.last.submissions.clone();
            assert_eq!(
                Answer { submissions, ..again },
                self.phone.last,
                "seed {seed}: delivered again"
            );
        }
    }

    /// What the box holds is what the keys chose.
    fn check_box(&self, publication: &Publication, key: &SecretKey) {
        let seed = self.seed;
        let world = self.phone.world;
        let accepted = world.accepted_ballots();
        let ids: BTreeSet<_> = accepted.iter().map(|b| &b.ballot_id).collect();
        let of_elections: BTreeSet<_> = accepted.iter().map(|b| &b.election_id).collect();
        assert_eq!(ids.len(), of_elections.len(), "seed {seed}: one ballot_id per election");

        let mut submissions = self.phone.last.submissions.clone();
        let mut on_its_way = None;
        if world.rows().contains_key(CONTACT) {
            let session = stored(world, CONTACT);
            for result in session.submission_results.clone() {
                if submissions.iter().all(|s| s.election_id != result.election_id) {
                    submissions.push(result);
                }
            }
            on_its_way = session
                .position
                .ballot_loop()
                .and_then(|state| state.submission.as_ref())
                .and(session.current_election())
                .or(session.last_response.place.election);
        }
        for result in &submissions {
            if result.status == SubmissionStatus::Success {
                let hash = result.ballot_hash.as_ref().unwrap();
                assert!(ids.contains(hash), "seed {seed}: recorded, but it is not there");
            }
        }
        for cast in &accepted {
            let known = submissions.iter().any(|s| {
                s.election_id.to_string() == cast.election_id
                    && s.ballot_hash.as_ref() == Some(&cast.ballot_id)
                    && matches!(s.status, SubmissionStatus::Success | SubmissionStatus::Unknown)
            });
            let under_way = on_its_way.is_some_and(|id| id.to_string() == cast.election_id);
            assert!(known || under_way, "seed {seed}: a ballot that nobody knows of");
            let election: Uuid = cast.election_id.parse().unwrap();
            let mut meant = self.intent.cast[&election].clone();
            let ballot = publication.ballots.iter().find(|b| b.election_id == election).unwrap();
            for contest in &ballot.contests {
                meant.entry(contest.wire_id.clone()).or_default();
            }
            assert_eq!(opened(publication, key, cast), meant, "seed {seed}: another vote");
        }
    }
}

fn world_has_row(phone: &Phone<'_>) -> bool {
    phone.world.rows().contains_key(CONTACT)
}

fn check_menu(menu: &Menu, seed: u64) {
    let keys: BTreeSet<_> = menu.entries.iter().map(|e| e.keys.to_string()).collect();
    assert_eq!(keys.len(), menu.entries.len(), "seed {seed}: {keys:?}");
    assert!(menu.entries.len() > 1, "seed {seed}: nothing but star");
    assert_eq!(menu.keys_for(&Action::Repeat), Some(Keys::Star), "seed {seed}");
    for entry in &menu.entries {
        match entry.keys {
            Keys::Star => assert_eq!(menu.press("*"), Pressed::Repeat),
            Keys::Entry { max_digits, .. } => {
                let digits = "7".repeat(usize::from(max_digits));
                for pressed in [digits.clone(), format!("{digits}#")] {
                    let Pressed::Entry { action, .. } = menu.press(&pressed) else {
                        panic!("seed {seed}: {pressed}");
                    };
                    assert_eq!(action, &entry.action);
                }
            }
            keys => {
                let Pressed::Entry { action, .. } = menu.press(&keys.to_string()) else {
                    panic!("seed {seed}: {keys} is not understood");
                };
                assert_eq!(action, &entry.action, "seed {seed}");
            }
        }
    }
}

/// A few calls of one voter's telephone each, in a world of its own.
fn calls(
    publication: &Arc<Publication>,
    key: &SecretKey,
    seeds: std::ops::Range<u64>,
    faulty: bool,
    small_rows: bool,
) -> usize {
    let mut cast = 0;
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let faults = if faulty { some_faults(&mut dice) } else { Vec::new() };
        let rows = [PortName::Session, PortName::ElectionConfig];
        let exact = !faults.iter().any(|f| rows.contains(&f.port));
        let mut config = config(publication);
        config.seed = seed;
        config.faults = faults;
        config.token_lifetime_s = [3_600, 300, 90, 45][dice.below(4)];
        config.refresh_rotation = dice.percent(50);
        config.unique_ballot_id = dice.percent(50);
        let world = FakeWorld::new(config);
        let phone = Phone::call(&world);
        let mut monkey = Monkey { phone, dice, intent: Intent::default(), exact, small_rows, seed };
        monkey.play();
        monkey.check_box(publication, key);
        cast += world.accepted_ballots().len();
    }
    cast
}

#[test]
fn callers_of_the_examples() {
    let mut cast = 0;
    for (name, seeds) in [("barrie", 0..20), ("toronto", 100..120), ("large", 200..204)] {
        cast += calls(&fixture(name), &fixture_key(name), seeds, false, true);
    }
    assert!(cast > 40, "only {cast} ballots");
}

#[test]
fn callers_of_the_examples_when_things_go_wrong() {
    let mut cast = 0;
    for (name, seeds) in
        [("barrie", 1_000..1_035), ("toronto", 1_100..1_135), ("large", 1_200..1_203)]
    {
        cast += calls(&fixture(name), &fixture_key(name), seeds, true, true);
    }
    assert!(cast > 20, "only {cast} ballots");
}

#[test]
fn callers_of_odd_elections() {
    let key = fixture_key("barrie");
    let mut cast = 0;
    for seed in 0..24 {
        let seeds = 2_000 + seed * 10..2_002 + seed * 10;
        cast += calls(&odd(seed), &key, seeds, false, false);
    }
    assert!(cast > 20, "only {cast} ballots");
}

#[test]
fn callers_of_odd_elections_when_things_go_wrong() {
    let key = fixture_key("barrie");
    for seed in 100..116 {
        calls(&odd(seed), &key, 3_000 + seed * 10..3_003 + seed * 10, true, false);
    }
}

#[test]
fn ninety_five_names() {
    let key = fixture_key("barrie");
    let publication = Made::one(2, 95).rules(0, 4, "allowed", "warn").load();
    assert!(calls(&publication, &key, 4_000..4_004, false, false) > 0);
}
