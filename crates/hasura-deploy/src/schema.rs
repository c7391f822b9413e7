//! One schema file for each role that we query with, as a running server serves it.

use std::io::Write;
use std::path::Path;

use crate::deploy::say;
use crate::error::Error;
use crate::sdl;
use crate::server::Server;
use crate::{PREFIX, SCHEMA};

/// The roles of our documents.
pub const ROLES: [&str; 3] = ["can_read_phone_blacklist", "can_record_ivr_call", "user"];

/// What stands above the list of our own types.
const ADDED: &str = "\
# Every type and root field that our tables add to the platform's schema, in the administrator's view,
# as the platform's own introspection is. Written by `hasura-deploy schema`; the documents are checked
# against both together (crates/hasura-deploy/tests/documents.rs).
";

/// Writes `schema/<role>.graphql` of every role and `graphql/added.graphql`, or with `check`
/// compares and changes nothing.
///
/// # Errors
///
/// [`Error::Drift`] with the files that are not what the server serves.
pub fn run(
    server: &Server,
    directory: &Path,
    check: bool,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut drifted = Vec::new();
    for (name, text) in texts(server)? {
        let path = directory.join(&name);
        if !check {
            std::fs::create_dir_all(path.parent().unwrap_or(directory))
                .and_then(|()| std::fs::write(&path, &text))
                .map_err(|source| Error::Write { path: path.clone(), source })?;
            say(out, &format!("wrote {}", path.display()));
            continue;
        }
        let checked_in = std::fs::read_to_string(&path)
            .map_err(|source| Error::Read { path: path.clone(), source })?;
        if checked_in == text {
            say(out, &format!("{name}: as checked in"));
        } else {
            drifted.push(name);
        }
    }
    if drifted.is_empty() { Ok(()) } else { Err(Error::Drift(drifted)) }
}

/// The files of a server, by their names in the folder.
fn texts(server: &Server) -> Result<Vec<(String, String)>, Error> {
    let mut texts = Vec::new();
    for role in ROLES {
        let text = sdl::print(&server.graphql(role, sdl::QUERY)?)?;
        texts.push((format!("schema/{role}.graphql"), text));
    }
    let whole = server.graphql("admin", sdl::QUERY)?;
    let added = sdl::additions(&whole, &format!("{SCHEMA}_{PREFIX}"))?;
    texts.push(("graphql/added.graphql".to_owned(), format!("{ADDED}{added}")));
    Ok(texts)
}
