//! A platform in small: the tables, an event in them, a Harvest before them.

use std::time::Duration;

use harvest_ivr::dev::server::{Config, Server};
use serde_json::{Value, json};
use test_servers::postgres::Postgres;
use tokio_postgres::NoTls;

use crate::fixture::{Ballot, Publication, repository};
use crate::voter::Voter;

/// As long as something is waited for that will come; a test that waits longer fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// Long enough for an answer that is on its way.
const MOMENT: Duration = Duration::from_millis(300);

/// What a caller hears.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    /// Status, type, body.
    Answer(u16, String, String),
    /// The connection broke.
    Broken,
    /// The caller had no more patience.
    Silence,
}

pub(crate) struct World {
    pub(crate) publication: Publication,
    pub(crate) server: Server,
    pub(crate) sql: tokio_postgres::Client,
    pub(crate) database: String,
    http: reqwest::Client,
}

/// A database with the platform's tables and ours.
pub(crate) async fn database(postgres: &Postgres) -> String {
    let database = postgres.create_database().unwrap();
    let sql = connect(&database).await;
    for folder in ["hasura/platform-base/migrations/backend-db", "hasura/migrations/backend-db"] {
        for migration in hasura_deploy::migrations::read(&repository(folder)).unwrap() {
            sql.batch_execute(&migration.up).await.unwrap();
        }
    }
    database
}

pub(crate) async fn connect(database: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Puts the publication's event into the database, as it was before, with open telephones.
pub(crate) async fn seed(sql: &tokio_postgres::Client, publication: &Publication) {
    let Publication { tenant, event, area, document, elections, .. } = publication;
    sql.batch_execute("TRUNCATE sequent_backend.tenant CASCADE").await.unwrap();
    let run = async |text: &str, values: &[&(dyn tokio_postgres::types::ToSql + Sync)]| {
        sql.execute(text, values).await.unwrap();
    };
    run("INSERT INTO sequent_backend.tenant (id, slug) VALUES ($1, 'town')", &[tenant]).await;
    let row = &document["election_event"];
    run(
        "INSERT INTO sequent_backend.election_event
           (id, tenant_id, name, presentation, bulletin_board_reference)
         VALUES ($1, $2, 'event', $3, $4)",
        &[event, tenant, &row["presentation"], &row["bulletin_board_reference"]],
    )
    .await;
    run(
        "INSERT INTO sequent_backend.area (id, tenant_id, election_event_id) VALUES ($1, $2, $3)",
        &[area, tenant, event],
    )
    .await;
    let rows = document["elections"].as_array().unwrap();
    for row in rows.iter().filter(|row| elections.iter().any(|id| row["id"] == **id)) {
        run(
            "INSERT INTO sequent_backend.election (id, tenant_id, election_event_id, name,
               presentation, status, voting_channels, num_allowed_revotes)
             VALUES ($1::text::uuid, $2, $3, 'election', $4, $5, $6, $7)",
            &[
                &row["id"].as_str(),
                tenant,
                event,
                &row["presentation"],
                &row["status"],
                &row["voting_channels"],
                &row["num_allowed_revotes"].as_i64().map(|number| i32::try_from(number).unwrap()),
            ],
        )
        .await;
    }
}

impl World {
    /// Barrie; refusals are executed six times and do not wait.
    pub(crate) async fn start(postgres: &Postgres) -> Self {
        Self::of("barrie", postgres).await
    }

    pub(crate) async fn of(publication: &str, postgres: &Postgres) -> Self {
        let publication = Publication::read(publication);
        let database = database(postgres).await;
        let sql = connect(&database).await;
        seed(&sql, &publication).await;
        let server = Server::start(Config::new(&database)).await.unwrap();
        server.change(&json!({"retry_milliseconds": [0, 0, 0, 0, 0]})).await.unwrap();
        World { publication, server, sql, database, http: reqwest::Client::new() }
    }

    pub(crate) fn voter(&self) -> Voter {
        Voter::of(&self.publication)
    }

    pub(crate) fn ballot(&self, number: u64) -> Ballot {
        self.publication.seal(number).0
    }

    /// Switches, by the control route.
    pub(crate) async fn switch(&self, change: Value) {
        let url = format!("{}/dev/habits", self.server.url());
        let answer = self.http.post(url).body(change.to_string()).send().await.unwrap();
        let status = answer.status().as_u16();
        assert_eq!(status, 200, "{change}: {}", answer.text().await.unwrap());
    }

