//! One election event on parts of its own: a realm, a database, a gateway, a Harvest.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use contract::operator::{self, Secrets};
use hasura_deploy::server::Server;
use postgres::{Client, NoTls};
use serde_json::json;
use test_servers::hasura::{self, Hasura};
use test_servers::keycloak::Keycloak;
use test_servers::postgres::Postgres;

use crate::election::Published;
use crate::harvest::Harvest;
use crate::machine::Machine;
use crate::programs::repository;

/// The secrets of the two clients; of this machine, for one run.
pub const VOTING_SECRET: &str = "the-voting-secret-of-a-live-run";
/// See [`VOTING_SECRET`].
pub const SERVICE_SECRET: &str = "the-service-secret-of-a-live-run";
const SECRETS: Secrets = Secrets { voting: VOTING_SECRET, service: SERVICE_SECRET };

/// How many voters every town has.
const VOTERS: u32 = 40;

/// A voter of every town.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voter(pub u32);

impl Voter {
    /// What they key in first.
    pub fn username(self) -> String {
        (20_010_000 + self.0).to_string()
    }

    /// Their PIN.
    pub fn pin(self) -> String {
        (48_151_600 + self.0).to_string()
    }
}

/// Which door ballots go in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Harvest itself.
    Direct,
    /// The action of Hasura, which hands on to Harvest.
    Hasura,
}

/// Parts that run until this is dropped.
pub struct Town {
    /// The election.
    pub published: Published,
    /// The gateway.
    pub hasura: Hasura,
    /// Where ballots go.
    pub harvest: Harvest,
    database_url: String,
    keycloak_url: String,
    folder: tempfile::TempDir,
}

impl Town {
    /// Brings everything up and fills it: realm, voters, tables, event, what is open.
    ///
    /// # Errors
    /// When a part does not start or refuses what it is given.
    pub fn new(machine: &Machine, publication: &'static str) -> anyhow::Result<Self> {
        Self::with(&machine.keycloak, &machine.cluster, publication)
    }

    /// The same, over a database server of somebody's choice.
    ///
    /// # Errors
    /// As for [`Town::new`].
    pub fn with(
        keycloak: &Keycloak,
        cluster: &Postgres,
        publication: &'static str,
    ) -> anyhow::Result<Self> {
        let published = Published::read(publication)?;
        make_realm(keycloak, &published)?;
        let folder = tempfile::tempdir()?;
        let database_url = cluster.create_database()?;
        let certs = operator::certs(keycloak, &published.realm());
        let hasura = Hasura::start(hasura::Options {
            database_url: database_url.clone(),
            jwt_secret: Some(json!({ "jwk_url": certs }).to_string()),
            environment: vec![(
                "HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS".to_owned(),
                "false".to_owned(),
            )],
        })?;
        let admin = Server::new(hasura.url(), hasura.admin_secret(), false)?;
        let files = repository().join("hasura");
        hasura_deploy::development::run(&admin, &files, &mut std::io::sink())?;
        seed(&database_url, &published)?;
        let harvest = Harvest::start(&database_url, folder.path().join("harvest.log"))?;
        open_the_action(&admin, harvest.url())?;
        let keycloak_url = keycloak.base_url().to_owned();
        let town = Self { published, hasura, harvest, database_url, keycloak_url, folder };
        let token = operator::service_token(keycloak, &town.published.realm(), SECRETS)?;
        operator::wait_until_believed(town.hasura.url(), &token)?;
        Ok(town)
    }

    /// A connection to the database.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn sql(&self) -> anyhow::Result<Client> {
        Ok(Client::connect(&self.database_url, NoTls)?)
    }

    /// The address of the database for another login.
    pub fn address(&self, login: &str) -> String {
        self.database_url.replacen("postgres@", &format!("{login}@"), 1)
    }

    /// Every election takes so many ballots of a voter: 0 is as many as they like.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn allow(&self, ballots: i32) -> anyhow::Result<()> {
        self.sql()?
            .execute("UPDATE sequent_backend.election SET num_allowed_revotes = $1", &[&ballots])?;
        Ok(())
    }

    /// The file for `--live`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn env(&self, door: Door) -> anyhow::Result<PathBuf> {
        let (name, harvest) = match door {
            Door::Direct => ("direct.json", json!({"url": self.harvest.url(), "door": "direct"})),
            Door::Hasura => ("hasura.json", json!({"door": "hasura"})),
        };
        let sections = json!({
            "keycloak": {
                "url": self.keycloak_url, "realm": self.published.realm(),
                "voting_secret": {"env": "LIVE_VOTING"}, "service_secret": {"env": "LIVE_SERVICE"},
            },
            "hasura": {"url": self.hasura.url()},
            "harvest": harvest,
        });
        let file = self.folder.path().join(name);
        std::fs::write(&file, sections.to_string())?;
        Ok(file)
    }

    /// Where its files may be.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What answers, a line each.
    pub fn report(&self) -> anyhow::Result<String> {
        let harvest = self.harvest.report().context("Harvest does not answer")?;
        let patches = harvest["settings"]["patches"].as_object().cloned().unwrap_or_default();
        let on = patches.values().filter(|on| on.as_bool() == Some(true)).count();
        Ok(format!(
            "gateway:  {}\nharvest:  harvest-dev at {}, the project's development Harvest, {on} of {} patches on",
            self.hasura.report(),
            self.harvest.url(),
            patches.len(),
        ))
    }
}

