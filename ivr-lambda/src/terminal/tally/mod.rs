//! `step-ivr tally`: verifies, decrypts, decodes and counts ballots.

mod count;
mod page;
mod report;

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use ivr_ballot::tally::SecretKey;
use ivr_core::publication::Publication;
use serde::Deserialize;

use super::Done;
use super::ballots::{self, BallotLine};
use super::cli;
use super::paper::Paper;
use crate::world::At;

pub(crate) use count::Count;
pub(crate) use page::print;

/// Counts the ballots of files.
pub(crate) fn run(options: &cli::Tally) -> anyhow::Result<Done> {
    let document = &options.publication;
    let published = std::fs::read(document).with_context(|| document.display().to_string())?;
    let publication = crate::world::publication(document, &published)?.publication;
    let key_bytes =
        std::fs::read(&options.key).with_context(|| options.key.display().to_string())?;
    let key = key(&options.key, &key_bytes, &publication)?;

    let mut read = Vec::new();
    for file in &options.ballots {
        for (line, ballot) in ballots::read(file)? {
            let place = Place { file: file.display().to_string(), line };
            known_election(file, &place, &ballot, &publication)?;
            read.push((place, ballot));
        }
    }
    let mut count = Count::new(&publication, &key)?;
    for (place, ballot) in read {
        count.add(place, &ballot);
    }
    if options.json {
        let mut out = io::stdout().lock();
        for line in report::lines(&count) {
            serde_json::to_writer(&mut out, &line)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
    } else {
        print(&count, &mut Paper::stdout())?;
    }
    Ok(if count.all_verified() { Done::Well } else { Done::WithErrors })
}

/// Where a ballot stands.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// Its line, from 1.
    pub(crate) line: usize,
}

#[derive(Deserialize)]
struct KeyFile {
    secret_key: String,
}

/// Reads the secret key and sees that it is the election's.
pub(crate) fn key(
    file: &Path,
    bytes: &[u8],
    publication: &Publication,
) -> anyhow::Result<SecretKey> {
    let KeyFile { secret_key } = crate::world::from_json(file, bytes)?;
    let key = SecretKey::from_base64(&secret_key)
        .map_err(|error| At::new(file, "$.secret_key", error.to_string()))?;
    let public = key.public_key();
    let styles = publication.ballots.iter().filter_map(|ballot| ballot.style.as_ref().ok());
    for style in styles {
        let published = style.ballot_style().public_key.as_ref().map(|key| &key.public_key);
        if published != Some(&public) {
            bail!(At::new(
                file,
                "$.secret_key",
                format!(
                    "not the key of ballot style {} of the publication",
                    style.ballot_style().id
                ),
            ));
        }
    }
    Ok(key)
}

fn known_election(
    file: &Path,
    place: &Place,
    ballot: &BallotLine,
    publication: &Publication,
) -> anyhow::Result<()> {
    let known = publication.election(ballot.election_id).is_some_and(|(index, _)| {
        publication.ballots.iter().any(|of| of.election == index && of.style.is_ok())
    });
    if !known {
        let message = format!(
            "election_id: the publication has no election {} with a ballot by telephone",
            ballot.election_id
        );
        bail!(At::new(file, format!("line {}", place.line), message));
    }
    Ok(())
}