    /// One request to the direct door, in the platform's form.
    pub(crate) async fn cast(&self, voter: &Voter, ballot: &Ballot) -> Heard {
        self.send(self.request(voter, ballot)).await
    }

    /// The same from somebody who goes away a moment after something has happened.
    pub(crate) async fn cast_and_leave(
        &self,
        voter: &Voter,
        ballot: &Ballot,
        happened: impl Future<Output = ()>,
    ) -> Heard {
        tokio::select! {
            heard = self.cast(voter, ballot) => heard,
            () = async { happened.await; tokio::time::sleep(MOMENT).await } => Heard::Silence,
        }
    }

    pub(crate) fn request(&self, voter: &Voter, ballot: &Ballot) -> reqwest::RequestBuilder {
        self.post(voter)
            .header("content-type", "application/json")
            .body(arguments(ballot).to_string())
    }

    pub(crate) fn post(&self, voter: &Voter) -> reqwest::RequestBuilder {
        let url = format!("{}/insert-cast-vote", self.server.url());
        self.http.post(url).header("authorization", voter.header()).timeout(PATIENCE)
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Heard {
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_timeout() => return Heard::Silence,
            Err(_) => return Heard::Broken,
        };
        let status = answer.status().as_u16();
        let kind = answer.headers().get("content-type");
        let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
        match answer.text().await {
            Ok(body) => Heard::Answer(status, kind, body),
            Err(error) if error.is_timeout() => Heard::Silence,
            Err(_) => Heard::Broken,
        }
    }

    /// Runs SQL on the first election; `$E` is its id, `$V` the event's, `$T` the tenant's, `$A` the
    /// area's.
    pub(crate) async fn run(&self, text: &str) {
        let Publication { tenant, event, area, elections, .. } = &self.publication;
        let text = text
            .replace("$E", &format!("'{}'", elections[0]))
            .replace("$V", &format!("'{event}'"))
            .replace("$T", &format!("'{tenant}'"))
            .replace("$A", &format!("'{area}'"));
        self.sql.batch_execute(&text).await.unwrap();
    }

    /// The first election takes so many ballots of a voter.
    pub(crate) async fn limit(&self, number: Option<i32>) {
        let number = number.map_or("NULL".to_owned(), |number| number.to_string());
        let text = "UPDATE sequent_backend.election SET num_allowed_revotes = $N WHERE id = $E";
        self.run(&text.replace("$N", &number)).await;
    }

    /// How many rows the box has.
    pub(crate) async fn rows(&self) -> i64 {
        self.number("SELECT count(*) FROM sequent_backend.cast_vote").await
    }

    pub(crate) async fn number(&self, text: &str) -> i64 {
        self.sql.query_one(text, &[]).await.unwrap().get(0)
    }

    pub(crate) fn report(&self, key: &str) -> u64 {
        self.server.report()[key].as_u64().unwrap()
    }

    /// Until the report has `number` under `key`.
    pub(crate) async fn until_report(&self, key: &str, number: u64) {
        until(async || self.report(key) == number).await;
    }

    /// Until so many sessions of the database wait for a lock.
    pub(crate) async fn until_waiting(&self, sessions: i64) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        until(async || self.number(waiting).await == sessions).await;
    }

    /// Until the box has `number` rows.
    pub(crate) async fn until_rows(&self, number: i64) {
        until(async || self.rows().await == number).await;
    }
}

/// Until it is so.
pub(crate) async fn until(mut there: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !there().await {
        assert!(tokio::time::Instant::now() < deadline, "it does not come");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The body at the direct door.
pub(crate) fn arguments(ballot: &Ballot) -> Value {
    let Ballot { election_id, ballot_id, content } = ballot;
    json!({"ballot_id": ballot_id, "election_id": election_id, "content": content})
}

impl Heard {
    /// Status and, if the body is JSON, body.
    pub(crate) fn json(&self) -> (u16, Value) {
        match self {
            Heard::Answer(status, _, body) => {
                (*status, serde_json::from_str(body).unwrap_or(Value::Null))
            }
            Heard::Broken | Heard::Silence => (0, Value::Null),
        }
    }

    /// Status and code; without a code `-`.
    pub(crate) fn code(&self) -> (u16, String) {
        let (status, body) = self.json();
        (status, body["extensions"]["code"].as_str().unwrap_or("-").to_owned())
    }
}

/// An accepted ballot's status and code.
pub(crate) fn taken() -> (u16, String) {
    (200, "-".to_owned())
}

/// A refusal's.
pub(crate) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