/// As an operator does it.
fn make_realm(keycloak: &Keycloak, published: &Published) -> anyhow::Result<()> {
    let elections: Vec<String> = published.elections.iter().map(ToString::to_string).collect();
    let mut voters = "username,area_id,password,authorized_election_ids\n".to_owned();
    for voter in (0..VOTERS).map(Voter) {
        let (username, pin) = (voter.username(), voter.pin());
        voters += &format!("{username},{},{pin},{}\n", published.area, elections.join(" "));
    }
    operator::realm(keycloak, &published.realm(), SECRETS, &voters)
}

/// The event as the platform has it after publishing, with open telephones.
fn seed(database_url: &str, published: &Published) -> anyhow::Result<()> {
    let Published { tenant, event, area, document, elections, .. } = published;
    let mut sql = Client::connect(database_url, NoTls)?;
    let row = &document["election_event"];
    let open = json!({"telephone_voting_status": "OPEN"});
    sql.execute("INSERT INTO sequent_backend.tenant (id, slug) VALUES ($1, 'town')", &[tenant])?;
    sql.execute(
        "INSERT INTO sequent_backend.election_event
           (id, tenant_id, name, presentation, bulletin_board_reference, status)
         VALUES ($1, $2, 'event', $3, $4, $5)",
        &[event, tenant, &row["presentation"], &row["bulletin_board_reference"], &open],
    )?;
    sql.execute(
        "INSERT INTO sequent_backend.area (id, tenant_id, election_event_id) VALUES ($1, $2, $3)",
        &[area, tenant, event],
    )?;
    for election in elections {
        let rows = document["elections"].as_array().context("no elections")?;
        let id = election.to_string();
        let row = rows.iter().find(|row| row["id"] == *id).context("no election")?;
        let limit = row["num_allowed_revotes"].as_i64().map(i32::try_from).transpose()?;
        sql.execute(
            "INSERT INTO sequent_backend.election (id, tenant_id, election_event_id, name,
               presentation, status, voting_channels, num_allowed_revotes)
             VALUES ($1, $2, $3, 'election', $4, $5, $6, $7)",
            &[
                election,
                tenant,
                event,
                &row["presentation"],
                &row["status"],
                &row["voting_channels"],
                &limit,
            ],
        )?;
    }
    Ok(())
}

/// The platform's action `insert_cast_vote`, as far as a caller sees it (facts 4.1).
fn open_the_action(admin: &Server, harvest: &str) -> anyhow::Result<()> {
    let field = |name: &str, of: &str| json!({"name": name, "type": of});
    admin.metadata(&json!({"type": "set_custom_types", "args": {
        "scalars": [],
        "objects": [{"name": "InsertCastVoteOutput", "fields": [
            field("id", "uuid!"), field("ballot_id", "String"), field("election_id", "uuid!"),
            field("tenant_id", "uuid!"), field("election_event_id", "uuid!"), field("area_id", "uuid!"),
            field("voter_id_string", "String"), field("created_at", "timestamptz"),
        ]}],
    }}))?;
    admin.metadata(&json!({"type": "create_action", "args": {
        "name": "insert_cast_vote",
        "definition": {
            "type": "mutation", "kind": "synchronous", "forward_client_headers": true,
            "handler": format!("{harvest}/insert-cast-vote"),
            "output_type": "InsertCastVoteOutput",
            "arguments": [field("ballot_id", "String!"), field("content", "String!"), field("election_id", "uuid!")],
        },
    }}))?;
    admin.metadata(&json!({"type": "create_action_permission",
        "args": {"action": "insert_cast_vote", "role": "user"}}))?;
    Ok(())
}
