//! Our own cases, and any directory of cases in Hasura's form (facts 11).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::Trial;

use crate::runner::{Verdict, run_area};
use crate::yaml::is_case;
use crate::{block_on, trial};
use test_servers::postgres::Postgres;

/// One test an area of ours; one, ignored, for a directory given from outside.
pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut trials: Vec<Trial> = areas(&own, None)
        .into_iter()
        .map(|area| {
            let name = format!("cases::{}", area.name);
            trial(&name, postgres, move |postgres| {
                let outcomes = block_on(run_area(postgres, &area.folder, &area.cases, false));
                let bad: Vec<_> = outcomes
                    .iter()
                    .filter(|(_, verdict)| !matches!(verdict, Verdict::Right))
                    .map(|(case, verdict)| format!("{case}: {verdict:?}"))
                    .collect();
                if outcomes.is_empty() {
                    return Err("no cases".to_owned());
                }
                if bad.is_empty() { Ok(()) } else { Err(bad.join("\n")) }
            })
        })
        .collect();
    trials.push(trial("cases_of_directory", postgres, directory).with_ignored_flag(true));
    trials
}

/// `HASURA_CASES_DIR`, and of it only what the file `HASURA_CASES_LIST` names, if it is given.
fn directory(postgres: &Postgres) -> Result<(), String> {
    let folder = std::env::var_os("HASURA_CASES_DIR")
        .map(PathBuf::from)
        .ok_or("HASURA_CASES_DIR is not set: the directory of cases")?;
    let list = match std::env::var_os("HASURA_CASES_LIST") {
        None => None,
        Some(path) => Some(
            std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.to_string_lossy()))?
                .lines()
                .map(|line| line.trim().trim_end_matches(".yaml").to_owned())
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>(),
        ),
    };
    let (mut right, mut refused, mut wrong) = (0, 0, 0);
    for area in areas(&folder, list.as_deref()) {
        // Hasura's own suite runs with HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES.
        let outcomes = block_on(run_area(postgres, &area.folder, &area.cases, true));
        let count = |wanted: fn(&Verdict) -> bool| {
            outcomes.iter().filter(|(_, verdict)| wanted(verdict)).count()
        };
        let here = (
            count(|verdict| matches!(verdict, Verdict::Right)),
            count(|verdict| matches!(verdict, Verdict::Refused(_))),
            count(|verdict| matches!(verdict, Verdict::Wrong(_))),
        );
        println!("{}: {} right, {} refused, {} wrong", area.name, here.0, here.1, here.2);
        for (case, verdict) in &outcomes {
            match verdict {
                Verdict::Right => {}
                Verdict::Refused(why) => println!("  refused {case}: {why}"),
                Verdict::Wrong(why) => println!("  WRONG {case}: {why}"),
            }
        }
        right += here.0;
        refused += here.1;
        wrong += here.2;
    }
    println!("together: {right} right, {refused} refused, {wrong} wrong");
    if wrong > 0 { Err(format!("{wrong} answered wrongly")) } else { Ok(()) }
}

/// Words in the names of files and folders for other databases, and for another transport.
const OTHERS: &[&str] = &["mssql", "citus", "bigquery", "cockroach", "websocket"];

/// Cases that Hasura's own suite does not run, or expects to fail.
const LEFT_OUT: &[(&str, &str)] = &[
    ("insert_into_array_col_with_array_input", "it is expected to fail"),
    ("jsonb_has_all", "it is switched off"),
    ("select_author_article_where_and_in", "nothing runs it; its query does not parse"),
    ("select_query_author_v1alpha1", "nothing runs it"),
];

/// A folder with a set-up and its cases.
struct Area {
    name: String,
    folder: PathBuf,
    cases: Vec<String>,
}

fn areas(folder: &Path, list: Option<&[String]>) -> Vec<Area> {
    let mut areas = Vec::new();
    collect(folder, "", list, &mut areas);
    areas
}

fn collect(folder: &Path, name: &str, list: Option<&[String]>, areas: &mut Vec<Area>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    let mut cases = Vec::new();
    for entry in entries {
        let stem = entry.file_stem().unwrap().to_string_lossy().into_owned();
        let inner = if name.is_empty() { stem.clone() } else { format!("{name}/{stem}") };
        if stem.split('_').any(|word| OTHERS.contains(&word)) {
            continue;
        }
        if entry.is_dir() {
            collect(&entry, &inner, list, areas);
        } else if entry.extension().is_some_and(|it| it == "yaml" || it == "yml")
            && stem != "area"
            && !["setup", "teardown"].iter().any(|part| stem.contains(part))
            && list.is_none_or(|list| list.iter().any(|one| inner.ends_with(one.as_str())))
            && is_case(&entry)
        {
            if let Some((_, why)) = LEFT_OUT.iter().find(|(name, _)| stem == *name) {
                println!("left out: {inner}: {why}");
                continue;
            }
            cases.push(stem);
        }
    }
    if !cases.is_empty() {
        areas.push(Area { name: name.to_owned(), folder: folder.to_owned(), cases });
    }
}
