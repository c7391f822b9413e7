//! Deploying to a platform: read, compare, say, do, and read again.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::Error;
use crate::plan::{self, Plan, Step};
use crate::server::Server;
use crate::{SOURCE, book, folder, migrations, ours};

/// How to deploy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Only say what would be done.
    pub plan: bool,
    /// Take the database's objects as they are, and record them so.
    pub accept_standing: bool,
}

/// Brings what is ours to a server, and says what it does.
///
/// # Errors
///
/// [`Error::Differs`] before the first change; anything that the server refuses.
pub fn run(
    server: &Server,
    directory: &Path,
    options: Options,
    out: &mut dyn Write,
) -> Result<Plan, Error> {
    let plan = read_and_compare(server, directory, options.accept_standing)?;
    for standing in &plan.standing {
        say(out, &format!("stands: {standing}"));
    }
    if options.plan {
        for step in &plan.steps {
            say(out, &format!("would {}", step.what()));
        }
        return Ok(plan);
    }
    for step in &plan.steps {
        say(out, &step.what());
        perform(server, step)?;
    }
    if options.accept_standing {
        say(out, "record the objects as they stand");
        server.run_sql("record the objects", &book::recording())?;
    }
    let rest = read_and_compare(server, directory, false)?;
    if let Some(step) = rest.steps.first() {
        return Err(Error::Answer {
            doing: "look again".to_owned(),
            problem: format!("it is still to be done: {}", step.what()),
        });
    }
    consistent(server)?;
    Ok(plan)
}

fn read_and_compare(server: &Server, directory: &Path, accept: bool) -> Result<Plan, Error> {
    let wanted = folder::metadata(&directory.join("metadata"))?;
    let migrations = migrations::read(&directory.join("migrations").join(SOURCE))?;
    let standing = server.export()?;
    let has_source = ours::list(&standing, "sources").iter().any(|s| s["name"] == SOURCE);
    if !has_source {
        return Err(Error::Settings(format!(
            "the server has no source `{SOURCE}`: this is not a platform; --development makes one"
        )));
    }
    plan::compare(&migrations, &wanted, &book::read(server)?, &standing, accept)
}

fn perform(server: &Server, step: &Step) -> Result<(), Error> {
    match step {
        Step::Migrate(migration) => {
            server.run_sql(&step.what(), &book::applying(migration)).map(|_| ())
        }
        Step::Operate { operation, what } => match server.metadata(operation) {
            Ok(_) => Ok(()),
            Err(Error::Refused { code, message, .. }) => {
                Err(Error::Refused { doing: what.clone(), code, message })
            }
            Err(other) => Err(other),
        },
    }
}

/// Nothing of ours may be inconsistent afterwards. What else is, was so before.
fn consistent(server: &Server) -> Result<(), Error> {
    let answer = server.metadata(&json!({"type": "get_inconsistent_metadata", "args": {}}))?;
    let broken: Vec<String> = ours::list(&answer, "inconsistent_objects")
        .iter()
        .filter(|object| object.to_string().contains(crate::PREFIX))
        .map(reason)
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(Error::Inconsistent(broken)) }
}

pub(crate) fn reason(object: &Value) -> String {
    let part = |key: &str| object[key].as_str().unwrap_or("?").to_owned();
    format!("{}: {}", part("name"), part("reason"))
}

pub(crate) fn say(out: &mut dyn Write, line: &str) {
    // Nobody listening is no reason to stop half-way.
    let _ = writeln!(out, "{line}");
}
