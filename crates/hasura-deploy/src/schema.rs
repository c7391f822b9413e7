//! One schema file for each role that we query with, as a running server serves it.

use std::io::Write;
use std::path::Path;

use crate::deploy::say;
use crate::error::Error;
use crate::sdl;
use crate::server::Server;

/// The roles of our documents.
pub const ROLES: [&str; 3] = ["can_read_phone_blacklist", "can_record_ivr_call", "user"];

/// Writes `schema/<role>.graphql` of every role, or with `check` compares and changes nothing.
///
/// # Errors
///
/// [`Error::Drift`] with the roles whose file is not what the server serves.
pub fn run(
    server: &Server,
    directory: &Path,
    check: bool,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let directory = directory.join("schema");
    let mut drifted = Vec::new();
    for role in ROLES {
        let text = sdl::print(&server.graphql(role, sdl::QUERY)?)?;
        let path = directory.join(format!("{role}.graphql"));
        if !check {
            std::fs::create_dir_all(&directory)
                .and_then(|()| std::fs::write(&path, &text))
                .map_err(|source| Error::Write { path: path.clone(), source })?;
            say(out, &format!("wrote {}", path.display()));
            continue;
        }
        let checked_in = std::fs::read_to_string(&path)
            .map_err(|source| Error::Read { path: path.clone(), source })?;
        if checked_in == text {
            say(out, &format!("{role}: as checked in"));
        } else {
            drifted.push(role.to_owned());
        }
    }
    if drifted.is_empty() { Ok(()) } else { Err(Error::Drift(drifted)) }
}
