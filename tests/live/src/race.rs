//! Many casts of one voter at once, by a login at each of two clients.

use std::collections::BTreeMap;
use std::thread;

use anyhow::{Context as _, ensure};
use contract::admin::{Admin, agent};
use contract::operator::granted;
use ivr_ballot::style::BallotStyle;
use ivr_ballot::{ContestChoice, KeyTables, Style};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

use crate::ballot_box::rows;
use crate::machine::Machine;
use crate::town::{Town, VOTING_SECRET, Voter};

/// Casts at once.
pub const CASTS: u64 = 200;

/// The limits that are tried, and the rows that there must be.
pub const LIMITS: [(i32, usize); 3] = [(1, 1), (3, 3), (0, 200)];

/// A client of the portal, for the channel ONLINE.
const PORTAL: &str = "voting-portal";

/// A town in which two channels are open.
pub struct Race {
    town: Town,
    style: Style,
}

/// What came of [`CASTS`] casts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raced {
    /// How many rows there are, by channel.
    pub rows: BTreeMap<String, usize>,
    /// How many answers there were, by status and code.
    pub answers: BTreeMap<String, usize>,
}

impl Raced {
    /// All rows.
    pub fn total(&self) -> usize {
        self.rows.values().sum()
    }
}

impl Race {
    /// Brings it up: Toronto, with a portal.
    ///
    /// # Errors
    /// When a part does not start.
    pub fn new(machine: &Machine) -> anyhow::Result<Self> {
        let town = Town::new(machine, "toronto")?;
        make_portal(&machine.keycloak, &town.published.realm())?;
        town.sql()?.batch_execute(
            r#"UPDATE sequent_backend.election SET voting_channels = '{"online": true, "telephone": true}',
               status = '{"voting_status": "OPEN", "telephone_voting_status": "OPEN"}'"#,
        )?;
        town.harvest.change(&json!({"retry_milliseconds": [1, 1, 1, 1, 1]}))?;
        let styles = town.published.document["ballot_styles"].as_array().context("no styles")?;
        let style = BallotStyle::from_value(styles.first().context("no style")?)?;
        let style = Style::prepare(style, &mut KeyTables::new())?;
        Ok(Self { town, style })
    }

    /// Takes the lock on the voter away, and makes commits as slow as on a busy evening.
    ///
    /// # Errors
    /// When Harvest cannot be reached.
    pub fn unlock(&self) -> anyhow::Result<()> {
        self.town.harvest.change(&json!({
            "patches": {"voter_lock": false},
            "habits": {"late_commit": {"milliseconds": 100}},
        }))
    }

    /// Puts it back.
    ///
    /// # Errors
    /// When Harvest cannot be reached.
    pub fn lock(&self) -> anyhow::Result<()> {
        self.town.harvest.change(&json!({"patches": {"voter_lock": true}}))?;
        self.town.harvest.behave()
    }

    /// [`CASTS`] ballots of a voter at once, every other one from the portal.
    ///
    /// # Errors
    /// When somebody cannot log in, or gets no answer.
    pub fn run(&self, machine: &Machine, voter: Voter, limit: i32) -> anyhow::Result<Raced> {
        self.town.allow(limit)?;
        self.town.sql()?.batch_execute("TRUNCATE sequent_backend.cast_vote")?;
        let tokens = [
            self.token(machine, voter, "ivr-voting", Some(VOTING_SECRET))?,
            self.token(machine, voter, PORTAL, None)?,
        ];
        let ballots = (0..CASTS).map(|number| self.seal(number));
        let ballots: Vec<Value> = ballots.collect::<anyhow::Result<_>>()?;
        let answers: anyhow::Result<Vec<String>> = thread::scope(|scope| {
            let casts: Vec<_> = ballots
                .iter()
                .zip(tokens.iter().cycle())
                .map(|(ballot, token)| scope.spawn(|| self.cast(token, ballot)))
                .collect();
            casts
                .into_iter()
                .map(|cast| cast.join().map_err(|_| anyhow::anyhow!("panic"))?)
                .collect()
        });
        let mut result = Raced { rows: BTreeMap::new(), answers: BTreeMap::new() };
        for answer in answers? {
            *result.answers.entry(answer).or_default() += 1;
        }
        for row in rows(&self.town)? {
            *result.rows.entry(row.channel.unwrap_or_default()).or_default() += 1;
        }
        Ok(result)
    }

