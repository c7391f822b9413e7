//! The edits and the new files themselves, without a checkout.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use harvest_patches::edits;
use harvest_patches::syntax::{Verdict, check};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn each_set_loads_and_each_new_file_parses() {
    let sets = edits::load(root()).unwrap();
    let files: Vec<_> = sets.iter().flat_map(|set| &set.files).collect();
    for file in &files {
        let verdict = check(&file.path, &file.content);
        // Migrations run on PostgreSQL in the suite of that name.
        let sql = file.path.extension().is_some_and(|ending| ending == "sql");
        let fits = match verdict {
            Verdict::Parses(_) => !sql,
            Verdict::NotParsed(_) => sql,
            Verdict::Broken(_) => false,
        };
        assert!(fits, "{}: {verdict:?}", file.source.display());
    }
    let places: BTreeSet<_> = files.iter().map(|file| &file.path).collect();
    assert_eq!(places.len(), files.len(), "two new files in one place");
}

#[test]
fn each_new_file_is_brought_by_a_set() {
    let sets = edits::load(root()).unwrap();
    let brought: BTreeSet<PathBuf> =
        sets.iter().flat_map(|set| &set.files).map(|file| file.source.clone()).collect();
    let mut there = BTreeSet::new();
    let mut folders = vec![root().join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                there.insert(path.strip_prefix(root().join("files")).unwrap().to_owned());
            }
        }
    }
    assert_eq!(there, brought);
}
