//! The development whole: the platform's tables, ours, and all of the metadata.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::deploy::{reason, say};
use crate::error::Error;
use crate::server::Server;
use crate::{SOURCE, book, folder, migrations, ours, plan};

/// Which parts of the platform base were applied.
const BASE_TABLE: &str = "
CREATE SCHEMA IF NOT EXISTS sequent_backend;
CREATE TABLE IF NOT EXISTS sequent_backend.platform_base (version bigint PRIMARY KEY);";

/// Makes a server for development, or brings one up to date.
///
/// # Errors
///
/// [`Error::Differs`] if the server tracks anything that is not in the folder: then it is somebody
/// else's, and its metadata must not be replaced.
pub fn run(server: &Server, directory: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let wanted = folder::metadata(&directory.join("metadata"))?;
    let standing = server.export()?;
    refuse_strangers(&wanted, &standing)?;
    if !ours::list(&standing, "sources").iter().any(|source| source["name"] == SOURCE) {
        say(out, &format!("add source {SOURCE}"));
        replace(server, &only_sources(&wanted))?;
    }
    let base = migrations::read(&directory.join("platform-base/migrations").join(SOURCE))?;
    let doing = "read the platform base";
    let applied = server.run_sql(
        doing,
        &format!("{BASE_TABLE} SELECT version FROM sequent_backend.platform_base"),
    )?;
    for migration in base {
        if applied.iter().any(|row| row.first() == Some(&migration.version.to_string())) {
            continue;
        }
        let what = format!("apply platform base {}_{}", migration.version, migration.name);
        say(out, &what);
        let entry = format!(
            "INSERT INTO sequent_backend.platform_base (version) VALUES ({})",
            migration.version
        );
        server.run_sql(&what, &format!("{}\n{entry};", migration.up))?;
    }
    let migrations = migrations::read(&directory.join("migrations").join(SOURCE))?;
    // Only the migrations of the comparison: the metadata is replaced as a whole.
    let nothing = json!({});
    let plan = plan::compare(&migrations, &nothing, &book::read(server)?, &nothing, false)?;
    for step in &plan.steps {
        if let plan::Step::Migrate(migration) = step {
            say(out, &step.what());
            server.run_sql(&step.what(), &book::applying(migration))?;
        }
    }
    say(out, "replace the metadata");
    let broken = replace(server, &wanted)?;
    if broken.is_empty() { Ok(()) } else { Err(Error::Inconsistent(broken)) }
}

fn replace(server: &Server, metadata: &Value) -> Result<Vec<String>, Error> {
    let answer = server.metadata(&json!({
        "type": "replace_metadata",
        "version": 2,
        "args": {"metadata": metadata, "allow_inconsistent_metadata": true},
    }))?;
    Ok(ours::list(&answer, "inconsistent_objects").iter().map(reason).collect())
}

fn only_sources(wanted: &Value) -> Value {
    let mut bare = wanted.clone();
    for source in bare["sources"].as_array_mut().into_iter().flatten() {
        source["tables"] = json!([]);
        source["functions"] = json!([]);
    }
    bare
}

fn refuse_strangers(wanted: &Value, standing: &Value) -> Result<(), Error> {
    let known = names(wanted);
    let strangers: Vec<String> = names(standing)
        .into_iter()
        .filter(|name| !known.contains(name))
        .map(|name| format!("{name} is tracked: this server is not only for development"))
        .collect();
    if strangers.is_empty() { Ok(()) } else { Err(Error::Differs(strangers)) }
}

fn names(metadata: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for source in ours::list(metadata, "sources") {
        for (kind, singular) in [("tables", "table"), ("functions", "function")] {
            for entry in ours::list(source, kind) {
                let part = |key: &str| entry[singular][key].as_str().unwrap_or("?").to_owned();
                let source = source["name"].as_str().unwrap_or("?");
                all.push(format!("{singular} {}.{} of {source}", part("schema"), part("name")));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_with_anything_else_is_left_alone() {
        let table = |name: &str| json!({"table": {"schema": "s", "name": name}});
        let metadata = |names: &[&str]| {
            let tables: Vec<Value> = names.iter().map(|name| table(name)).collect();
            json!({"sources": [{"name": SOURCE, "tables": tables}]})
        };
        assert!(refuse_strangers(&metadata(&["a", "b"]), &metadata(&["b"])).is_ok());
        assert!(refuse_strangers(&metadata(&["a", "b"]), &json!({"sources": []})).is_ok());
        let error = refuse_strangers(&metadata(&["a"]), &metadata(&["a", "users"])).unwrap_err();
        assert!(error.to_string().contains("table s.users of backend-db"), "{error}");
    }
}
