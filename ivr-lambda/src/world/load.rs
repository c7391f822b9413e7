//! From a world file to what a call is held in.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ivr_core::fakes::{FakeCast, FakeConfig, FakeVoter};
use ivr_core::publication::{Loaded, Publication};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::check;
use super::error::{At, from_json};
use super::file::World;
use super::voter::Voter;
use super::warning::Warning;

/// What the command line says about a world.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The dialled number; else that of the first routing entry.
    pub dialled: Option<String>,
    /// The time at which the call begins; else the world's.
    pub now: Option<DateTime<Utc>>,
}

/// A world whose parts fit together.
#[derive(Debug)]
pub struct Checked {
    /// What the fakes are made of; the seed is the caller's to set.
    pub config: FakeConfig,
    /// The published document.
    pub publication: Arc<Publication>,
    /// The dialled number.
    pub dialled: String,
    /// What an operator should know.
    pub warnings: Vec<Warning>,
    /// SHA-256 over the world file and the published document, hexadecimal.
    pub hash: String,
}

impl Checked {
    /// Whether time is wound by hand.
    pub fn has_virtual_time(&self) -> bool {
        self.config.now.is_some()
    }
}

/// Reads a world file and the document that it names, and checks that they fit.
pub fn read(file: &Path, settings: &Settings) -> Result<Checked, At> {
    let bytes = bytes_of(file)?;
    let world: World = from_json(file, &bytes)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let document = folder.join(&world.publication);
    let published = std::fs::read(&document).map_err(|error| {
        At::new(file, "$.publication", format!("{}: {error}", document.display()))
    })?;
    checked(file, &bytes, world, &document, &published, settings)
}

/// Checks a world that is in memory already; the paths are for messages.
pub fn checked(
    file: &Path,
    bytes: &[u8],
    world: World,
    document: &Path,
    published: &[u8],
    settings: &Settings,
) -> Result<Checked, At> {
    let Loaded { publication, findings } = publication(document, published)?;
    let dialled = check::dialled(file, &world, settings.dialled.as_deref())?;
    let mut warnings = check::world(file, &world, &publication, &dialled)?;
    let findings = findings.into_iter();
    warnings.extend(findings.map(|finding| Warning::of_finding(document, finding)));
    let publication = Arc::new(publication);
    Ok(Checked {
        config: config(world, &publication, published, &dialled, settings),
        publication,
        dialled,
        warnings,
        hash: hash(bytes, published),
    })
}

/// Reads a published document.
pub(crate) fn publication(document: &Path, published: &[u8]) -> Result<Loaded, At> {
    Publication::from_json(published).map_err(|error| {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        At::new(document, "", message)
    })
}

/// Reads a file whole.
pub(crate) fn bytes_of(file: &Path) -> Result<Vec<u8>, At> {
    std::fs::read(file).map_err(|error| At::new(file, "", error.to_string()))
}

fn hash(world: &[u8], published: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update((world.len() as u64).to_be_bytes());
    hasher.update(world);
    hasher.update(published);
    hex::encode(hasher.finalize())
}

fn config(
    world: World,
    publication: &Arc<Publication>,
    published: &[u8],
    dialled: &str,
    settings: &Settings,
) -> FakeConfig {
    let entries = world.phone_config.entries;
    let entry = entries.iter().find(|entry| entry.phone_number == dialled);
    let made_up = made_up_id(published).to_string();
    let id = |given: Option<String>, pinned: Option<&String>| {
        given.or_else(|| pinned.cloned()).unwrap_or_else(|| made_up.clone())
    };
    FakeConfig {
        now: settings.now.or(world.now),
        publication: Arc::clone(publication),
        publication_id: id(
            world.ids.publication_id,
            entry.and_then(|entry| entry.publication_id.as_ref()),
        ),
        document_id: id(world.ids.document_id, entry.and_then(|entry| entry.document_id.as_ref())),
        phone_config: entries,
        auth_steps: world.auth_steps.into_iter().map(Into::into).collect(),
        voters: world.voters.into_iter().map(voter).collect(),
        lockout_after: world.lockout_after,
        token_lifetime_s: i64::from(world.token_lifetime_s),
        refresh_rotation: false,
        blacklist: world.blacklist,
        event_status: world.status.event,
        election_status: world.status.elections,
        telephone_disabled: world.telephone_disabled,
        cast_votes: world
            .cast_votes
            .into_iter()
            .map(|cast| FakeCast {
                user_id: cast.user_id,
                election_id: cast.election_id,
                ballots: cast.ballots,
            })
            .collect(),
        faults: world.faults,
        seed: 0,
        unique_ballot_id: false,
    }
}

fn voter(voter: Voter) -> FakeVoter {
    let Voter { credentials, user_id, area_id, authorized_election_ids, account } = voter;
    FakeVoter { credentials, user_id, area_id, authorized_election_ids, account: account.into() }
}

/// An id for a document that has none: the same document has the same one.
fn made_up_id(published: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(published)[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