    /// Somebody else casts a copy of a voter's ballot: what both are answered, and how many alerts
    /// there were of it.
    ///
    /// # Errors
    /// When somebody cannot log in, or gets no answer.
    pub fn copy(
        &self,
        machine: &Machine,
        voter: Voter,
        thief: Voter,
    ) -> anyhow::Result<(String, String, u64)> {
        self.town.allow(0)?;
        let ballot = self.seal(CASTS)?;
        let before = self.alerts()?;
        let first = self.cast(&self.token(machine, voter, PORTAL, None)?, &ballot)?;
        let copied = self.cast(&self.token(machine, thief, PORTAL, None)?, &ballot)?;
        let alerts = self.alerts()? - before;
        let id = ballot["ballot_id"].as_str().context("no ballot id")?;
        let there = rows(&self.town)?.iter().filter(|row| row.ballot_id == id).count();
        ensure!(there == 1, "the ballot is in the box {there} times");
        Ok((first, copied, alerts))
    }

    fn alerts(&self) -> anyhow::Result<u64> {
        self.town.harvest.report()?["integrity_alerts"].as_u64().context("no count of alerts")
    }

    fn seal(&self, number: u64) -> anyhow::Result<Value> {
        let style = self.style.ballot_style();
        let choices = style.contests.iter().map(|contest| ContestChoice {
            contest_id: contest.id.clone(),
            selected: contest.candidates.first().map(|one| one.id.clone()).into_iter().collect(),
            explicit_invalid: false,
        });
        let choices: Vec<ContestChoice> = choices.collect();
        let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).context("no date")?;
        let sealed = self.style.seal(&choices, date, &mut ChaCha20Rng::seed_from_u64(number))?;
        Ok(
            json!({"ballot_id": sealed.ballot_id, "content": sealed.content, "election_id": style.election_id}),
        )
    }

    /// Status, and code where there is one.
    fn cast(&self, token: &str, ballot: &Value) -> anyhow::Result<String> {
        let mut answer = agent()
            .post(format!("{}/insert-cast-vote", self.town.harvest.url()))
            .header("authorization", format!("Bearer {token}"))
            .send_json(ballot)?;
        let status = answer.status().as_u16();
        let body: Value = answer.body_mut().read_json()?;
        let code = body["extensions"]["code"].as_str();
        Ok(code.map_or_else(|| status.to_string(), |code| format!("{status} {code}")))
    }

    fn token(
        &self,
        machine: &Machine,
        voter: Voter,
        client: &str,
        secret: Option<&str>,
    ) -> anyhow::Result<String> {
        let (username, pin) = (voter.username(), voter.pin());
        let mut form = vec![
            ("grant_type", "password"),
            ("client_id", client),
            ("scope", "openid"),
            ("username", &username),
            ("password", &pin),
        ];
        form.extend(secret.map(|secret| ("client_secret", secret)));
        granted(&machine.keycloak, &self.town.published.realm(), &form)
    }
}

impl std::fmt::Display for Raced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows {:?}, answers {:?}", self.total(), self.rows, self.answers)
    }
}

/// A public client with the claims of the telephone's, as far as this is about channels.
fn make_portal(keycloak: &Keycloak, realm: &str) -> anyhow::Result<()> {
    let admin = Admin::new(keycloak);
    let find = |name: &str| admin.get(&format!("/realms/{realm}/clients?clientId={name}"));
    if find(PORTAL)?[0].is_object() {
        return Ok(());
    }
    let telephone = find("ivr-voting")?[0].clone();
    let mut mappers = telephone["protocolMappers"].clone();
    for mapper in mappers.as_array_mut().context("no mappers")? {
        mapper["id"] = Value::Null;
    }
    let mut client = json!({"clientId": PORTAL, "publicClient": true,
        "directAccessGrantsEnabled": true, "standardFlowEnabled": false, "fullScopeAllowed": true,
        "protocolMappers": mappers});
    for same in ["defaultClientScopes", "optionalClientScopes", "webOrigins"] {
        client[same] = telephone[same].clone();
    }
    admin.post(&format!("/realms/{realm}/clients"), &client)?;
    Ok(())
}
