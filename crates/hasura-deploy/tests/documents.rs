//! Every document against the schema of its role, and against the platform's own introspection.
//!
//! The platform's introspection is not part of the repository: `PLATFORM_INTROSPECTION` names it.
//! Where it is absent the tests that need it are reported ignored.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use hasura_deploy::schema::ROLES;
use hasura_deploy::sdl;
use libtest_mimic::{Arguments, Failed, Trial};

/// Each document with the role that sends it.
const DOCUMENTS: [(&str, &str); 5] = [
    ("GetElectionEventStatus", "user"),
    ("GetElections", "user"),
    ("GetCastVotes", "user"),
    ("IsPhoneBlacklisted", "can_read_phone_blacklist"),
    ("RecordCall", "can_record_ivr_call"),
];

/// What no document may ask for: ballots, voters, numbers. By field, wherever it stands.
const NEVER_SELECTED: [&str; 5] =
    ["content", "cast_ballot_signature", "voter_id_string", "phone_number", "returning"];

fn main() {
    let platform = introspection();
    let mut trials = vec![
        Trial::test("every_document_has_a_role", every_document_has_a_role),
        Trial::test("no_document_asks_for_what_we_must_not_hold", nothing_secret_is_selected),
        Trial::test("every_schema_is_of_a_role_that_has_documents", || {
            for role in ROLES {
                if !DOCUMENTS.iter().any(|(_, sender)| *sender == role) {
                    return Err(format!("{role} sends nothing").into());
                }
            }
            Ok(())
        }),
    ];
    for (document, role) in DOCUMENTS {
        let file = hasura().join(format!("schema/{role}.graphql"));
        let name = format!("{document}_fits_the_schema_of_{role}");
        trials.push(Trial::test(name, move || fits(document, &[(read(&file), file)])));

        let there = platform.is_some();
        let platform = platform.clone();
        let name = format!("{document}_fits_the_platform");
        let trial = Trial::test(name, move || {
            let file = platform.ok_or("no introspection")?;
            let introspection = serde_json::from_str(&read(&file))?;
            let added = hasura().join("graphql/added.graphql");
            fits(document, &[(sdl::print(&introspection)?, file), (read(&added), added)])
        });
        trials.push(trial.with_ignored_flag(!there));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn hasura() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hasura")
}

fn introspection() -> Option<PathBuf> {
    let path = std::env::var_os("PLATFORM_INTROSPECTION").map_or_else(
        || hasura().join("../../shared/data/hasura/platform-introspection.json"),
        PathBuf::from,
    );
    path.is_file().then_some(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn schema(sources: &[(String, PathBuf)]) -> Result<Valid<Schema>, Failed> {
    let mut builder = Schema::builder();
    for (text, path) in sources {
        builder = builder.parse(text.as_str(), path);
    }
    let schema = builder.build().map_err(|e| Failed::from(e.to_string()))?;
    schema.validate().map_err(|e| Failed::from(e.to_string()))
}

fn document(name: &str) -> (String, PathBuf) {
    let path = hasura().join(format!("graphql/{name}.graphql"));
    (read(&path), path)
}

fn fits(name: &str, sources: &[(String, PathBuf)]) -> Result<(), Failed> {
    let schema = schema(sources)?;
    let (text, path) = document(name);
    let parsed = ExecutableDocument::parse_and_validate(&schema, text.as_str(), &path)
        .map_err(|e| Failed::from(e.to_string()))?;
    // One operation, named like its file: the client's struct has that name.
    parsed
        .operations
        .get(Some(name))
        .map_err(|_| Failed::from("the operation has another name"))?;
    if parsed.operations.len() != 1 {
        return Err("a document holds one operation".into());
    }
    // The check itself must be able to fail.
    let wrong = text.replacen("sequent_backend_", "sequent_backend_x", 1);
    match ExecutableDocument::parse_and_validate(&schema, wrong, &path) {
        Err(_) => Ok(()),
        Ok(_) => Err("a document with an unknown field is accepted".into()),
    }
}

fn every_document_has_a_role() -> Result<(), Failed> {
    for entry in std::fs::read_dir(hasura().join("graphql"))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name != "added" && !DOCUMENTS.iter().any(|(document, _)| *document == name) {
            return Err(format!("{name} has no role in this test").into());
        }
    }
    Ok(())
}

fn nothing_secret_is_selected() -> Result<(), Failed> {
    for (name, _) in DOCUMENTS {
        let (text, _) = document(name);
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if NEVER_SELECTED
                .iter()
                .any(|field| line == *field || line.starts_with(&format!("{field} {{")))
            {
                return Err(format!("{name} selects `{line}`").into());
            }
        }
    }
    Ok(())
}
